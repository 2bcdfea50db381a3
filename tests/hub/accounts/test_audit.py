"""The audit trail cannot be changed without notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts.audit import FIRST_HASH, SYSTEM, Act, Actor, newest, record, verify
from hub.accounts.models import AuditEntry
from tests.builders import NOW, make_organization
from tests.hub.entities.conftest import file_store, in_threads  # noqa: F401 -- a fixture


def write(organization, action="integration.update", **fields):
    return record(organization=organization, actor=SYSTEM, act=Act(action, **fields), at=NOW)


def findings(organization):
    return [(finding.sequence, finding.reason) for finding in verify(organization)]


@pytest.fixture
def trail(organization):
    return [write(organization, changes={"name": ["a", "b"], "number": position}) for position in range(4)]


def test_the_first_row_follows_nothing(organization):
    assert bytes(write(organization).previous_hash) == FIRST_HASH


def test_every_row_carries_the_hash_of_the_one_before(trail):
    assert [bytes(row.previous_hash) for row in trail[1:]] == [bytes(row.hash) for row in trail[:-1]]


def test_an_untouched_trail_fits(organization, trail):
    assert findings(organization) == []


def test_each_organization_has_its_own_chain(stage):
    write(stage.home)
    assert write(stage.next_door).sequence == 1


@pytest.mark.django_db
def test_what_belongs_to_no_organization_has_a_chain_too():
    assert [write(None).sequence, write(None).sequence] == [1, 2]
    assert findings(None) == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "nothing"},
        {"changes": {}},
        {"at": NOW + timedelta(microseconds=1)},
        {"actor_id": "7"},
        {"result": "failure"},
        {"source_address": "10.0.0.1"},
        {"object_id": "other"},
    ],
)
def test_a_changed_row_is_reported(organization, trail, change):
    AuditEntry.objects.filter(pk=trail[1].pk).update(**change)
    assert findings(organization) == [(2, "was changed after it was written")]


def test_a_changed_row_with_a_matching_hash_breaks_the_next_one(organization, trail):
    AuditEntry.objects.filter(pk=trail[1].pk).update(hash=bytes(32))
    assert (3, "does not follow the row before it") in findings(organization)


def test_a_removed_row_is_reported(organization, trail):
    AuditEntry.objects.filter(pk=trail[1].pk).delete()
    assert findings(organization) == [(2, "missing: the next row is 3")]


def test_a_row_moved_to_another_organization_is_reported(stage):
    write(stage.home)
    AuditEntry.objects.update(organization=stage.next_door)
    assert findings(stage.next_door) == [(1, "was changed after it was written")]


def test_what_a_database_would_refuse_or_respell_is_made_storable(organization):
    entry = write(organization, changes={"a\0": "x\0\ud800", "float": 1e5, "big": 10**40, "deep": [{"n": 1.0}]})
    assert AuditEntry.objects.get(pk=entry.pk).changes["float"] == "100000.0"
    assert findings(organization) == []


def test_a_long_user_agent_is_cut(organization):
    actor = Actor("token", "api_x", user_agent="\x1b[31m" + "x" * 500)
    entry = record(organization=organization, actor=actor, act=Act("token.create"), at=NOW)
    assert len(entry.user_agent) == 200


def test_the_newest_row_is_the_head_of_the_chain(organization, trail):
    assert newest(organization) == trail[-1]


@pytest.mark.usefixtures("file_store")
@pytest.mark.parametrize("chain", ["of an organization", "of no organization"])
def test_writers_at_the_same_time_make_no_fork(chain):
    organization = make_organization(slug="busy") if chain == "of an organization" else None

    def write_some():
        for _ in range(5):
            write(organization)

    in_threads(*[write_some] * 8)
    assert findings(organization) == []
    assert newest(organization).sequence == 40
