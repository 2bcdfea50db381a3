"""Golden folders about what is stored: see golden.py for what a folder holds. On both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.jsonata.engine import ENGINES
from hub.jsonata.pool import ChildPool
from inbound.process import mapped
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp
from tests.inbound.process.golden import Case

pytestmark = pytest.mark.django_db

FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "golden" / "stored").glob("*/expected.json"))


@pytest.fixture(scope="module", params=ENGINES)
def pool(request: pytest.FixtureRequest) -> Iterator[ChildPool]:
    """A child with the engine, for all folders."""
    pool = ChildPool(size=1, program=mapped.MAPPING_PROGRAM, engine=request.param)
    yield pool
    pool.close()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_event_leaves_what_its_folder_expects(
    folder: Path, pool: ChildPool, erp: Erp, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "mapping_pool", lambda: pool)
    case = Case(folder, erp)
    assert case.play(clock) == case.expected()
