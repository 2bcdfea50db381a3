"""Managed calls: what they add to the other system's own time, how many a web server makes, what the policy costs."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bench.load import Door, Load, post_to
from bench.measure import Bench, prepared
from bench.receivers import receivers
from hub.http.addresses import EgressPolicy
from hub.http.url import parse

SINGLY: Final = 500
AT_ONCE: Final = 3_000
CLIENTS: Final = 8
WARM_UP: Final = 50
PAUSE_S: Final = 0.002
"""Of the other system, before it answers."""
BODY: Final = b'{"access_token":"t","expires_in":3600,"full_name":"John Doe","contact":{"email":"john@example.com"}}'
ANSWER: Final = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)) + BODY
"""A token and a customer at once: the same server gives out both."""
MAPPING: Final = '{ "name": data.full_name, "email": data.contact.email }'
SECRET: Final = "bench.secret"
RANGES: Final = 100
ROUNDS: Final = 2_000


@dataclass
class Called:
    """A hub with a managed call, and the other system that it leads to."""

    bench: Bench
    upstream_port: int

    def execute(self, count: int, *, clients: int) -> Load:
        """So many calls through the hub. Raises when one is not answered with its mapped result."""
        body = {"integration_id": self.bench.integration_id, "payload": {"customer_id": "C-1"}}
        door = Door(self.bench.hub.port, "/v1/managed-call/get-customer/execute", self.bench.token, b'"John Doe"')
        return post_to(door, [json.dumps(body).encode()] * count, clients=clients)

    def added(self, count: int) -> tuple[Load, Load]:
        """One after the other: to the other system itself, and through the hub."""
        direct = post_to(Door(self.upstream_port, "/base/v1/customers/C-1", "t", b"John Doe"), [b""] * count, clients=1)
        return direct, self.execute(count, clients=1)


@contextmanager
def connected(database_url: str) -> Iterator[Called]:
    """A connector with a token of its own, warm."""
    with receivers(1, PAUSE_S, ANSWER) as [port], prepared(database_url) as bench:
        _post(bench, "/v1/environments", {"key": SECRET, "type": "SecretString", "value": "not-so-secret"})
        auth = {
            "type": "oauth2_client_credentials",
            "token_url": f"http://127.0.0.1:{port}/token",
            "client_id": "hub",
            "client_secret": f"{{{{env.{SECRET}}}}}",
        }
        use_case = {
            "name": "Get customer",
            "slug": "get-customer",
            "type": "managed_call",
            "enabled": True,
            "configuration": {
                "operation": {"method": "GET", "path": "/v1/customers/{{customer_id}}"},
                "response_mapping": MAPPING,
            },
        }
        integration = {
            "name": "Partner",
            "integration_type": "connector",
            "connector_config": {"base_url": f"http://127.0.0.1:{port}/base", "auth": auth},
            "use_cases": [use_case],
        }
        created = _post(bench, "/v2/integrations", integration)
        called = Called(Bench(bench.hub, bench.token, str(created["id"])), port)
        called.execute(WARM_UP, clients=CLIENTS)
        yield called


def policy_ms() -> float:
    """CPU time of one call: the URL read and judged, three addresses of its host, by a long list of the operator."""
    policy = EgressPolicy.of([f"10.{number}.0.0/16" for number in range(RANGES)])
    addresses = [ipaddress.ip_address(f"93.184.216.{number}") for number in (34, 35)]
    addresses.append(ipaddress.ip_address("2606:2800:220:1::1"))
    started = time.thread_time()
    for number in range(ROUNDS):
        url = parse(f"https://api{number}.partner.example/v1/customers/{number}")
        policy.check_url(url)
        policy.check_addresses(url, addresses)
    return (time.thread_time() - started) / ROUNDS * 1000


def _post(bench: Bench, path: str, body: dict[str, object]) -> dict[str, object]:
    answer = bench.hub.request("POST", path, body, bench.token)
    if answer.status != 201:
        raise RuntimeError(answer.text)
    created: dict[str, object] = answer.json()
    return created
