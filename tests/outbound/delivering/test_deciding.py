"""What an attempt means for its delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Answer, Timings
from outbound.delivering.deciding import Decision, Outcome, Tried, Verdict, decide
from outbound.models import DeliveryState
from tests.builders import NOW


def answer(status: int, **headers: str) -> Answer:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, named, b"", False, Timings(0, 0, 0, 0), "127.0.0.1")


def decided(outcome: Outcome, *, attempt: int = 1, retries: int = 3, **fields: Any) -> Decision:
    return decide(Tried(1, attempt, outcome, **fields), retries=retries, at=NOW, jitter=1.0)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_an_answer_from_200_to_299_is_success(status: int) -> None:
    decision = decided(answer(status))
    assert (decision.ended.state, decision.code) == (DeliveryState.SUCCEEDED, "WEBHOOK_DELIVERED")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
def test_what_may_pass_is_tried_again_after_five_seconds(status: int) -> None:
    ended = decided(answer(status)).ended
    assert (ended.state, ended.next_attempt_at) == (DeliveryState.WAITING, NOW + timedelta(seconds=5))


@pytest.mark.parametrize("status", [301, 302, 304, 400, 401, 403, 404, 409, 422])
def test_what_will_not_pass_ends_at_once(status: int) -> None:
    ended = decided(answer(status)).ended
    assert (ended.state, ended.code, ended.next_attempt_at) == (DeliveryState.FAILED, "EXTERNAL_API_ERROR", None)


def test_a_receiver_that_is_gone_ends_the_delivery_by_a_name_of_its_own() -> None:
    decision = decided(answer(410))
    assert (decision.ended.state, decision.ended.code) == (DeliveryState.FAILED, "RECEIVER_GONE")
    assert decision.verdict is Verdict.GONE


def test_a_failed_attempt_is_told_with_the_status() -> None:
    assert decided(answer(503)).code == "HTTP_503"


def test_a_connection_that_fails_is_tried_again() -> None:
    ended = decided(HttpFailure(FailureKind.CONNECT_FAILED, "No connection.")).ended
    assert ended.state == DeliveryState.WAITING


@pytest.mark.parametrize(
    "kind", [FailureKind.ADDRESS_REFUSED, FailureKind.CERTIFICATE_REFUSED, FailureKind.URL_REFUSED]
)
def test_what_somebody_has_to_mend_is_not_tried_again(kind: FailureKind) -> None:
    ended = decided(HttpFailure(kind, "No.")).ended
    assert (ended.state, ended.code) == (DeliveryState.FAILED, kind.value)


def test_the_last_retry_ends_the_delivery() -> None:
    assert decided(answer(500), attempt=4, retries=3).ended.state == DeliveryState.FAILED


def test_without_retries_the_first_failure_is_the_end() -> None:
    assert decided(answer(500), retries=0).ended.state == DeliveryState.FAILED


def test_a_time_out_ends_as_one() -> None:
    assert decided(HttpFailure(FailureKind.TIMEOUT, "Too slow."), retries=0).ended.code == "TIMEOUT"


def test_a_longer_retry_after_in_seconds_wins() -> None:
    assert decided(answer(429, Retry_After="120")).ended.next_attempt_at == NOW + timedelta(seconds=120)


def test_a_retry_after_may_be_a_date() -> None:
    asked = answer(503, Retry_After="Thu, 15 Jan 2026 08:10:00 GMT")
    assert decided(asked).ended.next_attempt_at == NOW + timedelta(minutes=10)


def test_a_shorter_retry_after_does_not_hasten() -> None:
    assert decided(answer(429, Retry_After="1")).ended.next_attempt_at == NOW + timedelta(seconds=5)


def test_nobody_may_ask_for_more_than_a_day() -> None:
    assert decided(answer(429, Retry_After="999999")).ended.next_attempt_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "", "1e9", "99999999999999"])
def test_nonsense_in_retry_after_is_not_heeded(nonsense: str) -> None:
    assert decided(answer(503, Retry_After=nonsense)).ended.next_attempt_at == NOW + timedelta(seconds=5)


def test_a_probe_that_fails_uses_up_no_attempt() -> None:
    ended = decided(answer(500), attempt=2, is_probe=True).ended
    assert (ended.attempts, ended.state) == (1, DeliveryState.WAITING)


def test_only_a_delivery_that_failed_for_good_holds_back_others() -> None:
    assert decided(answer(404), blocks=True).ended.holds_order
    assert not decided(answer(503), blocks=True).ended.holds_order
    assert not decided(answer(200), blocks=True).ended.holds_order


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (answer(200), Verdict.WELL),
        (answer(404), Verdict.WELL),
        (answer(410), Verdict.GONE),
        (answer(429), Verdict.ILL),
        (answer(503), Verdict.ILL),
        (HttpFailure(FailureKind.TIMEOUT, ""), Verdict.ILL),
        (HttpFailure(FailureKind.URL_REFUSED, ""), Verdict.NEITHER),
    ],
)
def test_what_an_attempt_says_about_its_receiver(outcome: Outcome, verdict: Verdict) -> None:
    assert decided(outcome).verdict is verdict
