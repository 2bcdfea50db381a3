"""A worker that is killed while it uploads: every file arrives, and a repeat has the key of the first time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.drills.conftest import NewErp
from tests.drills.outlet import Outlet
from tests.receiver import Received, Receiver, Reply, listening
from tools.running import wait_for

pytestmark = pytest.mark.drill

FILES = 18
KILL_EVERY = 5
"""Uploads between two kills."""
EVENT = "GridConnectionRequested"


@pytest.fixture
def dms() -> Iterator[Receiver]:
    """Has the files, and takes them."""
    with listening() as receiver:
        yield receiver


def use_case(outlet: Outlet, integration_id: str, slug: str, type: str, configuration: Any) -> None:
    body = {"name": slug, "slug": slug, "type": type, "enabled": True, "configuration": configuration}
    outlet.call("POST", f"/v1/integrations/{integration_id}/use-cases", body)


def connect(outlet: Outlet, integration_id: str, url: str) -> None:
    """One recipe brings files, another takes them, and the event hands them over."""
    brings = {
        "params": [{"name": "id", "required": True}],
        "steps": [{"url": f"{url}/archive/{{{{params.id}}}}", "method": "GET", "response_type": "binary"}],
        "response": {"body": "steps[0].body", "encoding": "binary"},
    }
    takes = {
        "direction": "upload",
        "upload": {},
        "fan_out": {"enabled": True},
        "steps": [{"url": f"{url}/files", "method": "POST", "response_type": "json"}],
    }
    delivery = {"type": "file_proxy", "use_case_slug": "takes"}
    sends = {"event_catalog_event": EVENT, "mappings": [{"name": "Files", "enabled": True, "delivery": delivery}]}
    use_case(outlet, integration_id, "brings", "file_proxy", brings)
    use_case(outlet, integration_id, "takes", "file_proxy", takes)
    use_case(outlet, integration_id, "sends", "outbound", sends)


def happen(outlet: Outlet, integration_id: str) -> None:
    """An event with all of the files, each behind an address of the hub's own."""
    listed = []
    for number in range(FILES):
        query = urlencode({"orgId": "1", "integrationId": integration_id, "useCaseSlug": "brings", "id": f"F-{number}"})
        file = {"filename": f"{number}.pdf", "custom_download_url": f"{outlet.hub.address}/download?{query}"}
        entity = outlet.call("POST", "/v1/entity/file", file).json()
        listed.append({"entity_id": entity["_id"], "version_index": 0, "filename": file["filename"]})
    opportunity = outlet.call("POST", "/v1/entity/opportunity", {"opportunity_number": "O-1"}).json()
    firing = {
        "seed": {"entity_id": opportunity["_id"], "node_id": "opportunity"},
        "fields": {"event_attachments": listed},
        "_trigger_source_type": "automation",
        "_trigger_source": "run-1/step-1",
    }
    outlet.call("POST", f"/v1/events/{EVENT}:trigger", firing)


class Killer:
    """Kills the worker that is served, before it hears the answer to every so manieth upload."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self.killed = self.uploads = 0
        self.worker = outlet.hub.start_worker()

    def __call__(self, received: Received, _: int) -> Reply:
        if received.path.startswith("/archive/"):
            return Reply(body=received.path.encode())
        self.uploads += 1
        if self.uploads % KILL_EVERY == 0 and self.is_alive():
            self.outlet.hub.kill(self.worker)
            self.killed += 1
        return Reply()

    def is_alive(self) -> bool:
        return self.worker.poll() is None

    def is_done(self) -> bool:
        return self.outlet.states().get("succeeded", 0) == FILES

    def run(self) -> None:
        """One worker after the other, until everything has arrived."""
        while not self.is_done():
            wait_for(lambda: not self.is_alive() or self.is_done(), "a kill, or the end", patience_s=120)
            if not self.is_alive():
                self.worker = self.outlet.hub.start_worker()


def test_files_of_a_dying_worker_come_again_with_the_key_that_they_had(new_erp: NewErp, dms: Receiver) -> None:
    erp = new_erp()
    outlet = Outlet(erp.hub, erp.token)
    outlet.hub.variables["HUB_BASE_URL"] = outlet.hub.address
    outlet.open()
    connect(outlet, erp.integration_id, dms.url)
    happen(outlet, erp.integration_id)
    dms.answer = killer = Killer(outlet)
    killer.run()
    uploads = [one for one in dms.requests if one.path == "/files"]
    assert killer.killed >= 2
    assert len(uploads) > FILES  # some came twice, or nothing was tried here
    contents = {one.headers["idempotency-key"]: set[bytes]() for one in uploads}
    for one in uploads:
        contents[one.headers["idempotency-key"]].add(one.body)
    assert len(contents) == FILES
    assert {content for each in contents.values() for content in each} == {
        f"/archive/F-{number}".encode() for number in range(FILES)
    }
    assert all(len(each) == 1 for each in contents.values())
