"""Fixtures: a folder of its own for the bytes of each test, and what lies there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the bytes lie."""
    place = tmp_path / "files"
    options = settings.STORAGES["files"]["OPTIONS"] | {"location": str(place)}
    settings.STORAGES = settings.STORAGES | {"files": settings.STORAGES["files"] | {"OPTIONS": options}}
    return place


@pytest.fixture
def stored(folder: Path) -> Any:
    """A function that answers the names of everything that lies there."""
    return lambda: sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
