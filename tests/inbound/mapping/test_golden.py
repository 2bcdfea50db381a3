"""Golden folders: payload and mapping in, the simulation's answer out, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.errors import Invalid
from hub.jsonata.engine import ENGINES
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.configuration.legacy import configuration_of
from inbound.mapping.lookups import opened
from inbound.mapping.result import EventMapping
from inbound.mapping.simulation import direct_document, simulation_document

pytestmark = pytest.mark.once

FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "golden" / "inbound").glob("*/expected.json"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_mapping_gives_what_its_folder_expects(folder, engine, simulate):
    [payload] = folder.glob("payload.*")
    facts = _read(folder / "facts.json")
    plan = _plan(_read(folder / "mapping.json"), facts)
    mapping = simulate(plan, payload.read_bytes(), engine=engine, form=payload.suffix.removeprefix("."), **facts)
    assert _answer(mapping, _parsed(opened(plan)[0])) == _read(folder / "expected.json")


def _plan(mapping: Any, facts: Any) -> Any:
    """The mapping as a plan; one of the first simulation is asked for the object type that the event's name is."""
    return configuration_of(mapping, facts["event_name"]).configuration if "mapping" in mapping else mapping


def _answer(mapping: EventMapping, configuration: InboundConfiguration | None) -> Any:
    if configuration is not None and configuration.is_direct:
        return direct_document(mapping)
    if mapping.failure is not None:
        return {"failure": {"code": mapping.failure.code, "path": mapping.failure.path}}
    return simulation_document(mapping, configuration)


def _read(path: Path) -> Any:
    return orjson.loads(path.read_bytes()) if path.exists() else {}


def _parsed(configuration: Any) -> InboundConfiguration | None:
    try:
        return parse_configuration(configuration)
    except Invalid:
        return None
