"""The worker works out the fields of events; what cannot be worked on keeps nobody else from it."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.environments.models import Variable
from hub.events import projecting
from hub.events.models import CoreEvent
from hub.events.projecting import work
from hub.ids import new_id
from tests.builders import make_variable
from tests.cast import Stage
from tests.hub.events.builders import field, make_core_event, make_own_event

pytestmark = pytest.mark.django_db

NAME = field("contact.last_name")


def raw(organization: Organization, **fields: Any) -> CoreEvent:
    """An event whose fields are still to be worked out."""
    return make_core_event(organization=organization, state="raw", **fields).row


def state_of(event: CoreEvent) -> tuple[str, str]:
    event.refresh_from_db()
    return event.state, event.problem


def locked_out(organization: Organization) -> None:
    """Nobody can open what the organization keeps."""
    variable = make_variable(organization=organization, key="list", value=["x"], type="List", item_type="String")
    Variable.objects.filter(pk=variable.pk).update(sealed="v1.1.x.y")
    organization.bump_config_version()


def test_the_fields_of_an_event_are_worked_out(organization: Organization):
    make_own_event(organization=organization, schema_fields={"name": NAME})
    event = raw(organization)
    assert (work(), state_of(event), event.payload["name"]) == (1, ("ready", ""), "Jensen")


def test_events_that_must_wait_keep_no_other_organization_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(projecting, "AT_ONCE", 2)
    for organization in (stage.home, stage.next_door):
        make_own_event(organization=organization)
    locked_out(stage.home)
    stuck = [raw(stage.home) for _ in range(3)]
    event = raw(stage.next_door)
    assert (work(), state_of(event)[0]) == (1, "ready")
    assert {state_of(one)[0] for one in stuck} == {"raw"}
    assert work() == 0


def test_every_organization_has_a_part_of_each_turn(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(projecting, "AT_ONCE", 2)
    for organization in (stage.home, stage.next_door):
        make_own_event(organization=organization)
    first, second = [raw(stage.home) for _ in range(2)]
    other = raw(stage.next_door)
    assert (work(), state_of(first)[0], state_of(second)[0], state_of(other)[0]) == (2, "ready", "raw", "ready")


def test_events_of_an_organization_that_is_gone_end(organization: Organization):
    event = raw(organization)
    CoreEvent.objects.filter(pk=event.pk).update(organization_id=organization.pk + 1_000_000)
    assert (work(), state_of(event)) == (1, ("malformed", "The organization of the event is gone."))


def test_an_event_is_worked_out_by_the_version_it_was_published_with(organization: Organization):
    counter = {"_id": str(new_id()), "_schema": "meter_counter"}
    ticket = {"_id": str(new_id()), "_schema": "ticket"}
    event = raw(organization, name="LocationMoveRequested", version="1.0")
    CoreEvent.objects.filter(pk=event.pk).update(
        payload=event.payload | {"ticket": ticket, "meter_counter": counter, "_event_version": "1.0"}
    )
    work()
    event.refresh_from_db()
    assert state_of(event) == ("ready", "")


def test_an_event_of_a_version_that_nobody_knows_ends(organization: Organization):
    event = raw(organization, name="LocationMoveRequested", version="9.0")
    work()
    assert state_of(event) == ("malformed", "There is no definition of LocationMoveRequested 9.0 any more.")
