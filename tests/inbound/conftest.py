"""A small ERP: one integration, a contact mapping, ways to send events and to let the worker run."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from hub import clock
from hub.accounts.models import Organization
from hub.accounts.tokens import authenticate
from hub.entities.models import Entity
from inbound import replay
from inbound.intake import take_in
from inbound.lanes import on_use_case_saved
from inbound.process import lane, mapped, versions, work
from inbound.receive import routing
from inbound.receive.envelope import ItemResult
from inbound.short_path import PATH, ShortPath
from inbound.simulate import simulation_pool
from integrations.models import Integration, UseCase
from tests.builders import make_integration, make_organization, make_token, make_use_case
from tests.door import Door

CONTACT = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [
                {"attribute": "customer_number", "field": "KUNNR"},
                {"attribute": "last_name", "field": "$.NAME.NACHNAME"},
                {"attribute": "first_name", "jsonataExpression": "NAME.VORNAME", "enabled": "$exists(NAME.VORNAME)"},
            ],
        }
    ]
}


def customer(number: object, last_name: str = "Müller", **more: Any) -> dict[str, Any]:
    """A payload of the ERP."""
    return {"KUNNR": number, "NAME": {"NACHNAME": last_name, **more}}


class Erp:
    """Posts events of one integration and looks at what came of them."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.integration: Integration = make_integration(organization=organization)
        self.token = make_token(organization=organization)
        self.use_case = self.add_use_case("customer", CONTACT)

    def add_use_case(self, slug: str, configuration: Any, **fields: Any) -> UseCase:
        """An inbound use case with its lane."""
        use_case = make_use_case(
            integration=self.integration, slug=slug, name=slug.title(), configuration=configuration, **fields
        )
        on_use_case_saved(use_case=use_case)
        self.configuration_changed()
        return use_case

    def configuration_changed(self) -> None:
        """What every configuration write does: remembered facts no longer count."""
        Organization.objects.filter(pk=self.organization.pk).update(config_version=self.organization.config_version + 1)
        self.organization.refresh_from_db()

    def event(self, payload: Any, **fields: Any) -> dict[str, Any]:
        """One event for the customer use case."""
        if "event_name" not in fields and "object_type" not in fields:
            fields.setdefault("use_case_slug", "customer")
        return {"timestamp": "2026-01-15T07:59:00Z", "payload": payload, **fields}

    def request(self, *events: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A request of the present version."""
        return {"integration_id": str(self.integration.pk), "events": list(events), **fields}

    def send(self, *events: dict[str, Any], version: int = 3, **fields: Any) -> list[ItemResult]:
        """Hand a request to intake, as every door does."""
        body = json.dumps(self.request(*events, **fields)).encode()
        return list(take_in(body=body, version=version, identify=self._identify, at=clock.now()).results)

    def _identify(self, is_fresh: bool) -> Any:
        return authenticate(f"Bearer {self.token.text}", None, clock.now())

    def sync(self, payload: Any, **fields: Any) -> ItemResult:
        """Send one event and let the worker apply it."""
        [result] = self.send(self.event(payload, **fields))
        drain()
        return result

    def entity(self, number: str) -> Entity:
        """The one contact with this customer number."""
        return Entity.objects.of(self.organization).get(schema="contact", attributes__customer_number=number)


def drain() -> int:
    """Let the worker run until nothing is due; how many events it settled."""
    settled = 0
    while done := work():
        settled += done
    return settled


@pytest.fixture
def erp(organization: Organization) -> Erp:
    """The ERP of the home organization."""
    return Erp(organization)


@pytest.fixture
def machine(erp: Erp, client_of: Callable[..., Client]) -> Client:
    """A client with a token of the ERP's organization."""
    return client_of(erp.token)


@pytest.fixture
def save_meanwhile(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has somebody save a use case while a replay is made ready, the next times."""
    left, read_bodies = [0], replay.read_bodies

    def read(ids: Collection[UUID]) -> dict[UUID, bytes]:
        left[0] -= 1
        if left[0] >= 0:
            erp.configuration_changed()
        return read_bodies(ids)

    monkeypatch.setattr(replay, "read_bodies", read)
    return lambda times: left.__setitem__(0, times)


@pytest.fixture
def other_erp(db: None) -> Erp:
    """The ERP of somebody else."""
    return Erp(make_organization())


@pytest.fixture
def doors(erp: Erp, _connection_stays_open: None) -> tuple[Door, Door]:
    """The long way and the short one; the token is remembered, as it is after its first request."""
    authenticate(f"Bearer {erp.token.text}", None, clock.now())
    application = WSGIHandler()
    return Door(application, PATH), Door(ShortPath(application), PATH)


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    """Routing tables and versions of another test, whose ids may come again, are gone."""
    routing.forget_all()
    versions.forget_all()


@pytest.fixture(autouse=True, scope="session")
def _end_children() -> Iterator[None]:
    """Mapping and simulation children end with the tests that used them."""
    yield
    mapped.mapping_pool().close()
    simulation_pool().close()


@pytest.fixture
def once_a_slice_has_begun(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has something happen between the marks of the first slice and its transaction."""

    def plan(act: Callable[[], object]) -> None:
        waiting = [act]
        begin_slice = lane.begin_slice

        def begin(lease: lane.Lease, *, first: int, last: int) -> None:
            begin_slice(lease, first=first, last=last)
            if waiting:
                waiting.pop()()

        monkeypatch.setattr(lane, "begin_slice", begin)

    return plan


__all__ = ["CONTACT", "Erp", "customer", "drain"]
