"""A collector that listens."""

from __future__ import annotations

from tests.collector import collector as collector
