"""The shop that the tests of pricing buy in."""

from __future__ import annotations

import pytest

from tests.hub.pricing.shop import Shop, furnished


@pytest.fixture
def shop() -> Shop:
    return furnished()
