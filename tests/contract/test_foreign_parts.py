"""A caller's own request in which one id is another organization's: the answer of an id that nobody has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import NEIGHBOUR, NEIGHBOUR_OWNER, Stage
from tests.contract.bodies import BODIES
from tests.contract.conftest import one_of_each
from tests.contract.doors import knock
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.test_strangers import shown, stored
from tests.contract.things import Things
from tests.receiver import Receiver
from tests.sharing import shared

pytestmark = pytest.mark.once

ClientOf = Callable[[Any], Client]
NAMES = {"variable_key", "group_name", "portal_key", "own_event", "draft", "app_id", "component_id"}
"""Chosen by whoever makes them, so that both organizations have the same ones."""


def written(operation: Operation, things: Things) -> str:
    """All that the request says."""
    return things.path(operation) + json.dumps(BODIES[operation.id](things))


def parts(operation: Operation) -> list[str]:
    """The ids that the operation's request names."""
    things = Things.unknown()
    one_each = replace(things, **{each.name: f"the-{each.name}" for each in fields(things)})
    return [each.name for each in fields(things) if f"the-{each.name}" in written(operation, one_each)]


NAMING_SEVERAL = [row for row in OPERATIONS if len(set(parts(row)) - NAMES) > 1]


@pytest.fixture(scope="module")
def own(world: tuple[Stage, Things], django_db_blocker: Any, other_system: Receiver) -> Iterator[Things]:
    """One thing of every kind next door."""
    stage = world[0]
    next_door = Stage(home=stage.next_door, next_door=stage.home)
    with shared(django_db_blocker, lambda: one_of_each(next_door, other_system)) as made:
        yield made


LONGEST_NUMBER = 10
"""Characters of an id that only counts rows, and stands in any text by chance."""


@dataclass(frozen=True)
class Answered:
    """One answer, and every row there is after it."""

    status: int
    headers: dict[str, str]
    body: str
    text: str
    rows: dict[str, Any]

    @property
    def told(self) -> tuple[int, dict[str, str], str]:
        """What two answers may be compared by."""
        return self.status, self.headers, self.body


IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]+_[0-9A-Za-z]{21,26}\b")


def answered(client: Client, operation: Operation, things: Things) -> Answered:
    """What an answer tells, without the ids in it, and what is stored then; nothing of it is kept."""
    before = transaction.savepoint()
    answer = knock(client, operation, things)
    after = stored()
    transaction.savepoint_rollback(before)
    status, headers, body = shown(answer)
    headers.pop("Content-Length", None)  # ids are not all of one length
    return Answered(status, headers, IDS.sub("an id", json.dumps(body)), answer.text, after)


def rows_of(organization_id: Any, rows: dict[str, Any]) -> dict[str, Any]:
    """Those of one organization, of every table that says whose its rows are."""
    return {
        name: [row for row in table if row.get("organization_id") == organization_id] for name, table in rows.items()
    }


@pytest.mark.parametrize("operation", NAMING_SEVERAL, ids=lambda row: row.id)
def test_a_part_that_is_somebody_elses_does_not_exist(
    client_of: ClientOf, stage: Stage, things: Things, own: Things, operation: Operation
) -> None:
    client = client_of(NEIGHBOUR_OWNER if operation.grant == "OWNER" else NEIGHBOUR)
    ours = rows_of(stage.home.pk, stored())
    values = {getattr(things, each.name) for each in fields(things) if each.name not in NAMES}
    secret = {value for value in values if len(value) > LONGEST_NUMBER}
    for name in sorted(set(parts(operation)) - NAMES):
        foreign = answered(client, operation, replace(own, **{name: getattr(things, name)}))
        unknown = answered(client, operation, replace(own, **{name: getattr(Things.unknown(), name)}))
        assert (name, foreign.told) == (name, unknown.told)
        assert [other for other in secret - {getattr(things, name)} if other in foreign.text] == []
        assert rows_of(stage.home.pk, foreign.rows) == ours
