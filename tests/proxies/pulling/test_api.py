"""Schedules for machines: where they stand, their runs, and what can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.ids import to_text
from integrations.models import UseCase
from proxies.models import PullKind, PullState
from proxies.pulling import acts, planning, running
from proxies.pulling.claiming import LEASE, claim
from proxies.pulling.handing_on import RUN_PREFIX
from tests.builders import make_integration, make_token, make_use_case
from tests.cast import MACHINE
from tests.proxies.pulling.conftest import Works
from tests.receiver import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(client_of: Callable[..., Client]) -> Client:
    """A token that may do everything."""
    return client_of(MACHINE)


def address(use_case: UseCase, act: str = "") -> str:
    return f"/v1/integrations/{use_case.integration_id}/use-cases/{use_case.pk}/schedule{act}"


def told(machine: Client, use_case: UseCase, act: str = "") -> Any:
    answer = machine.get(address(use_case, act))
    assert answer.status_code == 200
    return answer.json()


def send(machine: Client, use_case: UseCase, act: str, body: Any = None) -> Any:
    return machine.post(address(use_case, act), body, content_type="application/json")


def fail(works: Works, times: int) -> None:
    """That many runs in a row end with a refusal."""
    for _ in range(times):
        works.source.failures = [Reply(403)]
        works.clock.move(seconds=15 * 60)
        works.work()


def test_before_anybody_has_looked_a_schedule_is_due_now(works: Works, machine: Client) -> None:
    shown = told(machine, works.schedule())
    assert (shown["state"], shown["next_run_at"]) == ("idle", "2026-01-15T08:00:00.000Z")
    assert (shown["cursor"], shown["last_run"], shown["consecutive_failures"]) == (None, None, 0)


def test_a_schedule_that_has_read_tells_how_far_and_when_it_goes_on(works: Works, machine: Client) -> None:
    works.source.add("C-1", "C-2", "C-3")
    use_case = works.schedule()
    works.work()
    shown = told(machine, use_case)
    assert (shown["use_case_slug"], shown["inbound_use_case_slug"], shown["every_minutes"]) == (
        "read-customers",
        "customers",
        15,
    )
    assert (shown["cursor"], shown["next_run_at"]) == ("2026-01-10T00:00:00Z", "2026-01-15T08:15:00.000Z")
    last = shown["last_run"]
    assert (last["status"], last["pages"], last["records"], last["records_refused"]) == ("succeeded", 2, 3, 0)
    assert "error" not in last


def test_failures_in_a_row_are_counted_from_the_last_success(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    fail(works, 1)
    works.clock.move(seconds=15 * 60)
    works.work()
    assert told(machine, use_case)["consecutive_failures"] == 0
    fail(works, 2)
    shown = told(machine, use_case)
    assert (shown["consecutive_failures"], shown["last_run"]["status"]) == (2, "failed")
    assert shown["last_run"]["error"]["code"] == "EXTERNAL_API_ERROR"


def test_a_schedule_that_never_succeeded_counts_all_its_failures(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    fail(works, 3)
    assert told(machine, use_case)["consecutive_failures"] == 3


def test_runs_on_demand_count_neither_as_failures_nor_as_successes(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    fail(works, 2)
    run = planning.run_of(works.pull, PullKind.ON_DEMAND, works.clock.at)
    run.state, run.finished_at = PullState.SUCCEEDED, works.clock.at
    run.save(force_insert=True)
    shown = told(machine, use_case)
    assert (shown["consecutive_failures"], shown["last_run"]["kind"]) == (2, "on_demand")


@pytest.mark.parametrize("act", ["", ":run", ":full-sync", ":pause", ":resume", ":rewind"])
def test_a_use_case_without_a_schedule_says_so(works: Works, machine: Client, act: str) -> None:
    plain = make_use_case(integration=works.integration, type="managed_call", slug="plain")
    answer = send(machine, plain, act, {}) if act else machine.get(address(plain))
    assert (answer.status_code, answer.json()["code"]) == (404, "SCHEDULE_NOT_FOUND")


def test_both_lists_name_every_schedule_and_nothing_else(works: Works, machine: Client) -> None:
    schedules = {str(one.pk) for one in (works.schedule(), works.schedule(slug="read-meters"))}
    make_use_case(integration=works.integration, type="managed_call", slug="plain")
    make_integration(organization=works.organization, name="Another")
    for path in ("/v1/schedules", f"/v1/integrations/{works.integration.pk}/schedules"):
        shown = machine.get(path).json()["schedules"]
        assert {one["use_case_id"] for one in shown} == schedules


def test_a_token_of_one_integration_sees_its_schedules_only(works: Works, client_of: Callable[..., Client]) -> None:
    works.schedule()
    another = make_integration(organization=works.organization, name="Another")
    bound = client_of(make_token(organization=works.organization, integration_ids=[another.pk]))
    assert bound.get("/v1/schedules").json() == {"schedules": []}


def test_the_list_costs_as_many_queries_for_many_as_for_one(
    works: Works, machine: Client, count_queries: Callable
) -> None:
    works.schedule()
    works.work()
    machine.get("/v1/schedules")
    with count_queries() as one:
        machine.get("/v1/schedules")
    for number in range(3):
        works.schedule(slug=f"read-{number}")
    works.work()
    with count_queries() as many:
        assert len(machine.get("/v1/schedules").json()["schedules"]) == 4
    assert len(many) == len(one)


def test_runs_come_in_pages_the_newest_first(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    fail(works, 3)
    first = told(machine, use_case, "/runs?limit=2")
    second = told(machine, use_case, f"/runs?limit=2&cursor={first['next_cursor']}")
    shown = [one["id"] for page in (first, second) for one in page["runs"]]
    assert shown == [to_text(RUN_PREFIX, run.pk) for run in reversed(works.runs)]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)


def test_runs_are_narrowed_to_an_outcome_a_kind_and_a_time(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    works.work()
    fail(works, 1)
    acts.run_now(works.keeper(use_case))
    running.turn(lambda: False)
    queries = ("status=failed", "kind=manual", "after=2026-01-15T08:00:01Z", "before=2026-01-15T08:15:00Z")
    found = {query: [one["status"] for one in told(machine, use_case, f"/runs?{query}")["runs"]] for query in queries}
    assert found == {
        "status=failed": ["failed"],
        "kind=manual": ["succeeded"],
        "after=2026-01-15T08:00:01Z": ["succeeded", "failed"],
        "before=2026-01-15T08:15:00Z": ["succeeded"],
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("status=lost", "status"),
        ("kind=", "kind"),
        ("after=yesterday", "after"),
        ("before=2026-01-15", "before"),
        ("after=2026-01-15T08:00:00Z&before=2026-01-15T08:00:00Z", "before"),
        ("cursor=run_1", "cursor"),
        ("cursor=", "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(works: Works, machine: Client, query: str, field: str) -> None:
    answer = machine.get(address(works.schedule(), f"/runs?{query}"))
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, [field])


def test_a_run_whose_worker_is_gone_is_interrupted_and_found_by_that(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    assert claim() is not None
    assert [one["status"] for one in told(machine, use_case, "/runs?status=running")["runs"]] == ["running"]
    works.clock.move(LEASE)
    assert told(machine, use_case, "/runs?status=running")["runs"] == []
    [run] = told(machine, use_case, "/runs?status=interrupted")["runs"]
    assert (run["status"], told(machine, use_case)["state"]) == ("interrupted", "interrupted")


def test_a_run_by_hand_is_answered_with_and_can_be_read(works: Works, machine: Client) -> None:
    works.source.add("C-1")
    use_case = works.schedule()
    answer = send(machine, use_case, ":run")
    assert (answer.status_code, answer.json()["status"], answer.json()["kind"]) == (202, "planned", "manual")
    running.turn(lambda: False)
    run = told(machine, use_case, f"/runs/{answer.json()['id']}")
    assert (run["status"], run["records"], run["correlation_id"]) == ("succeeded", 1, run["id"])


def test_a_full_sync_begins_at_the_very_beginning(works: Works, machine: Client) -> None:
    works.source.add("C-1")
    use_case = works.schedule()
    works.work()
    assert send(machine, use_case, ":full-sync").json()["kind"] == "full"
    running.turn(lambda: False)
    assert works.source.asked[-1]["since"] == "2026-01-01T00:00:00Z"


def test_under_a_run_nothing_else_begins_and_nothing_is_rewound(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    for act, body in ((":run", None), (":full-sync", None), (":rewind", {"cursor": None})):
        answer = send(machine, use_case, act, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "PULL_UNDER_WAY")


def test_paused_and_resumed_by_a_machine_the_trail_names_it(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    works.work()
    paused = send(machine, use_case, ":pause").json()
    assert (paused["state"], paused["next_run_at"], paused["paused_at"]) == ("paused", None, "2026-01-15T08:00:00.000Z")
    answer = send(machine, use_case, ":run")
    assert (answer.status_code, answer.json()["code"]) == (409, "PULL_HELD")
    assert send(machine, use_case, ":resume").json()["state"] == "idle"
    rows = AuditEntry.objects.filter(organization=works.organization, action__startswith="pull.").order_by("sequence")
    assert [(row.action, row.actor_type) for row in rows] == [("pull.paused", "token"), ("pull.resumed", "token")]


def test_rewound_the_answer_tells_where_the_next_run_begins(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    assert send(machine, use_case, ":rewind", {"cursor": "2025-06-01T00:00:00Z"}).json()["cursor"] == (
        "2025-06-01T00:00:00Z"
    )
    assert send(machine, use_case, ":rewind", {"cursor": None}).json()["cursor"] is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "cursor"),
        ({"cursor": True}, "cursor"),
        ({"cursor": []}, "cursor"),
        ({"cursor": "x" * 1001}, "cursor"),
        ({"cursor": 5}, "cursor"),
        ({"cursor": None, "to": 1}, "to"),
        ([], ""),
    ],
)
def test_what_is_no_cursor_of_the_schedule_is_refused(works: Works, machine: Client, body: Any, path: str) -> None:
    answer = send(machine, works.schedule(), ":rewind", body)
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, [path])


def test_a_cursor_that_counts_takes_long_numbers_as_digits(works: Works, machine: Client) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": 0})
    assert send(machine, use_case, ":rewind", {"cursor": "123456789012345678901"}).status_code == 200
    assert send(machine, use_case, ":rewind", {"cursor": "January"}).status_code == 400


@pytest.mark.parametrize("cursor", [int("9" * 400), 2**64, -(2**63) - 1], ids=["400 digits", "above", "below"])
def test_a_cursor_that_counts_has_64_bits_at_most(works: Works, machine: Client, cursor: int) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": 0})
    answer = send(machine, use_case, ":rewind", {"cursor": cursor})
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, ["cursor"])
    assert send(machine, use_case, ":rewind", {"cursor": 2**63 - 1}).json()["cursor"] == 2**63 - 1


def test_a_run_is_cancelled_once(works: Works, machine: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    path = f"/runs/{to_text(RUN_PREFIX, works.runs[0].pk)}:cancel"
    assert send(machine, use_case, path).json()["status"] == "cancelled"
    again = send(machine, use_case, path)
    assert (again.status_code, again.json()["code"]) == (409, "PULL_RUN_ENDED")


@pytest.mark.parametrize("run_id", ["pull_00000000000000000000000000", "pull_1", "run_00000000000000000000000000", "x"])
def test_an_id_that_nobody_gave_out_is_no_run(works: Works, machine: Client, run_id: str) -> None:
    use_case = works.schedule()
    for answer in (
        machine.get(address(use_case, f"/runs/{run_id}")),
        send(machine, use_case, f"/runs/{run_id}:cancel"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "PULL_RUN_NOT_FOUND")


def test_a_run_of_another_schedule_is_no_run_of_this(works: Works, machine: Client) -> None:
    use_case, other = works.schedule(), works.schedule(slug="read-meters")
    acts.run_now(works.keeper(other))
    run_id = to_text(RUN_PREFIX, works.runs[0].pk)
    assert machine.get(address(use_case, f"/runs/{run_id}")).status_code == 404
    assert send(machine, use_case, f"/runs/{run_id}:cancel").status_code == 404
