"""collected: for modules whose tests evaluate in this process, as nothing but a mapping child does otherwise."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def collected() -> Iterator[None]:
    """What the engine leaves in cycles goes here: it cannot be freed in another thread, where a later test might."""
    yield
    gc.collect()
