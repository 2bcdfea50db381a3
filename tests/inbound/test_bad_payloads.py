"""One event that cannot be read, at both doors: it ends as an error, its bytes are kept, its neighbours are applied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.entities.models import Entity
from inbound.models import InboundBody, InboundEvent, InboundOutcome, QueuedEvent
from tests.door import Door
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

DEEP = 10_000
BILLION_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>'
)
TEXTS = {
    "unfinished JSON": ("json", '{"KUNNR": '),
    "a scalar": ("json", '"C-1"'),
    "NUL in JSON": ("json", '{"KUNNR": "a\\u0000b"}'),
    "NUL as a character": ("json", '{"KUNNR": "a\0b"}'),
    "half of a surrogate pair in JSON": ("json", '{"KUNNR": "\\ud800"}'),
    "NaN": ("json", '{"KUNNR": "C-1", "x": NaN}'),
    "Infinity": ("json", '{"KUNNR": "C-1", "x": -Infinity}'),
    "a number beyond all numbers": ("json", '{"KUNNR": "C-1", "x": 1e400}'),
    "an integer of 5,000 digits": ("json", '{"KUNNR": "C-1", "x": ' + "9" * 5_000 + "}"),
    "10,000 levels of lists": ("json", "[" * DEEP + "]" * DEEP),
    "10,000 levels of objects": ("json", '{"a":' * DEEP + "1" + "}" * DEEP),
    "unfinished XML": ("xml", "<a><b></a>"),
    "two roots": ("xml", "<a/><a/>"),
    "no XML": ("xml", "KUNNR=1"),
    "an entity bomb": ("xml", BILLION_LAUGHS),
    "an external entity": ("xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'),
    "an external document type": ("xml", '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'),
    "an unknown entity": ("xml", "<a>&x;</a>"),
    "10,000 levels of XML": ("xml", "<a>" * DEEP + "</a>" * DEEP),
    "100,000 levels of XML": ("xml", "<a>" * 100_000 + "</a>" * 100_000),
    "20,000 attributes": ("xml", "<a " + " ".join(f'x{n}="1"' for n in range(20_000)) + "/>"),
    "NUL in XML": ("xml", "<a>\0</a>"),
    "a character that XML does not have": ("xml", "<a>&#0;</a>"),
}
"""What it is → format and payload, as text."""
OBJECTS = {
    "NUL in an object": '{"KUNNR": "a\\u0000b"}',
    "half of a surrogate pair in an object": '{"KUNNR": "\\ud800"}',
    "half of a surrogate pair behind whole ones": '{"KUNNR": "\\ud83d\\ude00\\\\ud800\\udfff"}',
    "half of a surrogate pair in a text": '"{\\ud800}"',
    "NUL in a name": '{"KUNNR": "C-1", "a\\u0000": 1}',
    "a number beyond all numbers in an object": '{"KUNNR": "C-1", "x": 1e400}',
    "an integer of 5,000 digits in an object": '{"KUNNR": "C-1", "x": ' + "9" * 5_000 + "}",
    "101 levels of objects": '{"a":' * 101 + "1" + "}" * 101,
}
"""What it is → payload, as it stands in the request."""
PAYLOADS = {name: (form, json.dumps(text)) for name, (form, text) in TEXTS.items()}
PAYLOADS |= {name: ("json", text) for name, text in OBJECTS.items()}

both_doors = pytest.mark.parametrize("door", [0, 1], ids=["long door", "short door"])


def request(erp: Erp, form: str, payload: str) -> bytes:
    """Three events, the one in the middle with this payload as it stands."""
    placed = erp.request(
        erp.event(customer("first")), erp.event("PAYLOAD", format=form), erp.event(customer("last", "Ende"))
    )
    return json.dumps(placed).replace('"PAYLOAD"', payload).encode()


def post(erp: Erp, door: Door, body: bytes) -> Any:
    status, _, content = door.post(body, HTTP_AUTHORIZATION=f"Bearer {erp.token.text}")
    return int(status.split()[0]), json.loads(content)


@pytest.mark.parametrize("name", PAYLOADS)
def test_an_event_that_cannot_be_read_is_kept_and_hurts_only_itself(
    erp: Erp, doors: tuple[Door, Door], name: str
) -> None:
    form, payload = PAYLOADS[name]
    kept = TEXTS[name][1] if name in TEXTS else payload
    answers = [post(erp, door, request(erp, form, payload)) for door in doors]
    drain()
    events = InboundEvent.objects.order_by("pk")
    outcomes = [InboundOutcome.objects.get(pk=event.pk) for event in events]
    assert [(status, len(answer["results"])) for status, answer in answers] == [(200, 3), (200, 3)]
    assert [outcome.status for outcome in outcomes] == ["success", "error", "success"] * 2
    assert {outcomes[1].code, outcomes[4].code} == {"MALFORMED_PAYLOAD"}
    assert {bytes(InboundBody.objects.get(pk=events[place].pk).body) for place in (1, 4)} == {kept.encode()}
    numbers = Entity.objects.of(erp.organization).values_list("attributes__customer_number", flat=True)
    assert (sorted(numbers), QueuedEvent.objects.count()) == (["first", "last"], 0)


@both_doors
@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("json", customer("C-1", "x" * 1_048_576)),
        ("xml", "<a>" * 200_000 + "</a>" * 200_000),
        ("xml", "<a " + " ".join(f"x{n}=''" for n in range(200_000)) + "/>"),
    ],
    ids=["a long name", "200,000 levels of XML", "200,000 attributes"],
)
def test_an_event_over_one_mebibyte_ends_as_too_large(
    erp: Erp, doors: tuple[Door, Door], door: int, form: str, payload: Any
) -> None:
    _, answer = post(erp, doors[door], request(erp, form, json.dumps(payload)))
    assert [result["status"] for result in answer["results"]] == ["success", "error", "success"]
    assert InboundOutcome.objects.get().code == "PAYLOAD_TOO_LARGE"


@both_doors
def test_an_integer_of_400_digits_reaches_the_entity_with_every_digit(
    erp: Erp, doors: tuple[Door, Door], door: int
) -> None:
    [entry] = CONTACT["entities"]
    erp.add_use_case("big", {"entities": [entry | {"fields": [{"attribute": "customer_number", "field": "KUNNR"}]}]})
    digits = "9" * 400
    body = json.dumps(erp.request(erp.event("PAYLOAD", use_case_slug="big")))
    post(erp, doors[door], body.replace('"PAYLOAD"', f'{{"KUNNR": {digits}}}').encode())
    drain()
    assert erp.entity(digits).attributes["customer_number"] == digits


@both_doors
@pytest.mark.parametrize(
    "body",
    [
        b'{"integration_id": "ID", "events": [{"timestamp": "2026-01-15T08:00:00Z", "use_case_slug": "customer", '
        b'"payload": {"a": NaN}}]}',
        b'{"integration_id": "ID", "events": [{"timestamp": "2026-01-15T08:00:00Z", "use_case_slug": "customer", '
        b'"payload": {"a": "\xfc"}}]}',
        b'{"integration_id": "ID", "events": [{"timestamp": "2026-01-15T08:00:00Z", "use_case_slug": "customer", '
        b'"payload": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}]}",
        b'{"integration_id": "ID", "events": [{"timestamp": "2026-01-15T08:00:00Z", "use_case_slug": "customer", '
        b'"payload": {"a": 1}}], "events": []',
        b'{"integration_id": "ID", "correlation_id": "\\ud800", "events": []}',
        b'{"integration_id": "ID", "correlation_id": "a\\u0000b", "events": []}',
        b'{"integration_id": "ID", "x": ' + b"[" * DEEP + b"]" * DEEP + b', "events": []}',
        b'{"integration_id": "ID", "events": [[]]}',
        b'{"integration_id": "ID", "events": [null]}',
        b'{"integration_id": 7, "events": []}',
    ],
)
def test_a_request_that_cannot_be_split_is_refused_whole(
    erp: Erp, doors: tuple[Door, Door], door: int, body: bytes
) -> None:
    status, answer = post(erp, doors[door], body.replace(b"ID", str(erp.integration.pk).encode(), 1))
    assert (status, answer["code"], bool(answer["details"])) == (400, "VALIDATION_ERROR", True)
    assert InboundEvent.objects.count() == 0
