"""What the tests of stored files share."""

from __future__ import annotations

import pytest

from tests.hub.entities.files.folder import folder, stored

__all__ = ["folder", "stored"]


@pytest.fixture(autouse=True)
def _own_folder(folder: object) -> None:
    """Nothing of another test lies there."""
