"""Twenty calls of one organization that wait: the next is told so at once, and everybody else is served meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.forward_proxy import ForwardProxy
from tests.receiver import Receiver, Reply, listening
from tools.running import EVERY_GRANT, Answer, Hub, own_database, wait_for

AT_ONCE = 20
"""Of one organization, in all processes of the hub."""
PATIENCE_S = 20
"""Of the target: less than a call may take."""


class Crowd:
    """A hub, two organizations with a secure proxy each, and a target that lets everybody wait until it is told."""

    def __init__(self, hub: Hub, target: Receiver) -> None:
        self.hub = hub
        self.target = target
        self.go_on = threading.Event()
        self.tokens = {slug: self._organization(slug) for slug in ("crowded", "other")}
        target.answer = self._answer

    def _answer(self, *_: object) -> Reply:
        self.go_on.wait(PATIENCE_S)
        return Reply()

    def _organization(self, slug: str) -> str:
        self.hub.manage("hub_organization", "create", "--slug", slug, "--name", slug, "--json")
        words = ["hub_token", "create", "--organization", slug, "--name", "ERP", "--grants", *EVERY_GRANT, "--json"]
        return str(json.loads(self.hub.manage(*words))["token"])

    def make_proxies(self) -> None:
        """One in each organization."""
        proxy = {"name": "Out", "slug": "out", "type": "secure_proxy", "enabled": True}
        body = {"name": "ERP", "use_cases": [proxy | {"configuration": {"vpc_mode": "static_ip"}}]}
        made = {slug: self.hub.request("POST", "/v2/integrations", body, token) for slug, token in self.tokens.items()}
        self.integrations = {slug: str(answer.json()["id"]) for slug, answer in made.items()}

    def call(self, slug: str) -> Answer:
        """A request through the secure proxy of an organization."""
        named = {"integration_id": self.integrations[slug], "use_case_slug": "out"}
        body = named | {"url": "http://93.184.216.34/", "method": "GET"}
        return self.hub.request("POST", "/v1/secure-proxy", body, self.tokens[slug])


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """On the database of the round."""
    is_on_services = bool(os.environ.get("DATABASE_URL"))
    database: Any = own_database() if is_on_services else contextlib.nullcontext(f"sqlite:///{tmp_path}/hub.sqlite3")
    with database as url, listening() as target, ForwardProxy(int(target.url.rpartition(":")[2])) as tunnels:
        room = {"HUB_STATIC_IP_EGRESS": tunnels.url, "HUB_MOST_WAITING": "24", "HUB_WEB_THREADS": "48"}
        hub = Hub(tmp_path, url, variables=room)
        hub.manage("migrate", "--verbosity", "0")
        made = Crowd(hub, target)
        try:
            hub.start_web(threads=48)
            made.make_proxies()
            yield made
        finally:
            made.go_on.set()
            hub.end()


def test_twenty_calls_wait_the_next_is_refused_and_everybody_else_is_served(crowd: Crowd) -> None:
    with ThreadPoolExecutor(AT_ONCE + 1) as threads:
        waiting = [threads.submit(crowd.call, "crowded") for _ in range(AT_ONCE)]
        wait_for(lambda: len(crowd.target.requests) == AT_ONCE, "the target to be called")
        refused = crowd.call("crowded")
        of_others = threads.submit(crowd.call, "other")
        wait_for(lambda: len(crowd.target.requests) == AT_ONCE + 1, "the call of the others")
        pages = [crowd.hub.request("GET", path).status for path in ("/accounts/login/", "/livez")]
        listed = [crowd.hub.request("GET", "/v1/integrations", token=token).status for token in crowd.tokens.values()]
        still_waiting = [one.done() for one in waiting]
        crowd.go_on.set()
        assert {one.result().status for one in [*waiting, of_others]} == {200}
    assert (refused.status, refused.json()["code"], refused.headers["retry-after"]) == (429, "RATE_LIMITED", "1")
    assert (pages, listed, still_waiting) == ([200, 200], [200, 200], [False] * AT_ONCE)
    assert crowd.call("crowded").status == 200
