"""200 MB of base64 within JSON: an error of its own, and a web server that has not grown by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.hub.http.receivers import Receiver, flooding
from tests.journeys.contract.conftest import Caller
from tools.running import Answer

pytestmark = pytest.mark.once

SIZE = 200 * 1024 * 1024
PIECE = b"QUJD" * 16384
MOST_ADDED_MB = 50
DOWNLOAD = {"response": {"body": "steps[0].body.data", "encoding": "base64"}}


@pytest.fixture(params=[True, False], ids=["of a known length", "of an unknown length"])
def system(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """Answers every request with so much base64; what says its length is not read at all, the rest up to the cap."""
    before, after = b'{"data": "', b'"}'
    length = f"Content-Length: {len(before) + SIZE + len(after)}\r\n" if request.param else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{length}\r\n".encode()
    with Receiver(flooding(head + before, PIECE, at_most=SIZE)) as system:
        yield system


def made(caller: Caller, system: Receiver, type: str, configuration: dict[str, Any]) -> str:
    """The integration of a use case of that type; it calls the system."""
    use_case = {"name": "Large", "slug": "large", "type": type, "enabled": True, "configuration": configuration}
    connector = {"base_url": f"http://127.0.0.1:{system.port}"}
    body = {"name": "DMS", "integration_type": "connector", "connector_config": connector, "use_cases": [use_case]}
    answer = caller.hub.request("POST", "/v2/integrations", body, caller.token)
    assert answer.status == 201, answer.text
    return str(answer.json()["id"])


def family(process_id: int) -> list[int]:
    """A process and all that it has started."""
    listed = Path(f"/proc/{process_id}/task").glob("*/children")
    return [process_id, *(one for file in listed for child in file.read_text().split() for one in family(int(child)))]


def highest_mb(process_id: int) -> float:
    """Most megabytes that a process has had since forget_highest; none when it has ended."""
    file = Path(f"/proc/{process_id}/status")
    lines = file.read_text().splitlines() if file.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def forget_highest(process_id: int) -> None:
    """What it has now is the most."""
    Path(f"/proc/{process_id}/clear_refs").write_text("5")


def grown(caller: Caller, method: str, path: str, body: Any) -> tuple[Answer, float]:
    """The answer, and the megabytes that the web server has grown by meanwhile. Any: JSON."""
    caller.hub.request("GET", "/v1/integrations", token=caller.token)
    assert caller.hub.web is not None
    processes = family(caller.hub.web.pid)
    for one in processes:
        forget_highest(one)
    before = sum(highest_mb(one) for one in processes)
    answer = caller.hub.request(method, path, body, caller.token if body is not None else "")
    return answer, sum(highest_mb(one) for one in processes) - before


def test_a_managed_call_does_not_take_it_into_memory(caller: Caller, system: Receiver) -> None:
    integration_id = made(caller, system, "managed_call", {"operation": {"method": "GET", "path": "/f"}})
    body = {"integration_id": integration_id, "payload": {}}
    answer, added = grown(caller, "POST", "/v1/managed-call/large/execute", body)
    assert (answer.status, len(system.requests)) == (502, 1)
    assert added < MOST_ADDED_MB


def test_a_file_proxy_does_not_take_it_into_memory(caller: Caller, system: Receiver) -> None:
    step = {"url": f"http://127.0.0.1:{system.port}/f", "method": "GET", "response_type": "json"}
    integration_id = made(caller, system, "file_proxy", DOWNLOAD | {"steps": [step]})
    named = urlencode({"orgId": "1", "integrationId": integration_id, "useCaseSlug": "large"})
    file = {"filename": "f", "custom_download_url": f"{caller.hub.address}/download?{named}"}
    entity_id = caller.hub.request("POST", "/v1/entity/file", file, caller.token).json()["_id"]
    link = caller.hub.request("POST", f"/v1/entity/file/{entity_id}:download", {}, caller.token).json()["url"]
    answer, added = grown(caller, "GET", link.removeprefix(caller.hub.address), None)
    assert (answer.status, len(system.requests)) == (413, 1)
    assert added < MOST_ADDED_MB
