"""A folder of its own for the bytes of each test."""

from __future__ import annotations

from tests.hub.entities.files.conftest import folder as folder
