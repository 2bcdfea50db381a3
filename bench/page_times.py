"""Pages and monitoring APIs over a large database: what each takes on the server, told by Django's own client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from statistics import median
from typing import Final, NamedTuple

from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.page_addresses import PAGES, QUERIES, READS
from bench.stock.past import PAST
from hub import clock, garbage
from hub.accounts.models import Membership, Organization, Role, User
from hub.ids import to_text
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from integrations.models import Integration, UseCase
from monitoring.models import Issue
from outbound.models import DELIVERY_PREFIX, Delivery
from tools.running import EVERY_GRANT

ROUNDS: Final = 20
HOST: Final = "127.0.0.1"
WINDOWS: Final = ("24h", "7d", "30d", "90d")
SINCE: Final = timedelta(days=60)
EMAIL: Final = "bench@example.com"
Ask = Callable[[], HttpResponse]


class Taken(NamedTuple):
    """Milliseconds of a request; those that Python computed, which no neighbour of this machine lengthens; queries."""

    name: str
    median: float
    highest: float
    computed: float
    queries: int


def show() -> None:
    """A line for each."""
    for taken in times(Organization.objects.get(slug="works")):
        print(
            f"  {taken.name:<56} {taken.median:>8.1f} ms, 95th percentile {taken.highest:>8.1f} ms, "
            f"{taken.computed:>6.1f} ms in Python, {taken.queries:>3} queries",
            flush=True,
        )


def times(organization: Organization) -> Iterator[Taken]:
    """Each page in each window, then each query: of ROUNDS requests after one that warms up; garbage as on a server."""
    integration = Integration.objects.get(organization=organization, name=PAST)
    known = _known(integration)
    browser, machine = Client(SERVER_NAME=HOST), Client(headers=_authorization(organization), SERVER_NAME=HOST)
    browser.force_login(_owner(organization))
    garbage.collect_rarely(garbage.OF_A_SERVER)
    for name, address in PAGES.items():
        for window in WINDOWS if "{window}" in address else ("",):
            path = address.format(window=window, **known)
            yield _timed(f"page: {name} {window}".strip(), lambda path=path: browser.get(path))
    for name, address in READS.items():
        path = "/" + address.format(**known)
        yield _timed(f"API: {name}", lambda path=path: machine.get(path))
    since = (clock.now() - SINCE).isoformat()
    for name, (address, body) in QUERIES.items():
        path = "/" + address.format(**known)
        filled = {key: known.get(value[1:-1], value) if value[:1] == "{" else value for key, value in body.items()}
        text = json.dumps({"from_date": since} | filled)
        yield _timed(
            f"API: {name}", lambda path=path, text=text: machine.post(path, text, content_type="application/json")
        )


def _known(integration: Integration) -> dict[str, str]:
    """What stands in braces."""
    events = InboundEvent.objects.filter(integration_id=integration.pk)
    deliveries = Delivery.objects.filter(integration_id=integration.pk)
    return {
        "integration": str(integration.pk),
        "use_case": str(UseCase.objects.get(integration=integration, slug="past-0").pk),
        "event": to_text(EVENT_PREFIX, events.latest("received_at", "id").pk),
        "issue": str(Issue.objects.filter(integration_id=integration.pk).latest("number", "id").pk),
        "delivery": to_text(DELIVERY_PREFIX, deliveries.latest("created_at", "id").id),
        "webhook": deliveries.latest("created_at", "id").webhook_id,
    }


def _timed(name: str, ask: Ask) -> Taken:
    with CaptureQueriesContext(connection) as captured:
        first = ask()
    if first.status_code != 200:
        raise SystemExit(f"{name}: {first.status_code} {first.content[:200]!r}")
    queries = len(captured)
    taken, computed = zip(*(_once(ask) for _ in range(ROUNDS)), strict=True)
    return Taken(name, median(taken), sorted(taken)[-2], median(computed), queries)


def _once(ask: Ask) -> tuple[float, float]:
    started, at_work = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - started) * 1000, (time.process_time() - at_work) * 1000


def _authorization(organization: Organization) -> dict[str, str]:
    told = StringIO()
    named = {"organization": organization.slug, "name": "bench", "grants": EVERY_GRANT}
    call_command("hub_token", "create", **named, json=True, stdout=told)
    return {"authorization": f"Bearer {json.loads(told.getvalue())['token']}"}


def _owner(organization: Organization) -> User:
    user, _ = User.objects.get_or_create(email=EMAIL)
    owner = {"role": Role.OWNER, "created_at": clock.now()}
    Membership.objects.get_or_create(organization=organization, user=user, defaults=owner)
    return user
