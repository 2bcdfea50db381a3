"""One secret goes out by every way, every other system says it back in every place, and afterwards nobody finds it."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection
from django.test import Client

from hub import clock
from hub.environments.log_masking import MaskSecrets
from hub.logs import JSONLines
from hub.served_files import links
from integrations.models import UseCase, UseCaseType
from proxies.managed_call.recording import successes
from tests.builders import make_member, make_secret, make_token, make_use_case, make_variable
from tests.forward_proxy import ForwardProxy
from tests.hub.web.test_settings_page import with_fresh_password
from tests.outbound.world import World, mapping
from tests.receiver import Received, Receiver, Reply

SECRET = 'plum"kettle/4711&zebra'
REFERENCE = "{{env.erp.key}}"
FORMS = (
    SECRET,
    quote(SECRET, safe=""),
    json.dumps(SECRET)[1:-1],
    base64.b64encode(SECRET.encode()).decode(),
    base64.urlsafe_b64encode(SECRET.encode()).decode(),
    SECRET.replace("&", "&amp;").replace('"', "&quot;"),
)
"""However somebody may have written it."""
LINK = re.compile(r'(?:href|hx-get)="(/app[^"#]*)')
MOST_PAGES = 400
SAYING_BACK = [200, 302, 401, 503]
"""Statuses that bring everything back."""


def found_in(text: str) -> list[str]:
    """The forms of the secret that stand in a text."""
    return [form for form in FORMS if form in text]


def said_back(received: Received, status: int) -> Reply:
    """All that came and every form of the secret, in the body, in the headers and in the place of a redirect."""
    told = {"said-back": [*received.headers.values(), received.body.decode(), *FORMS]}
    headers = {"Content-Type": "application/json", "X-Back": SECRET, "Location": f"/{quote(SECRET, safe='')}"}
    return Reply(status, headers, json.dumps(told).encode())


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that is logged, as the handler of the settings writes it."""
    written, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.addFilter(MaskSecrets())
    handler.setFormatter(JSONLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


class Ways:
    """Everything of one integration by which the secret leaves the hub; told keeps what callers were answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[str] = []
        self.machine = Client(headers={"authorization": f"Bearer {make_token(organization=world.organization).text}"})
        self.owner = Client()
        self.owner.force_login(make_member(organization=world.organization, role="owner").user)
        with_fresh_password(self.owner)
        make_secret(organization=world.organization, key="erp.key", value=SECRET)
        make_variable(organization=world.organization, key="erp.base", value=world.receiver.url)
        auth = {"type": "api_key", "api_key": REFERENCE}
        world.integration.connector_config = {"base_url": f"{world.receiver.url}/call", "auth": auth}
        world.integration.save()
        self.call = self._use_case(
            "managed_call", {"operation": {"method": "POST", "path": "/x", "headers": {"X-Own": REFERENCE}}}
        )
        self.proxy = self._use_case("secure_proxy", {"vpc_mode": "static_ip"})
        self.file = self._use_case("file_proxy", self._recipe())
        own = {"payloadConfiguration": {"custom_headers": {"X-Own": REFERENCE}}}
        through = {"integration_id": str(world.integration.pk), "use_case_slug": self.proxy.slug}
        world.webhook(**own)
        world.webhook("wh_2", url="http://93.184.216.34/hook", secureProxy=through, **own)
        world.use_case(mapping(), mapping("wh_2", number=2))

    def _use_case(self, type: str, configuration: dict[str, Any]) -> UseCase:
        slug = type.replace("_", "-")
        return make_use_case(
            integration=self.world.integration, slug=slug, type=UseCaseType(type), configuration=configuration
        )

    def _recipe(self) -> dict[str, Any]:
        step = {"url": "{{env.erp.base}}/file", "method": "POST", "headers": {"X-Own": REFERENCE}}
        first = step | {"body": f"key={REFERENCE}", "response_type": "json"}
        response = {"body": "steps[1].body", "encoding": "binary", "filename": "steps[0].body.`said-back`[0]"}
        return {"steps": [first, step | {"response_type": "binary"}], "response": response}

    def go(self, number: int) -> None:
        """By each of them once."""
        self.world.change_contact(f"C-{number}")
        self.world.work()
        self._execute()
        self._try()
        self._open_file()
        self._proxy()

    def _execute(self) -> None:
        body = {"integration_id": str(self.world.integration.pk), "payload": {}}
        path = f"/v1/managed-call/{self.call.slug}/execute"
        answer = self.machine.post(path, body, content_type="application/json")
        if answer.status_code != 200:  # what a call brings is the caller's
            self.told.append(answer.text)

    def _try(self) -> None:
        page = f"/app/integrations/{self.world.integration.pk}/use-cases/{self.call.pk}/try"
        self.told.append(self.owner.post(page, {"payload": "{}"}).text)

    def _open_file(self) -> None:
        named = {
            "orgId": self.world.organization.public_id,
            "integrationId": str(self.world.integration.pk),
            "useCaseSlug": self.file.slug,
        }
        parts = urlsplit(links.sign("/download", [*named.items()], at=clock.now()).url)
        answer = Client().get(f"{parts.path}?{parts.query}")
        if answer.status_code != 200:  # what a file holds is the browser's
            self.told.append(answer.text)
        else:
            answer.getvalue()

    def _proxy(self) -> None:
        body = {"integration_id": str(self.world.integration.pk), "use_case_id": str(self.proxy.pk)}
        request = {"url": "http://93.184.216.34/x", "method": "POST", "headers": {"X-Own": REFERENCE}}
        self.machine.post("/v1/secure-proxy", body | request, content_type="application/json")


@pytest.fixture
def ways(world: World, receiver: Receiver, settings: Any, log: StringIO) -> Iterator[Ways]:
    """All of them, gone once for every status."""
    with ForwardProxy(int(receiver.url.rpartition(":")[2])) as tunnels:
        settings.HUB_STATIC_IP_EGRESS = tunnels.url
        made = Ways(world)
        for number, status in enumerate(SAYING_BACK):
            receiver.answer = lambda received, _, status=status: said_back(received, status)
            made.go(number)
        successes.flush()
        yield made


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table, with the table's name, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, _as_text(value)) for row in cursor.fetchall() for value in row)


def _as_text(value: Any) -> str:
    """Any: what a column holds."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def pages_of(client: Client) -> dict[str, str]:
    """Every page that a person comes to by links, with its text."""
    found: dict[str, str] = {}
    waiting = ["/app/overview"]
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address)
        found[address] = answer.getvalue().decode("utf-8", "replace")
        waiting += [unescape(link) for link in LINK.findall(found[address])]
    return found


def test_the_secret_has_gone_out_by_every_way(ways: Ways, receiver: Receiver) -> None:
    got = {one.path for one in receiver.requests if SECRET in one.headers.values()}
    assert got == {"/events", "/hook", "/call/x", "/file"}


def test_no_table_holds_the_secret(ways: Ways) -> None:
    everything = list(cells())
    assert [one for one in everything if "said-back" in one[1]]
    assert [(table, text[:2000]) for table, text in everything if found_in(text)] == []


def test_no_page_shows_the_secret(ways: Ways) -> None:
    shown = pages_of(ways.owner)
    assert [page for page, text in shown.items() if "said-back" in text]
    assert [page for page, text in shown.items() if found_in(text)] == []


def test_no_caller_is_told_the_secret(ways: Ways) -> None:
    assert [text for text in ways.told if "***" in text]
    assert [(text) for text in ways.told if found_in(text)] == []


def test_no_line_of_the_log_holds_the_secret(ways: Ways, log: StringIO) -> None:
    assert log.getvalue()
    assert [line for line in log.getvalue().splitlines() if found_in(line)] == []
