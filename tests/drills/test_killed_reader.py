"""A worker that is killed while it reads a page of a schedule: its run is called interrupted, and read to its end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.drills.conftest import NewErp
from tests.drills.erp import Erp
from tests.receiver import Received, Receiver, Reply, listening
from tools.running import wait_for

pytestmark = pytest.mark.drill

JSON = {"Content-Type": "application/json"}
PAGES = (
    b'{"customers": [{"number": "K-1"}, {"number": "K-2"}], "next": 2}',
    b'{"customers": [{"number": "K-3"}], "next": null}',
)
LONGER_THAN_A_LEASE_S = 40


class Source:
    """Two pages; whoever asks for the second waits for as long as it hangs."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.answers = threading.Event()
        self.hangs = threading.Event()
        receiver.answer = self._answer

    def _answer(self, request: Received, _: int) -> Reply:
        if "page=2" not in request.path:
            return Reply(200, JSON, PAGES[0])
        self.hangs.set()
        self.answers.wait(LONGER_THAN_A_LEASE_S)
        return Reply(200, JSON, PAGES[1])


@pytest.fixture
def source() -> Iterator[Source]:
    """Ends its waiting with the test."""
    with listening() as receiver:
        found = Source(receiver)
        yield found
        found.answers.set()


class Schedule:
    """A managed call that reads the source, as the API shows it."""

    def __init__(self, erp: Erp, url: str) -> None:
        self.erp = erp
        made = self._send("POST", "/v2/integrations", self._integration(url))
        use_case = next(one for one in made["use_cases"] if one["type"] == "managed_call")
        self.path = f"/v1/integrations/{made['id']}/use-cases/{use_case['id']}/schedule"

    def _integration(self, url: str) -> dict[str, Any]:
        pull = {"items": "customers", "payload": {"page": 1}, "next_page": '$boolean(next) ? {"page": next}'}
        operation = {"method": "GET", "path": "/customers", "query_params": {"page": "{{page}}"}}
        usual = {"enabled": True}
        return {
            "name": f"Source {uuid4().hex}",
            "integration_type": "connector",
            "connector_config": {"base_url": url},
            "use_cases": [
                usual
                | {"name": "Customers", "slug": "customers", "type": "inbound", "configuration": {"entities": []}},
                usual
                | {
                    "name": "Read",
                    "slug": "read",
                    "type": "managed_call",
                    "configuration": {"operation": operation, "inbound_use_case_slug": "customers", "pull": pull},
                },
            ],
        }

    def run(self) -> None:
        self.run_id = self._send("POST", f"{self.path}:run")["id"]

    def shown(self) -> dict[str, Any]:
        return self._send("GET", f"{self.path}/runs/{self.run_id}")

    def _send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.erp.hub.request(method, path, body, self.erp.token)
        assert answer.status < 300, answer.text
        found: dict[str, Any] = answer.json()
        return found


def test_a_killed_reader_is_missed_and_its_page_read_by_the_next(new_erp: NewErp, source: Source) -> None:
    erp = new_erp()
    erp.hub.start_web()
    schedule = Schedule(erp, source.receiver.url)
    worker = erp.hub.start_worker()
    schedule.run()
    wait_for(source.hangs.is_set, "the second page to be asked for")
    assert (schedule.shown()["status"], schedule.shown()["pages"]) == ("running", 1)
    erp.hub.kill(worker)
    wait_for(lambda: schedule.shown()["status"] == "interrupted", "the run to be missed", patience_s=60)
    source.answers.set()
    erp.hub.start_worker("another")
    wait_for(lambda: schedule.shown()["status"] == "succeeded", "the run to end", patience_s=60)
    run = schedule.shown()
    assert (run["pages"], run["records"], run["records_refused"]) == (2, 3, 0)
