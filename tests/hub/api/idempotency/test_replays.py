"""A POST that comes again with its key: the first answer, and nothing is done a second time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import ApiToken, Membership, Organization, Role
from hub.api.idempotency import claims
from hub.api.models import KeptAnswer
from hub.environments.models import DataKey
from tests.builders import make_token
from tests.cast import ADMIN, NEIGHBOUR
from tests.conftest import FixedClock
from tests.hub.api.idempotency.conftest import KEY, PATH, Send, sender

ClientOf = Callable[[Any], Client]
VARYING = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset", "Idempotency-Replayed"}


def told(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """All of an answer but what belongs to one request."""
    return (
        answer.status_code,
        {name: value for name, value in answer.items() if name not in VARYING},
        answer.content,
    )


def ordered_tokens() -> int:
    return ApiToken.objects.filter(name="Ordered").count()


def test_the_second_time_the_first_answer_comes_back_and_nothing_is_made(send: Send) -> None:
    first, second = send(), send()
    assert told(second) == told(first)
    assert (first.status_code, ordered_tokens()) == (201, 1)


def test_only_a_replay_says_that_it_is_one(send: Send) -> None:
    answers = [send(), send(), send()]
    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, "true", "true"]


def test_a_key_in_quotes_is_the_same_key(send: Send) -> None:
    send()
    assert send(key=f'"{KEY}"')["Idempotency-Replayed"] == "true"


def test_another_key_is_another_request(send: Send) -> None:
    send()
    assert (send(key="other").status_code, ordered_tokens()) == (201, 2)


def test_without_a_key_nothing_is_kept(send: Send) -> None:
    assert [send(key=None).status_code for _ in range(2)] == [201, 201]
    assert not KeptAnswer.objects.exists()


def test_a_first_answer_reads_as_one_without_a_key(machine: Client) -> None:
    body = {"key": "erp.tenant", "type": "String", "value": "t1"}
    answers = []
    for headers in ({}, {"Idempotency-Key": KEY}):
        answer = machine.post("/v1/environments", body, content_type="application/json", headers=headers)
        answers.append(told(answer))
        machine.delete("/v1/environments/erp.tenant")
    assert answers[0] == answers[1]


def test_what_the_view_says_in_headers_comes_back(send: Send) -> None:
    first, second = (send("/v1/entity/contact", customer_number="C-1") for _ in range(2))
    assert second["ETag"] == first["ETag"]
    assert second["Idempotency-Replayed"] == "true"


def test_a_body_sent_in_chunks_is_read_once_and_compared(machine: Client) -> None:
    def send(body: bytes) -> Any:
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "", "wsgi.input": BytesIO(body)}
        return machine.post(PATH, content_type="application/json", HTTP_IDEMPOTENCY_KEY=KEY, **chunked)

    answers = [send(b'{"name":"Ordered","grants":[]}') for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert told(answers[0]) == told(answers[1])
    assert send(b'{"name":"Other","grants":[]}').status_code == 409


def test_a_file_is_imported_once(machine: Client, organization: Organization) -> None:
    def send(content: str) -> Any:
        path = "/v1/entity:import?schema=contact&unique_key=customer_number"
        return machine.post(path, content, content_type="text/csv", headers={"Idempotency-Key": KEY})

    answers = [send("customer_number,last_name\nC-1,Jensen\n") for _ in range(2)]
    assert told(answers[0]) == told(answers[1])
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert send("customer_number,last_name\nC-2,Jensen\n").status_code == 409


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_what_is_no_key_is_refused_before_anything_is_done(send: Send, key: str) -> None:
    answer = send(key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_INVALID")
    assert answer.json()["details"][0]["path"] == "Idempotency-Key"
    assert ordered_tokens() == 0


def test_the_same_key_with_another_body_is_refused(send: Send) -> None:
    send()
    answer = send(name="Other")
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert not ApiToken.objects.filter(name="Other").exists()


@pytest.mark.parametrize("path", ["/v1/integrations", f"{PATH}?a=b"])
def test_the_same_key_at_another_address_is_refused(send: Send, path: str) -> None:
    send()
    assert send(path).json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_the_key_of_another_token_is_another_key(send: Send, client_of: ClientOf, organization: Organization) -> None:
    first = send()
    other = sender(client_of(make_token(organization=organization)))
    assert other().json()["id"] != first.json()["id"]


def test_the_key_of_another_organization_is_another_key(send: Send, client_of: ClientOf) -> None:
    first = send()
    answer = sender(client_of(NEIGHBOUR))(name="Other")
    assert (answer.status_code, answer.get("Idempotency-Replayed")) == (201, None)
    assert answer.json()["id"] != first.json()["id"]


def test_a_person_may_send_keys_too(client_of: ClientOf) -> None:
    send = sender(client_of(ADMIN))
    assert told(send()) == told(send())


def test_whoever_has_lost_the_permission_gets_no_replay(client_of: ClientOf, organization: Organization) -> None:
    send = sender(client_of(ADMIN))
    send()
    Membership.objects.of(organization).update(role=Role.VIEWER)
    answer = send()
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


def test_a_revoked_token_gets_no_replay(client_of: ClientOf, organization: Organization, clock: FixedClock) -> None:
    token = make_token(organization=organization)
    send = sender(client_of(token))
    send()
    ApiToken.objects.filter(pk=token.id).update(revoked_at=clock.now())
    organization.bump_config_version()
    assert send().status_code == 401


def test_what_is_kept_shows_no_secret(send: Send) -> None:
    text = send().json()["token"]
    kept = KeptAnswer.objects.get()
    assert kept.sealed
    assert not any(text in str(value) for value in vars(kept).values())


def test_a_kept_answer_opens_at_its_own_row_only(send: Send) -> None:
    send()
    send(key="other", name="Other")
    kept = KeptAnswer.objects.get(key=KEY)
    KeptAnswer.objects.filter(key="other").update(sealed=kept.sealed, fingerprint=kept.fingerprint)
    assert send(key="other").status_code == 503


def test_a_day_later_the_key_is_free(send: Send, clock: FixedClock) -> None:
    send()
    clock.move(hours=23, minutes=59)
    assert send()["Idempotency-Replayed"] == "true"
    clock.move(minutes=1)
    answer = send(name="Other")
    assert (answer.status_code, answer.get("Idempotency-Replayed")) == (201, None)


def test_the_day_begins_anew_with_the_new_request(send: Send, clock: FixedClock) -> None:
    send()
    clock.move(hours=24)
    send()
    clock.move(hours=23)
    assert send()["Idempotency-Replayed"] == "true"


def test_a_large_answer_is_given_once(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "LARGEST_ANSWER", 100)
    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 409)
    assert (second.json()["code"], ordered_tokens()) == ("IDEMPOTENCY_ANSWER_NOT_KEPT", 1)


def test_an_answer_that_cannot_be_sealed_is_given_once(
    send: Send, monkeypatch: pytest.MonkeyPatch, organization: Organization
) -> None:
    send(key="first")
    DataKey.objects.of(organization).update(wrapped="v1.lost.x.y")
    assert [send().status_code for _ in range(2)] == [201, 409]


def test_a_replay_counts_as_a_request(send: Send, settings: Any) -> None:
    settings.HUB_RATE_LIMIT_PER_MINUTE = 2
    assert [send().status_code for _ in range(3)] == [201, 201, 429]


def test_the_number_of_queries_does_not_depend_on_how_many_keys_there_are(
    send: Send, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    def cost(key: str) -> tuple[int, int]:
        with count_queries() as first:
            send(key=key)
        with count_queries() as again:
            send(key=key)
        return len(first), len(again)

    send(key="warm")
    few = cost("a")
    for number in range(20):
        send(key=f"k{number}")
    assert cost("b") == few


def test_a_replay_costs_two_queries(
    send: Send, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    send()
    with count_queries() as counted:
        send()
    statements = [query["sql"] for query in counted.captured_queries]
    assert len([sql for sql in statements if "keptanswer" in sql]) == 1
    assert len([sql for sql in statements if "datakey" in sql]) == 1
    assert not [sql for sql in statements if "accounts_auditentry" in sql]
