"""GET /v1/entity/{slug}/{id}/activity and POST …/revert."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.entities.history import content_hash
from hub.entities.models import EntityChange
from hub.entities.operations import Mode, Source
from hub.entities.past import activity as module
from hub.ids import new_id
from tests.builders import make_token
from tests.cast import MACHINE, NEIGHBOUR, OWNER
from tests.hub.entities.conftest import Store, operation
from tests.hub.entities.past.diary import BY_NUMBER, LONG, Diary

WRONG_SIZES = [("size", text) for text in ("0", "101", "-1", "x", "", "²", "9" * 5000)]
WRONG_WINDOWS = [("after", "yesterday"), ("before", "2026-01-15T08:00:00"), ("before_version", str(2**31))]


@pytest.fixture
def machine(client_of) -> Client:
    return client_of(MACHINE)


@pytest.fixture
def diary(store: Store) -> Diary:
    return Diary(store)


def path_of(diary: Diary, door: str) -> str:
    return f"/v1/entity/contact/{diary.entity.pk}/{door}"


def activity(client: Client, diary: Diary, **parameters: Any) -> Any:
    return client.get(path_of(diary, "activity"), parameters)


def versions(client: Client, diary: Diary, **parameters: Any) -> list[int]:
    return [change["version"] for change in activity(client, diary, **parameters).json()["results"]]


def revert(client: Client, diary: Diary, change: EntityChange) -> Any:
    body = {"change_id": str(change.pk)}
    return client.post(path_of(diary, "revert"), body, content_type="application/json")


def test_a_change_says_who_did_what_when_and_why(machine: Client, diary: Diary):
    use_case_id, event_id = new_id(), new_id()
    diary.write(a=1)
    by_event = operation(identifiers=BY_NUMBER, attributes={"a": 2}, event_id=event_id)
    change = diary.apply(by_event, source=Source("use_case", "customers", use_case_id, 7))
    [newest, _] = activity(machine, diary).json()["results"]
    assert newest == {
        "id": str(change.pk),
        "type": "updated",
        "timestamp": "2026-01-15T09:00:00.000000Z",
        "actor": {"type": "use_case", "id": "customers"},
        "event_id": newest["event_id"],
        "use_case_id": str(use_case_id),
        "use_case_version": 7,
        "version": 2,
        "changes": {"a": {"old": 1, "new": 2}},
    }
    assert newest["event_id"].startswith("evt_")


def test_a_creation_shows_what_it_began_with(machine: Client, diary: Diary):
    diary.write(a=1)
    answer = activity(machine, diary).json()
    assert (answer["total"], answer["results"][0]["changes"]["a"]) == (1, {"new": 1})


def test_a_value_that_is_not_kept_is_said_to_be_so(machine: Client, diary: Diary):
    diary.write(a="x")
    diary.write(a=LONG)
    known = content_hash(LONG)
    assert activity(machine, diary).json()["results"][0]["changes"]["a"] == {
        "old": "x",
        "not_kept": {"new": {"sha256": known["$sha256"], "bytes": known["bytes"]}},
    }


def test_a_page_goes_on_below_the_last_version(machine: Client, diary: Diary):
    for value in range(5):
        diary.write(a=value)
    assert versions(machine, diary, size=2) == [5, 4]
    assert versions(machine, diary, size=2, before_version=4) == [3, 2]


def test_moments_bound_the_activity_without_being_part_of_it(machine: Client, diary: Diary):
    for value in range(4):
        diary.write(a=value)
    window = {"after": "2026-01-15T08:00:00Z", "before": "2026-01-15T11:00:00Z"}
    assert versions(machine, diary, **window) == [3, 2]
    assert activity(machine, diary, **window, size=1).json()["total"] == 2


def test_a_timestamp_sent_back_as_at_shows_that_version(machine: Client, diary: Diary):
    for value in range(3):
        diary.write(a=value)
    moment = activity(machine, diary).json()["results"][1]["timestamp"]
    entity = machine.get(path_of(diary, "")[:-1], {"at": moment}).json()["entity"]
    assert (entity["_version"], entity["a"]) == (2, 1)


def test_the_total_is_counted_up_to_a_bound(machine: Client, diary: Diary, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "COUNTED_UP_TO", 2)
    for value in range(4):
        diary.write(a=value)
    assert activity(machine, diary).json()["total"] == 2


@pytest.mark.parametrize(("name", "value"), [*WRONG_SIZES, *WRONG_WINDOWS])
def test_a_wrong_parameter_is_named(machine: Client, diary: Diary, name: str, value: str):
    diary.write(a=1)
    answer = activity(machine, diary, **{name: value})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, name)


def test_a_change_is_undone_by_a_new_one_of_whoever_asked(machine: Client, diary: Diary):
    diary.write(a=1)
    answer = revert(machine, diary, diary.write(a=2))
    assert (answer.status_code, answer.json()["changes"], answer.json()["actor"]["type"]) == (
        200,
        {"a": {"old": 2, "new": 1}},
        "token",
    )


def test_an_undoing_says_which_version_it_undoes(machine: Client, diary: Diary):
    diary.write(a=1)
    revert(machine, diary, diary.write(a=2))
    [newest, undone, _] = activity(machine, diary).json()["results"]
    assert (newest["undoes_version"], undone["version"], "undoes_version" in undone) == (2, 2, False)


def test_somebody_who_signed_in_is_named_as_user(client_of, diary: Diary):
    diary.write(a=1)
    answer = revert(client_of(OWNER), diary, diary.write(a=2))
    assert answer.json()["actor"]["type"] == "user"


def test_later_changes_of_the_same_attributes_are_a_conflict_with_the_list(machine: Client, diary: Diary):
    diary.write(a=1)
    change = diary.write(a=2)
    later = diary.write(a=3)
    answer = revert(machine, diary, change)
    assert (answer.status_code, answer.json()["code"]) == (409, "LATER_CHANGES")
    assert answer.json()["details"] == [
        {"path": "a", "message": f"updated by version 3 of 2026-01-15T10:00:00Z, change {later.pk}"}
    ]


def test_an_old_value_that_is_not_kept_is_a_conflict(machine: Client, diary: Diary):
    for value in ("x", LONG):
        diary.write(a=value)
    answer = revert(machine, diary, diary.write(a="z"))
    assert (answer.status_code, answer.json()["code"], answer.json()["details"][0]["path"]) == (
        409,
        "VALUE_NOT_KEPT",
        "a",
    )


@pytest.mark.parametrize("body", [{}, {"change_id": None}, {"change_id": "x"}, {"change_id": 7}])
def test_a_change_is_named_by_its_id(machine: Client, diary: Diary, body: dict[str, Any]):
    diary.write(a=1)
    answer = machine.post(path_of(diary, "revert"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "change_id")


def test_a_change_that_is_not_there_is_not_found(machine: Client, diary: Diary):
    diary.write(a=1)
    body = {"change_id": str(uuid4())}
    assert machine.post(path_of(diary, "revert"), body, content_type="application/json").status_code == 404


@pytest.mark.parametrize(("grants", "status"), [(("entity:edit",), 403), (("entity:edit", "entity:delete"), 200)])
def test_undoing_a_creation_needs_the_right_to_delete(
    client_of, store: Store, diary: Diary, grants: tuple[str, ...], status: int
):
    change = diary.write(a=1)
    client = client_of(make_token(organization=store.organization, grants=grants))
    assert revert(client, diary, change).status_code == status
    assert (diary.entity.deleted_at is None) == (status == 403)


def test_undoing_a_deletion_needs_no_right_to_delete(client_of, store: Store, diary: Diary):
    diary.write(a=1)
    change = diary.write(mode=Mode.DELETE)
    client = client_of(make_token(organization=store.organization, grants=("entity:edit",)))
    assert revert(client, diary, change).json()["type"] == "restored"


def test_of_a_purged_entity_one_row_is_left(machine: Client, diary: Diary):
    entity_id = diary.write(a=1).entity_id
    purge = operation(identifiers={"_id": str(entity_id)}, attributes={}, mode=Mode.PURGE)
    diary.store.write(purge)
    path = f"/v1/entity/contact/{entity_id}"
    answer = machine.get(f"{path}/activity").json()
    [row] = answer["results"]
    assert (answer["total"], row["type"], row["actor"], row["changes"]) == (1, "purged", {"type": "system"}, {})
    assert row["timestamp"] == "2026-01-15T08:00:00.000000Z"
    assert machine.get(path).status_code == 404


def test_what_was_purged_is_told_to_nobody_else(client_of: Any, machine: Client, diary: Diary):
    entity_id = diary.write(a=1).entity_id
    diary.store.write(operation(identifiers={"_id": str(entity_id)}, attributes={}, mode=Mode.PURGE))
    assert client_of(NEIGHBOUR).get(f"/v1/entity/contact/{entity_id}/activity").status_code == 404
    assert machine.get(f"/v1/entity/account/{entity_id}/activity").status_code == 404
