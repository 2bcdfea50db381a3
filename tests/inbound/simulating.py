"""How the tests of simulations ask for one over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

DIRECT = "/v1/erp/updates/direct_simulation"
V1, V2 = (f"/{version}/erp/updates/mapping_simulation" for version in ("v1", "v2"))


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def refused(machine: Client, body: Any, path: str = V2) -> tuple[int, str]:
    answer = post(machine, path, body)
    return answer.status_code, answer.json()["code"]
