"""The built-in events, read once from energy.json and manufacturing.json, and found by name or by what fires them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from hub.errors import NotFound
from hub.events.catalogue.definition import EventDefinition

FILES: Final = ("energy.json", "manufacturing.json")


@cache
def built_ins() -> Mapping[str, EventDefinition]:
    """Every built-in event by its name, in the order of the catalogue (core-catalog.md 3)."""
    raw = [one for name in FILES for one in orjson.loads(Path(__file__).with_name(name).read_bytes())]
    return {definition.name: definition for definition in map(EventDefinition.parse, raw)}


def find_built_in(name: str) -> EventDefinition | None:
    """The built-in event called name, if there is one."""
    return built_ins().get(name)


def built_in(name: str) -> EventDefinition:
    """The built-in event called name. Raises NotFound."""
    definition = find_built_in(name)
    if definition is None:
        raise NotFound(f"There is no event called {name}.")
    return definition


def watching(operation: str, schema: str) -> tuple[EventDefinition, ...]:
    """The built-in events that such an operation on such an entity may fire, in the order of the catalogue.

    operation is one of createEntity, updateEntity, deleteEntity. Attributes, values and purposes are still to be
    looked at.
    """
    return _watching().get((operation, schema), ())


@cache
def _watching() -> Mapping[tuple[str, str], tuple[EventDefinition, ...]]:
    found: dict[tuple[str, str], tuple[EventDefinition, ...]] = {}
    for definition in built_ins().values():
        trigger = definition.trigger
        for pair in [(one, slug) for one in trigger.operations for slug in trigger.schemas] if trigger else ():
            found[pair] = (*found.get(pair, ()), definition)
    return found
