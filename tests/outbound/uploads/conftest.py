"""The world of deliveries that carry files, and a folder of its own for the bytes of each test."""

from __future__ import annotations

from tests.hub.entities.files.conftest import folder as folder
from tests.outbound.uploads.world import uploads as uploads
