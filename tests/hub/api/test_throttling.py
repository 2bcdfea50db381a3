"""1,000 requests per minute and organization."""

from __future__ import annotations

import os
import uuid

import pytest
import redis
from django.test import Client

from hub.api.counters import MemoryCounters, RedisCounters
from hub.api.throttling import RateLimited, count_request
from tests.builders import NOW, make_token
from tests.cast import MACHINE, NEIGHBOUR, NOBODY, UNGRANTED

PATH = "/v1/access-tokens"
REDIS_URL = os.environ.get("HUB_REDIS_URL", "")
"""Of the round on PostgreSQL + Redis."""
NOWHERE_URL = "redis://127.0.0.1:1/0"


@pytest.fixture
def limit(settings):
    settings.HUB_RATE_LIMIT_PER_MINUTE = 3
    return 3


def statuses(client, count):
    return [client.get(PATH).status_code for _ in range(count)]


def test_the_request_after_the_last_allowed_one_is_turned_away(client_of, limit):
    assert statuses(client_of(MACHINE), 4) == [200, 200, 200, 429]


def test_a_request_turned_away_is_told_when_to_come_again(client_of, limit, clock):
    clock.move(seconds=18)
    client = client_of(MACHINE)
    statuses(client, 3)
    answer = client.get(PATH)
    assert (answer["Retry-After"], answer.json()["code"]) == ("42", "RATE_LIMITED")


def test_every_answer_says_what_is_left(client_of, limit):
    answer = client_of(MACHINE).get(PATH)
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    assert [answer[name] for name in names] == ["3", "2", "60"]


def test_the_next_minute_starts_anew(client_of, limit, clock):
    client = client_of(MACHINE)
    statuses(client, 4)
    clock.move(minutes=1)
    assert client.get(PATH).status_code == 200


def test_all_tokens_of_an_organization_share_the_limit(client_of, organization, limit):
    callers = [client_of(make_token(organization=organization)) for _ in range(4)]
    assert [client.get(PATH).status_code for client in callers] == [200, 200, 200, 429]


def test_another_organization_is_not_affected(client_of, limit):
    statuses(client_of(MACHINE), 4)
    assert client_of(NEIGHBOUR).get(PATH).status_code == 200


def test_refused_requests_of_a_known_caller_count(client_of, limit):
    assert statuses(client_of(UNGRANTED), 4) == [403, 403, 403, 429]


def test_requests_of_nobody_count_for_no_organization(client_of, limit):
    assert statuses(client_of(NOBODY), 4) == [401] * 4


def test_options_does_not_count(client_of, limit):
    client = client_of(MACHINE)
    assert {client.options(PATH).status_code for _ in range(5)} == {204}


def test_reading_can_be_exempt(client_of, limit, settings):
    settings.HUB_RATE_LIMIT_COUNTS_GET = False
    client = client_of(MACHINE)
    assert {client.get(PATH).status_code for _ in range(5)} == {200}
    assert [client.post(PATH).status_code for _ in range(4)] == [415, 415, 415, 429]


def test_a_limit_of_zero_is_none(client_of, settings):
    settings.HUB_RATE_LIMIT_PER_MINUTE = 0
    answer = client_of(MACHINE).get(PATH)
    assert "RateLimit-Limit" not in answer


@pytest.mark.django_db
def test_a_forged_address_does_not_evade_the_limit_on_guesses():
    client = Client(headers={"authorization": "Bearer nonsense"})
    answers = [client.get(PATH, headers={"x-forwarded-for": f"1.2.3.{last}"}) for last in range(21)]
    assert answers[-1].status_code == 429


def test_counting_works_without_a_view(limit):
    for _ in range(3):
        allowance = count_request(7, NOW)
    assert allowance.remaining == 0
    with pytest.raises(RateLimited):
        count_request(7, NOW)


def test_memory_forgets_the_minute_before():
    memory = MemoryCounters()
    memory.add("a", 1, 1)
    assert memory.add("a", 2, 1) == 1


def test_memory_forgets_the_oldest_key_alone_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr("hub.api.counters.KEYS_IN_MEMORY", 2)
    memory = MemoryCounters()
    for key in ("guess:a", "guess:b", "guess:c"):
        memory.add(key, 1, 1)
    assert [memory.add(key, 1, 1) for key in ("guess:b", "guess:c", "guess:a")] == [2, 2, 1]


def test_many_addresses_do_not_reset_the_count_of_an_organization(monkeypatch):
    monkeypatch.setattr("hub.api.counters.KEYS_IN_MEMORY", 2)
    memory = MemoryCounters()
    memory.add("organization:7", 1, 1)
    for last in range(5):
        memory.add(f"guess:1.2.3.{last}", 1, 1)
    assert memory.add("organization:7", 1, 1) == 2


def test_a_store_out_of_reach_lets_requests_pass(limit, settings):
    settings.HUB_REDIS_URL = NOWHERE_URL
    assert [count_request(7, NOW) for _ in range(5)] == [None] * 5


def test_a_store_out_of_reach_is_left_alone_for_a_while(monkeypatch):
    store = RedisCounters(NOWHERE_URL)
    store.add("a", 1, 1)
    monkeypatch.setattr(store, "_script", None)
    assert store.add("a", 1, 1) is None


@pytest.fixture
def redis_counters():
    return RedisCounters(REDIS_URL)


@pytest.mark.services
def test_two_processes_share_one_count_in_redis(redis_counters):
    key, other = uuid.uuid4().hex, RedisCounters(REDIS_URL)
    assert [redis_counters.add(key, 1, 1), other.add(key, 1, 1)] == [1, 2]


@pytest.mark.services
def test_a_count_in_redis_ends_with_its_window(redis_counters):
    key = uuid.uuid4().hex
    redis_counters.add(key, 1, 1)
    assert 0 < redis.Redis.from_url(REDIS_URL).ttl(f"hub:count:{key}:1") <= 120


@pytest.mark.services
def test_hubs_with_prefixes_of_their_own_count_apart_in_one_redis(redis_counters, settings):
    key = uuid.uuid4().hex
    redis_counters.add(key, 1, 1)
    settings.HUB_REDIS_PREFIX = "other:"
    assert redis_counters.add(key, 1, 1) == 1
