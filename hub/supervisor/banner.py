"""What make run prints once everything answers; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs of the demo data."""

    email: str
    password: str
    token: str
    event: dict[str, object]


def banner(*, address: str, demo: Demo | None) -> str:
    """One address; with demo data a login, a token and one curl."""
    head = f"\nThe Integration Hub runs at {address}\n"
    return head + ("" if demo is None else _of_demo(address, demo)) + "\nCtrl-C stops it.\n"


def _of_demo(address: str, demo: Demo) -> str:
    body = json.dumps(demo.event, ensure_ascii=False).replace("'", "'\\''")
    return (
        f"\n  Sign in      {demo.email}   password {demo.password}\n"
        f"  API token    {demo.token}\n"
        f"\n  Send an event:\n\n"
        f"curl {address}/v3/erp/updates/events -H 'Authorization: Bearer {demo.token}' "
        f"-H 'Content-Type: application/json' -d '{body}'\n"
    )
