"""One hub with demo data and one Chromium for all walks through its pages; each walk gets a window of its own."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tools.browsing import running_browser, sign_in
from tools.running import Demo, Hub, own_database, rows, wait_for

FRESH_S = 5 * 60
"""After so long the owner signs in anew: some pages ask for the password ten minutes after it was typed."""
MOST_TOLD = 2_000
"""Characters of a page."""
HTTP_FAILURE = "Failed to load resource"
"""How Chromium notes an answer of 400 and above, which a page may well want."""


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Hub]:
    """SQLite and the embedded worker."""
    hub = Hub(tmp_path, f"sqlite:///{tmp_path}/hub.sqlite3")
    yield hub
    hub.end()


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Hub]:
    """PostgreSQL, Redis and a real Celery worker."""
    with own_database() as database_url:
        hub = Hub(tmp_path, database_url, redis_url=os.environ["CELERY_BROKER_URL"])
        yield hub
        hub.end()


@dataclass
class Site:
    """A running hub with the demo in it, and the cookies of its owner, who signed in at that second of the machine."""

    hub: Hub
    demo: Demo
    cookies: dict[str, object] = field(default_factory=dict)
    signed_in_s: float = 0.0

    def confirm(self, page: Page) -> None:
        """Type the password again, which what deletes asks for ten minutes after the last time."""
        page.goto(f"{self.hub.address}/accounts/reauthenticate/?next=/app/overview")
        page.get_by_label("Password").fill(self.demo.password)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url("**/app/**")

    def send(self, payload: dict[str, Any], slug: str = "customer-sync") -> str:
        """Post one event as the demo's ERP; its id. Any: whatever an ERP sends."""
        event = {"use_case_slug": slug, "timestamp": "2026-01-15T08:00:00Z", "payload": payload}
        body = {"integration_id": self.demo.integration_id, "events": [event]}
        answer = self.hub.request("POST", "/v3/erp/updates/events", body, self.demo.token)
        return str(answer.json()["results"][0]["event_id"])

    def entity(self, schema: str, **attributes: Any) -> str:
        """Make an entity over the API; its id. Any: whatever an attribute holds."""
        return str(self._asked("POST", f"/v1/entity/{schema}", attributes)["_id"])

    def stored_file(self, filename: str) -> str:
        """Store a file over the API, whose bytes are some JSON; its id."""
        return str(self._asked("POST", f"/v1/entity/file:upload?filename={filename}", {"a": 1})["_id"])

    def change(self, schema: str, entity_id: str, **attributes: Any) -> None:
        """Change an entity over the API."""
        self._asked("PATCH", f"/v1/entity/{schema}/{entity_id}", attributes)

    def automation(self, name: str) -> str:
        """Make one that writes a ticket for every contact and then fails; its id."""
        ticket = {"schema": "ticket", "unique_identifiers": ["ticket_number"]}
        steps = [
            {"type": "map_data", "expression": '{"ticket_number": entity.customer_number}', "entity": ticket},
            {"type": "publish_event", "event_name": "CustomerDetailsUpdated", "seed": {"entity_id": "entity._id"}},
            {"type": "trigger_webhook", "webhook_id": "wh_gone"},
        ]
        trigger = {"type": "entity_change", "schema": "contact", "operations": ["createEntity"]}
        return str(self._asked("POST", "/v1/automations", {"name": name, "trigger": trigger, "steps": steps})["id"])

    def rename_automation(self, automation_id: str, name: str) -> None:
        """Give it another name over the API, which makes a version."""
        path = f"/v1/automations/{automation_id}"
        self._asked("PUT", path, self._asked("GET", path, None) | {"name": name, "change_description": "Clearer"})

    def runs(self, automation_id: str) -> list[Any]:
        """What came of it, newest first. Any: JSON."""
        return list(self._asked("GET", f"/v1/automations/{automation_id}/runs", None)["runs"])

    def set_variable(self, key: str, value: str | None = None, **fields: Any) -> None:
        """Make a variable of the environment over the API; Any: whatever it holds."""
        given = {} if value is None else {"value": value}
        self._asked("POST", "/v1/environments", {"key": key, "type": "String"} | given | fields)

    def undo(self, schema: str, entity_id: str) -> None:
        """Undo the newest change of an entity over the API."""
        newest = self._asked("GET", f"/v1/entity/{schema}/{entity_id}/activity", None)["results"][0]
        self._asked("POST", f"/v1/entity/{schema}/{entity_id}/revert", {"change_id": newest["id"]})

    def read_meter(self, meter_id: str, counter_id: str, *values: float) -> None:
        """Post readings over the API, a day apart; the last one is implausible."""
        named = {"meter_id": meter_id, "counter_id": counter_id, "source": "ERP", "unit": "kWh"}
        readings = [
            {**named, "timestamp": f"2026-01-{day:02}", "external_id": f"R-{day}", "value": value, "status": "valid"}
            for day, value in enumerate(values, start=1)
        ]
        readings[-1]["status"] = "implausible"
        self._asked("POST", "/v2/metering/readings", {"readings": readings})

    def _asked(self, method: str, path: str, body: Any) -> Any:
        answer = self.hub.request(method, path, body, self._entity_token)
        assert answer.status < 300, answer.text
        return answer.json()

    @cached_property
    def _entity_token(self) -> str:
        """A token that may do with entities and automations what the demo's ERP may not."""
        return self._token("entity:*", "environments:*", "automation:*", "event_catalog:*", "webhook:*")

    def poll(self) -> None:
        """Take the next messages of the demo's queue and confirm them, as its ERP would."""
        path = f"/v1/integrations/{self.demo.integration_id}/outbound/messages"
        answer = self.hub.request("POST", f"{path}/poll", {}, self._queue_token)
        assert answer.status == 200
        acks = [{"id": one["id"], "lease_token": one["lease_token"]} for one in answer.json()["messages"]]
        if acks:
            assert self.hub.request("POST", f"{path}/ack", {"acks": acks}, self._queue_token).status == 200

    @cached_property
    def _queue_token(self) -> str:
        """A token that may poll."""
        return self._token("integration:consume")

    def _token(self, *grants: str) -> str:
        slug = rows(self.hub.database_url, "SELECT slug FROM accounts_organization")[0][0]
        words = ["--organization", slug, "--name", grants[0], "--grants", *grants, "--json"]
        return str(json.loads(self.hub.manage("hub_token", "create", *words))["token"])


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One for all journeys, and for no other test: while it runs, Django takes this thread for an asynchronous one."""
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Site]:
    """On the database of the round: SQLite with the embedded worker, or PostgreSQL with Celery."""
    folder = tmp_path_factory.mktemp("site")
    if "DATABASE_URL" in os.environ:
        with own_database() as database_url:
            yield from _running(Hub(folder, database_url, redis_url=os.environ["CELERY_BROKER_URL"]), chromium)
    else:
        yield from _running(Hub(folder, f"sqlite:///{folder}/hub.sqlite3"), chromium)


def _running(hub: Hub, chromium: Browser) -> Iterator[Site]:
    try:
        site = Site(hub, hub.prepare_demo())
        hub.start_worker()
        hub.start_web()
        wait_for(lambda: rows(hub.database_url, "SELECT count(*) FROM inbound_queuedevent") == [(0,)], "the demo")
        _sign_in(site, chromium)
        yield site
    finally:
        hub.end()


def _sign_in(site: Site, chromium: Browser) -> None:
    with chromium.new_context() as context:
        sign_in(context.new_page(), site.hub.address, site.demo.email, site.demo.password)
        site.cookies.update(context.storage_state())
    site.signed_in_s = time.monotonic()


Window = Callable[..., Page]


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes for the fixtures of a walk that it failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def window(site: Site, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Window]:
    """``window()`` is a new window of the signed-in owner; options are those of a browser context.

    A script that fails, and anything the content security policy refuses, fails the test. A walk that fails tells
    which pages it stood on.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and HTTP_FAILURE not in message.text:
            complaints.append(message.text)

    def open_window(**options: object) -> Page:
        if time.monotonic() - site.signed_in_s > FRESH_S:
            _sign_in(site, chromium)
        context = chromium.new_context(**{"storage_state": site.cookies, "base_url": site.hub.address} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    if request.node.stash.get(FAILED, False):
        _tell_where([page for context in contexts for page in context.pages])
    for context in contexts:
        context.close()
    assert complaints == []


def _tell_where(pages: Sequence[Page]) -> None:
    for page in pages:
        text = page.locator("body").inner_text()[:MOST_TOLD]
        sys.stdout.write(f"\nThe walk stood on {page.url}, which said:\n{text}\n")
