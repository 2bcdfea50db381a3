"""A diary for every test of the past."""

from __future__ import annotations

import pytest

from tests.hub.entities.conftest import Store
from tests.hub.entities.past.diary import Diary


@pytest.fixture
def diary(store: Store) -> Diary:
    return Diary(store)
