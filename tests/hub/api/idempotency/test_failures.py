"""What is not kept, who has to wait, and what becomes of a key whose request never ended."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from rest_framework.response import Response

from hub.accounts import operations
from hub.accounts.models import ApiToken
from hub.api.access_tokens import AccessTokens
from hub.api.idempotency import views
from hub.api.models import KeptAnswer
from hub.errors import Conflict, HubError, Unavailable
from hub.retention import running
from tests.conftest import FixedClock
from tests.hub.api.idempotency.conftest import Send, sender

ISSUE = operations.issue_token


def fail_with(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def issue(**order: Any) -> operations.IssuedToken:
        raise failure

    monkeypatch.setattr(operations, "issue_token", issue)


def answer_with(monkeypatch: pytest.MonkeyPatch, response: HttpResponseBase) -> None:
    """The view itself answers so."""
    post = views.once_per_key(lambda view, request: response)
    monkeypatch.setattr(AccessTokens, "post", post)


@pytest.mark.parametrize("failure", [Conflict("Not now."), Unavailable("Not now."), HubError("Never.", code="X")])
def test_a_refusal_frees_the_key(
    machine: Client, send: Send, monkeypatch: pytest.MonkeyPatch, failure: HubError
) -> None:
    machine.raise_request_exception = False
    with monkeypatch.context() as patched:
        fail_with(patched, failure)
        assert send().status_code == failure.status
    assert (send().status_code, ApiToken.objects.filter(name="Ordered").count()) == (201, 1)


def test_a_refused_body_may_be_mended_under_the_same_key(send: Send) -> None:
    assert send(name="").status_code == 400
    assert send().status_code == 201


def test_a_crash_frees_the_key(machine: Client, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.raise_request_exception = False
    with monkeypatch.context() as patched:
        fail_with(patched, RuntimeError("boom"))
        assert send().status_code == 500
    assert send().status_code == 201


@pytest.mark.parametrize(("status", "is_kept"), [(200, True), (404, True), (422, True), (429, False), (502, False)])
def test_an_answer_that_says_try_again_is_not_kept(
    send: Send, monkeypatch: pytest.MonkeyPatch, status: int, is_kept: bool
) -> None:
    answer_with(monkeypatch, HttpResponse(b"{}", status=status, content_type="application/json"))
    assert send().status_code == status
    assert ("Idempotency-Replayed" in send()) == is_kept


def test_an_answer_without_a_body_comes_back_without_one(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Response(status=204))
    first, second = send(), send()
    assert (first.status_code, first.content, second.status_code, second.content) == (204, b"", 204, b"")
    assert not first.has_header("Content-Type")
    assert not second.has_header("Content-Type")


def test_an_answer_that_is_sent_while_it_is_made_is_given_once(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, StreamingHttpResponse([b"a", b"b"]))
    assert send().getvalue() == b"ab"
    assert send().json()["code"] == "IDEMPOTENCY_ANSWER_NOT_KEPT"


def test_a_request_that_comes_while_the_first_is_carried_out_has_to_wait(
    machine: Client, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile: list[Any] = []

    def issue(**order: Any) -> operations.IssuedToken:
        meanwhile.append(send())
        return ISSUE(**order)

    monkeypatch.setattr(operations, "issue_token", issue)
    assert send().status_code == 201
    [waiting] = meanwhile
    assert (waiting.status_code, waiting.json()["code"]) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert int(waiting["Retry-After"]) > 0


def die_while_carried_out() -> None:
    """What a process leaves that was killed before its answer."""
    KeptAnswer.objects.update(is_complete=False, sealed=None)


def test_the_key_of_a_process_that_died_is_free_after_a_minute(send: Send, clock: FixedClock) -> None:
    send()
    die_while_carried_out()
    clock.move(seconds=59)
    assert send().json()["code"] == "IDEMPOTENCY_KEY_IN_USE"
    clock.move(seconds=1)
    assert send().status_code == 201


def test_the_key_of_a_process_that_died_still_belongs_to_its_request(send: Send, clock: FixedClock) -> None:
    send()
    die_while_carried_out()
    clock.move(minutes=2)
    assert send(name="Other").json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_a_request_that_outlived_its_lease_does_not_overwrite_the_answer_of_the_next(
    send: Send, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    later: list[Any] = []

    def issue(**order: Any) -> operations.IssuedToken:
        if not later:
            later.append(None)
            clock.move(minutes=2)
            later[0] = send()
        return ISSUE(**order)

    monkeypatch.setattr(operations, "issue_token", issue)
    first = send()
    assert first.json()["id"] != later[0].json()["id"] == send().json()["id"]


def test_an_answer_that_the_database_does_not_take_is_given_all_the_same(
    send: Send, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as patched:
        patched.setattr(views, "keep", away)
        assert send().status_code == 201
    assert "was not kept" in caplog.text
    assert send().json()["code"] == "IDEMPOTENCY_KEY_IN_USE"


def test_answers_of_more_than_a_day_are_deleted(send: Send, clock: FixedClock) -> None:
    send()
    clock.move(hours=12)
    send(key="later")
    clock.move(hours=12)
    running.apply()
    assert [kept.key for kept in KeptAnswer.objects.all()] == ["later"]


def test_a_body_that_is_too_large_is_refused_and_keeps_no_key(machine: Client, settings: Any) -> None:
    settings.HUB_REQUEST_MAX_BYTES = 1024
    answer = sender(machine)(name="x" * 2000)
    assert (answer.status_code, KeptAnswer.objects.count()) == (413, 0)
