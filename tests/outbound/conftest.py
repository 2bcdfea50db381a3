"""What tests of deliveries share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outbound.world import world as world
from tests.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real server that answers 200."""
    with listening() as one:
        yield one
