"""A worker that is killed amid a bulk replay: the next goes on, and no event runs twice."""

from __future__ import annotations

import json

import pytest

from tests.drills.conftest import LONG, NewErp
from tests.drills.erp import Note
from tests.drills.moments import is_amid_a_transaction
from tests.drills.test_killed_worker import wait_until_drained
from tools.running import Hub, rows, wait_for

pytestmark = pytest.mark.drill

EVENTS = 3_000 if LONG else 900
KILLS = 6 if LONG else 2
RESULTS = "SELECT number, subject_id, made_id, outcome FROM jobs_jobresult ORDER BY number"
REPLAYS = "SELECT replay_of, id FROM inbound_inboundevent WHERE replay_of IS NOT NULL"
STATE = "SELECT state FROM jobs_job"


def progress(hub: Hub) -> int:
    return len(rows(hub.database_url, RESULTS))


def has_ended(hub: Hub) -> bool:
    return rows(hub.database_url, STATE) == [("done",)]


def test_every_event_runs_once_however_often_the_worker_is_killed(new_erp: NewErp) -> None:
    erp = new_erp()
    hub = erp.hub
    hub.start_web()
    erp.send_all([Note(f"K-{place}", "1") for place in range(EVENTS)])
    worker = hub.start_worker()
    wait_until_drained(hub)
    # Otherwise the job may have ended by the time that the command has.
    hub.kill(worker)
    answer = hub.manage("hub_replay", "--organization", "works", "--reason", "A drill", "--json")
    assert json.loads(answer)["job_id"]
    worker = hub.start_worker()
    amid = 0
    for kill in range(1, KILLS + 1):
        wanted = kill * EVENTS // (KILLS + 2)
        wait_for(lambda wanted=wanted: progress(hub) >= wanted, "a part of the job", pause_s=0.005)  # type: ignore[misc]
        wait_for(lambda: is_amid_a_transaction(hub) or has_ended(hub), "a transaction", pause_s=0)
        amid += not has_ended(hub)
        hub.kill(worker)
        worker = hub.start_worker()
    wait_for(lambda: has_ended(hub), "the end of the job", patience_s=120)
    wait_until_drained(hub)
    assert amid >= 1  # or nothing was tried here
    results = rows(hub.database_url, RESULTS)
    assert [number for number, *_ in results] == list(range(1, EVENTS + 1))
    assert {outcome for *_, outcome in results} == {"done"}
    made = sorted((str(subject), str(new)) for _, subject, new, _ in results)
    assert sorted((str(original), str(new)) for original, new in rows(hub.database_url, REPLAYS)) == made
    assert len({original for original, _ in made}) == EVENTS
