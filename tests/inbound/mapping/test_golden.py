"""Golden folders: payload and mapping in, the simulation's answer out, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.errors import Invalid
from hub.jsonata.engine import ENGINES
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.mapping.simulation import simulation_document

FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "golden" / "inbound").glob("*/expected.json"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_mapping_gives_what_its_folder_expects(folder, engine, simulate):
    [payload] = folder.glob("payload.*")
    configuration = _read(folder / "mapping.json")
    form = payload.suffix.removeprefix(".")
    mapping = simulate(configuration, payload.read_bytes(), engine=engine, form=form, **_read(folder / "facts.json"))
    if mapping.failure is not None:
        answer = {"failure": {"code": mapping.failure.code, "path": mapping.failure.path}}
    else:
        answer = simulation_document(mapping, _parsed(configuration))
    assert answer == _read(folder / "expected.json")


def _read(path: Path) -> Any:
    return orjson.loads(path.read_bytes()) if path.exists() else {}


def _parsed(configuration: Any) -> InboundConfiguration | None:
    try:
        return parse_configuration(configuration)
    except Invalid:
        return None
