"""Both doors of managed calls give the same answer, and no call is made twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, ProgrammingError
from django.test.utils import CaptureQueriesContext

from hub import clock
from hub.accounts.models import ApiToken, Organization
from hub.accounts.tokens import authenticate
from hub.ids import new_id
from hub.jsonata.pool import Busy
from inbound.lanes import on_use_case_saved
from proxies.api.call_short_path import CallPath
from proxies.managed_call import execution
from proxies.managed_call.answers import document_of
from tests.builders import make_integration, make_organization, make_token, make_use_case
from tests.door import Door
from tests.proxies.partner import Partner, answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_connection_stays_open")]

Told = tuple[str, dict[str, str], bytes]
PAYLOAD = {"customer_id": "C-1", "q": "a"}
EVENT = "X-Inbound-Event-Id"


class Doors:
    """The long way and the short one to a managed call; the token is remembered, as it is after its first request."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.credential = {"HTTP_AUTHORIZATION": f"Bearer {partner.token.text}"}
        self.application = WSGIHandler()
        self.short = CallPath(self.application)
        self.remember(partner.token.text)

    def remember(self, token: str) -> None:
        """From now on the token is the caller's."""
        self.credential = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        authenticate(self.credential["HTTP_AUTHORIZATION"], None, clock.now())

    def both(self, body: Any = None, *, slug: str = "get-customer", **environ: Any) -> tuple[Told, Told]:
        """The same request to both."""
        return self._post(self.application, body, slug, environ), self.short_way(body, slug=slug, **environ)

    def short_way(self, body: Any = None, *, slug: str = "get-customer", **environ: Any) -> Told:
        """What the short path answers."""
        return self._post(self.short, body, slug, environ)

    def only_short(self) -> None:
        """From now on the long way fails."""
        self.short.application = _refuse

    def _post(self, application: Any, body: Any, slug: str, environ: dict[str, Any]) -> Told:
        whole = {"integration_id": str(self.partner.integration.pk), "payload": PAYLOAD} if body is None else body
        content = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
        sent = {name: value for name, value in (self.credential | environ).items() if value is not None}
        return Door(application, f"/v1/managed-call/{slug}/execute").post(content, **sent)


def _refuse(*_: object) -> Any:
    raise AssertionError("the long way was taken")


@pytest.fixture
def doors(partner: Partner) -> Doors:
    """Those of the usual call."""
    partner.call()
    return Doors(partner)


def test_a_plain_call_takes_the_short_way_and_is_answered_alike(doors: Doors) -> None:
    long_way = doors.both()[0]
    doors.only_short()
    assert doors.short_way() == long_way
    assert (long_way[0], json.loads(long_way[2])) == ("200 OK", {"name": "John Doe", "email": "john@example.com"})


BODIES = {
    "no JSON": b"{",
    "no object": [],
    "named twice": b'{"integration_id":1,"integration_id":2}',
    "no integration": {"payload": PAYLOAD},
    "unknown integration": {"integration_id": str(new_id()), "payload": PAYLOAD},
    "payload no object": {"integration_id": str(new_id()), "payload": []},
}


@pytest.mark.parametrize("case", BODIES)
def test_both_doors_refuse_a_body_alike(doors: Doors, case: str) -> None:
    long_way, short_way = doors.both(BODIES[case])
    assert short_way == long_way
    assert short_way[0][0] == "4"


@pytest.mark.parametrize("slug", ["nobody", "Get-Customer", "a%20b"])
def test_both_doors_know_the_same_calls(doors: Doors, slug: str) -> None:
    long_way, short_way = doors.both(slug=slug)
    assert short_way == long_way
    assert short_way[0].startswith("404")


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_AUTHORIZATION": "Bearer nonsense"},
        {"HTTP_AUTHORIZATION": None},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_X_CORRELATION_ID": "order-4711"},
        {"HTTP_ACCEPT": "application/xml"},
        {"HTTP_X_EPILOT_ORG_ID": "another"},
        {"HTTP_X_HUB_HOP": "11"},
        {"QUERY_STRING": "envelope=true"},
        {"QUERY_STRING": "envelope=perhaps"},
    ],
)
def test_both_doors_take_headers_alike(doors: Doors, environ: dict[str, str]) -> None:
    long_way, short_way = doors.both(**environ)
    assert short_way == long_way


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ({"operation": {"path": "/{{env.nobody}}"}}, "500"),
        ({"operation": {"path": "/{{nothing}}"}}, "400"),
        ({"response_mapping": "$error('no')"}, "400"),
        ({"secure_proxy": {"use_case_slug": "nobody"}}, "404"),
        ({"enabled": False}, "400"),
    ],
)
def test_both_doors_tell_alike_why_a_call_has_no_result(
    partner: Partner, doors: Doors, configuration: dict[str, Any], status: str
) -> None:
    partner.call("broken", **configuration)
    long_way = doors.both(slug="broken")[0]
    doors.only_short()
    assert doors.short_way(slug="broken") == long_way
    assert long_way[0].split()[0] == status


def test_both_doors_tell_a_refusal_of_the_other_system_alike(partner: Partner, doors: Doors) -> None:
    partner.receiver.answer_in_turn(answer({"msg": "no k-123456"}, 404))
    long_way, short_way = doors.both()
    assert short_way == long_way
    assert b'{"msg":"no ***"}' in short_way[2]


def test_both_doors_hand_the_result_on(partner: Partner, doors: Doors) -> None:
    on_use_case_saved(use_case=make_use_case(integration=partner.integration, slug="customers"))
    partner.call("handed-on", inbound_use_case_slug="customers")
    long_way, short_way = doors.both(slug="handed-on")
    assert all(told[1].pop(EVENT).startswith("evt_") for told in (long_way, short_way))
    assert short_way == long_way


def test_an_event_is_queued_though_the_configuration_moves_during_the_call(
    partner: Partner, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_use_case_saved(use_case=make_use_case(integration=partner.integration, slug="customers"))
    partner.call("handed-on", inbound_use_case_slug="customers")

    def moved(*answered: Any) -> bytes:
        _bump(partner)
        return document_of(*answered)

    monkeypatch.setattr(execution, "document_of", moved)
    doors.only_short()
    assert doors.short_way(slug="handed-on")[1][EVENT].startswith("evt_")
    assert len(partner.receiver.requests) == 1


def test_a_token_that_was_revoked_calls_nobody(partner: Partner, doors: Doors) -> None:
    ApiToken.objects.filter(organization=partner.organization).update(revoked_at=clock.now())
    _bump(partner)
    assert doors.short_way()[0].startswith("401")
    assert not partner.receiver.requests


def test_a_call_that_was_switched_off_calls_nobody(partner: Partner, doors: Doors) -> None:
    doors.short_way()
    partner.integration.use_cases.update(enabled=False)
    _bump(partner)
    assert b"USE_CASE_DISABLED" in doors.short_way()[2]
    assert len(partner.receiver.requests) == 1


def test_a_token_of_another_integration_is_refused_alike(partner: Partner, doors: Doors) -> None:
    other = make_integration(organization=partner.organization)
    doors.remember(make_token(organization=partner.organization, integration_ids=[str(other.pk)]).text)
    long_way, short_way = doors.both()
    assert short_way == long_way
    assert short_way[0].startswith("403")
    assert not partner.receiver.requests


def test_a_token_of_another_organization_finds_nothing(partner: Partner, doors: Doors) -> None:
    doors.remember(make_token(organization=make_organization()).text)
    long_way, short_way = doors.both()
    assert short_way == long_way
    assert short_way[0].startswith("404")
    assert not partner.receiver.requests


def test_both_doors_share_one_limit(doors: Doors, settings: Any) -> None:
    settings.HUB_RATE_LIMIT_PER_MINUTE = 3
    told = [*doors.both(), *doors.both()]
    assert [one[0].split()[0] for one in told] == ["200", "200", "200", "429"]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OperationalError("server closed the connection unexpectedly"), "503"),
        (ProgrammingError("there is no such column"), "500"),
        (Busy("All mapping processes are busy. Try again in a moment."), "429"),
    ],
)
def test_a_call_that_fails_after_it_was_sent_is_not_made_again(
    partner: Partner, doors: Doors, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(execution, "document_of", fail)
    assert doors.short_way()[0].split()[0] == status
    assert len(partner.receiver.requests) == 1


def test_a_call_that_is_warm_asks_the_database_once(
    doors: Doors, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    doors.short_way()
    with count_queries() as counted:
        doors.short_way()
    assert ["config_version" in query["sql"] for query in counted.captured_queries] == [True]


def _bump(partner: Partner) -> None:
    organization = Organization.objects.get(pk=partner.organization.pk)
    Organization.objects.filter(pk=organization.pk).update(config_version=organization.config_version + 1)
