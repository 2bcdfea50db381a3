"""Source: a partner's API with records on pages; Works: an integration that reads it by schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.json_types import JSONValue
from inbound.lanes import on_use_case_saved
from inbound.models import InboundBody, InboundEvent, InboundOutcome
from integrations.models import Integration, UseCase, UseCaseType
from integrations.operations.author import Author
from proxies.models import Pull, PullRun
from proxies.pulling import planning, running
from proxies.pulling.acts import Keeper
from tests.builders import make_integration, make_use_case
from tests.conftest import FixedClock
from tests.receiver import Received, Receiver, Reply, listening

ON_A_PAGE = 2


class Source:
    """Customers in the order of their change; asked with since (exclusive) and page, from 1."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.records: list[dict[str, Any]] = []
        self.failures: list[Reply] = []
        receiver.answer = self._answer

    def add(self, *numbers: str, changed_at: str = "2026-01-10T00:00:00Z") -> None:
        """More customers."""
        self.records += [{"number": number, "changed_at": changed_at} for number in numbers]

    @property
    def asked(self) -> list[dict[str, str]]:
        """The query of each request."""
        return [_query(one) for one in self.receiver.requests]

    def _answer(self, request: Received, _: int) -> Reply:
        if self.failures:
            return self.failures.pop(0)
        query = _query(request)
        page = int(query.get("page") or "1")
        wanted = [one for one in self.records if one["changed_at"] > query.get("since", "")]
        if query.get("number"):
            wanted = [one for one in self.records if one["number"] == query["number"]]
        shown = wanted[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        body = {"customers": shown, "next": page + 1 if len(wanted) > page * ON_A_PAGE else None}
        return Reply(200, {"Content-Type": "application/json"}, orjson.dumps(body))


def _query(request: Received) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


PULL: dict[str, Any] = {
    "every_minutes": 15,
    "payload": {"page": 1, "number": ""},
    "cursor": {"parameter": "since", "initial": "2026-01-01T00:00:00Z", "next": "(customers.changed_at)[-1]"},
    "items": "customers",
    "next_page": '$exists(next) and next != null ? {"page": next}',
}


class Works:
    """An organization that reads customers of a source into an inbound use case."""

    def __init__(self, organization: Organization, source: Source, clock: FixedClock) -> None:
        self.organization, self.source, self.clock = organization, source, clock
        self.integration: Integration = make_integration(
            organization=organization,
            integration_type="connector",
            connector_config={"base_url": source.receiver.url},
        )
        on_use_case_saved(use_case=make_use_case(integration=self.integration, slug="customers"))

    def schedule(self, slug: str = "read-customers", **pull: Any) -> UseCase:
        """The managed call with its schedule."""
        operation = {
            "method": "GET",
            "path": "/customers",
            "query_params": {"since": "{{since}}", "page": "{{page}}", "number": "{{number}}"},
        }
        return make_use_case(
            integration=self.integration,
            type=UseCaseType.MANAGED_CALL,
            slug=slug,
            configuration={"operation": operation, "inbound_use_case_slug": "customers", "pull": PULL | pull},
        )

    def work(self) -> None:
        """What a worker does now."""
        planning.plan()
        running.turn(lambda: False)

    @property
    def pull(self) -> Pull:
        """The one there is."""
        return Pull.objects.of(self.organization).get()

    @property
    def runs(self) -> list[PullRun]:
        """In order."""
        return list(PullRun.objects.of(self.organization).order_by("id"))

    @property
    def cursor(self) -> JSONValue:
        """Where the next run begins."""
        return self.pull.cursor

    def taken(self) -> list[str]:
        """The numbers of the customers that have come in and wait to be processed, in order."""
        events = InboundEvent.objects.of(self.organization).order_by("sequence")
        kept = events.exclude(pk__in=InboundOutcome.objects.of(self.organization).values("event_id"))
        bodies = dict(InboundBody.objects.values_list("event_id", "body"))
        return [orjson.loads(bytes(bodies[event.pk]))["number"] for event in kept]

    def keeper(self, use_case: UseCase) -> Keeper:
        """Somebody who acts on the schedule."""
        author = Author(self.organization, Actor("user", "1"), is_admin=False, at=self.clock.at)
        return Keeper.of(author, use_case)


@pytest.fixture
def source() -> Iterator[Source]:
    """A real server."""
    with listening() as receiver:
        yield Source(receiver)


@pytest.fixture
def works(organization: Organization, source: Source, clock: FixedClock, settings: Any) -> Works:
    """Home, which reads the source; the operator has allowed it."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return Works(organization, source, clock)
