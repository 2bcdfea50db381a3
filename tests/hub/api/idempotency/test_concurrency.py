"""Everybody at the same moment, each on a connection of its own: one carries the request out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from hub.api.idempotency.answers import Answer
from hub.api.idempotency.claims import Asked, Claim, KeyInUse, claim, keep, release
from hub.api.models import KeptAnswer
from tests.builders import NOW
from tests.hub.entities.conftest import Store, in_threads

DONE = Answer(201, {"Content-Type": "application/json"}, b"{}")


@pytest.fixture
def asked(file_store: Store) -> Asked:
    """A request that several threads can send at once."""
    return Asked(file_store.organization, "token:api_1", "order-4711", bytes(32))


def outcome(asked: Asked, minutes: int = 0) -> str:
    """What one of those gets who come at that moment."""
    try:
        return type(claim(asked, NOW + timedelta(minutes=minutes))).__name__
    except KeyInUse:
        return "KeyInUse"


def test_of_many_who_come_at_once_one_gets_the_right(asked: Asked) -> None:
    assert Counter(in_threads(*[lambda: outcome(asked)] * 8)) == {"Claim": 1, "KeyInUse": 7}


@pytest.mark.parametrize("was_answered", [False, True])
def test_of_many_who_find_the_key_free_again_one_gets_the_right(asked: Asked, was_answered: bool) -> None:
    held = claim(asked, NOW)
    assert isinstance(held, Claim)
    if was_answered:
        keep(held, DONE, NOW)
    days = 24 * 60
    assert Counter(in_threads(*[lambda: outcome(asked, days)] * 8)) == {"Claim": 1, "KeyInUse": 7}
    assert KeptAnswer.objects.count() == 1


def test_many_who_claim_and_are_refused_at_once_all_get_an_answer(asked: Asked) -> None:
    def claim_and_release() -> str:
        try:
            held = claim(asked, NOW)
        except KeyInUse:
            return "KeyInUse"
        assert isinstance(held, Claim)
        release(held)
        return "Claim"

    answers = [
        answer for told in in_threads(*[lambda: [claim_and_release() for _ in range(20)]] * 4) for answer in told
    ]
    assert set(answers) <= {"Claim", "KeyInUse"}
    assert not KeptAnswer.objects.exists()


def test_all_who_come_after_the_end_get_the_answer(asked: Asked) -> None:
    held = claim(asked, NOW)
    assert isinstance(held, Claim)
    keep(held, DONE, NOW)
    assert in_threads(*[lambda: claim(asked, NOW)] * 8) == [DONE] * 8
