"""Both doors of intake give the same answer: status, headers and bytes."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from hub.accounts.tokens import authenticate
from inbound.models import InboundEvent
from inbound.receive import store
from inbound.short_path import PATH, ShortPath
from tests.acceptance import SEND_V3
from tests.conftest import FixedClock
from tests.door import Door
from tests.inbound.conftest import CONTACT, Erp, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_connection_stays_open")]


def bodies(erp: Erp, key: str) -> dict[str, Any]:
    good = erp.event(customer("1"))
    return {
        "one": erp.request(good),
        "several": erp.request(good, erp.event(customer("2"), use_case_slug="nobody"), good),
        "none": erp.request(),
        "duplicate in batch": erp.request(*[erp.event(customer("3"), deduplication_id=key)] * 2),
        "unreadable text": erp.request(erp.event("{", format="json")),
        "wrong rule": erp.request(good | {"timestamp": "yesterday"}),
        "unknown integration": erp.request(good, integration_id="6f1cbb0e-0000-4000-8000-000000000000"),
        "too many": erp.request(*[good] * 101),
        "no object": [],
    }


CASES = (
    "one", "several", "none", "duplicate in batch", "unreadable text", "wrong rule", "unknown integration",
    "too many", "no object",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_both_doors_answer_alike(erp: Erp, doors: tuple[Door, Door], case: str) -> None:
    credential = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"}
    texts = (json.dumps(bodies(erp, key)[case]).encode() for key in ("a", "b"))
    long_way, short_way = (door.post(text, **credential) for door, text in zip(doors, texts, strict=True))
    assert short_way == long_way


def test_both_doors_answer_the_printed_request_alike(
    erp: Erp, doors: tuple[Door, Door], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.add_use_case("customer-sync", CONTACT)
    credential = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"}
    authenticate(credential["HTTP_AUTHORIZATION"], None, clock.now())
    request = SEND_V3.filled(integration_id=erp.integration.pk).body.encode()
    long_way = doors[0].post(request, **credential)
    monkeypatch.setattr(doors[1].application, "application", None)
    assert doors[1].post(request, **credential) == long_way
    assert b'"status":"success"' in long_way[2]


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_AUTHORIZATION": "Bearer nonsense"},
        {"HTTP_AUTHORIZATION": None},
        {"HTTP_AUTHORIZATION": None, "HTTP_X_API_KEY": "nonsense"},
        {"HTTP_AUTHORIZATION": "Basic abc"},
        {"HTTP_CONTENT_ENCODING": "gzip"},
        {"HTTP_HOST": "evil.example"},
    ],
)
def test_both_doors_refuse_alike(erp: Erp, doors: tuple[Door, Door], environ: dict[str, str]) -> None:
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    sent = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"} | environ
    headers = {name: value for name, value in sent.items() if value is not None}
    long_way, short_way = (door.post(body, **headers) for door in doors)
    assert short_way == long_way
    assert not InboundEvent.objects.exists()


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_ACCEPT": "application/xml"},
        {"HTTP_X_CORRELATION_ID": "order-4711", "HTTP_X_REQUEST_ID": "mine"},
        {"HTTP_TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "HTTP_TRACESTATE": "a=b"},
        {"HTTP_COOKIE": "hub_session=0123456789abcdef", "HTTP_ORIGIN": "https://elsewhere.example"},
    ],
)
def test_both_doors_take_no_offence_at_other_headers(
    erp: Erp, doors: tuple[Door, Door], environ: dict[str, str]
) -> None:
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    credential = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"}
    long_way, short_way = (door.post(body, **credential, **environ) for door in doors)
    assert short_way == long_way
    assert short_way[0] == "200 OK"


def test_both_doors_give_the_first_answer_again_for_the_same_idempotency_key(
    erp: Erp, doors: tuple[Door, Door]
) -> None:
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    headers = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}", "HTTP_IDEMPOTENCY_KEY": "order-4711"}
    first, *again = (door.post(body, **headers) for door in (doors[1], doors[0], doors[1]))
    assert again[0] == again[1]
    assert (again[0][0], again[0][2]) == (first[0], first[2])
    assert ("Idempotency-Replayed" in first[1], again[0][1]["Idempotency-Replayed"]) == (False, "true")
    assert InboundEvent.objects.count() == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_both_doors_insist_on_https_where_the_settings_do(erp: Erp, clock: FixedClock, scheme: str) -> None:
    authenticate(f"Bearer {erp.token.text}", None, clock.now())
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    environ = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}", "wsgi.url_scheme": scheme}
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60):
        application = WSGIHandler()
        long_way, short_way = (Door(door, PATH).post(body, **environ) for door in (application, ShortPath(application)))
    assert short_way == long_way
    assert InboundEvent.objects.count() == {"http": 0, "https": 2}[scheme]


def test_both_doors_answer_alike_to_what_nobody_anticipated(
    erp: Erp, doors: tuple[Door, Door], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    caplog.set_level(logging.CRITICAL, "django.request")
    monkeypatch.setattr(store, "accept", fail)
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    credential = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"}
    long_way, short_way = (door.post(body, **credential) for door in doors)
    assert (short_way[0], json.loads(short_way[2])) == (long_way[0], json.loads(long_way[2]))
    assert json.loads(short_way[2])["code"] == "INTERNAL_ERROR"


@override_settings(HUB_RATE_LIMIT_PER_MINUTE=3)
def test_both_doors_share_one_limit(erp: Erp, doors: tuple[Door, Door]) -> None:
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    credential = {"HTTP_AUTHORIZATION": f"Bearer {erp.token.text}"}
    answers = [doors[number % 2].post(body, **credential) for number in range(5)]
    assert [answer[0].split()[0] for answer in answers] == ["200", "200", "200", "429", "429"]
    assert answers[2][1]["RateLimit-Remaining"] == "0"


def test_the_short_door_is_taken_by_a_plain_request(
    erp: Erp, doors: tuple[Door, Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the long way was taken")

    monkeypatch.setattr(doors[1].application, "application", refuse)
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    assert doors[1].post(body, HTTP_AUTHORIZATION=f"Bearer {erp.token.text}")[0] == "200 OK"


def test_a_change_of_the_configuration_sends_a_request_the_long_way(erp: Erp, doors: tuple[Door, Door]) -> None:
    erp.configuration_changed()
    body = json.dumps(erp.request(erp.event(customer("1")))).encode()
    assert doors[1].post(body, HTTP_AUTHORIZATION=f"Bearer {erp.token.text}")[0] == "200 OK"
    assert InboundEvent.objects.count() == 1
