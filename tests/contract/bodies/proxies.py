"""What is sent to the operations of managed calls, schedules and the secure proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, no_body
from tests.contract.things import Things


def _proxied(things: Things) -> dict[str, Any]:
    request = {"url": "http://93.184.216.34/invoices", "method": "GET"}
    return request | {"integration_id": things.integration_id, "use_case_id": things.proxy_id}


BODIES: Mapping[str, Body] = {
    "managedCallExecute": lambda things: {"integration_id": things.integration_id, "payload": {"number": "C-1"}},
    "listSecureProxies": no_body,
    "secureProxy": _proxied,
    "getSecureProxyWhitelist": no_body,
    "replaceSecureProxyWhitelist": lambda things: {"allowed_domains": ["erp.example.com"]},
    "listSecureProxyWhitelistHistory": no_body,
    "listSchedules": no_body,
    "listIntegrationSchedules": no_body,
    "getSchedule": no_body,
    "runSchedule": no_body,
    "fullSyncSchedule": no_body,
    "pauseSchedule": no_body,
    "resumeSchedule": no_body,
    "rewindSchedule": lambda things: {"cursor": "2026-01-10"},
    "listScheduleRuns": no_body,
    "getScheduleRun": no_body,
    "cancelScheduleRun": no_body,
}
