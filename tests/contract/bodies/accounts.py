"""What is sent to the operations of access tokens, environments and portals."""

from __future__ import annotations

from collections.abc import Mapping

from tests.contract.bodies.plain import Body, no_body

BODIES: Mapping[str, Body] = {
    "listAccessTokens": no_body,
    "createAccessToken": lambda things: {"name": "New", "grants": []},
    "getAccessToken": no_body,
    "renameAccessToken": lambda things: {"name": "Renamed"},
    "revokeAccessToken": no_body,
    "listEnvironments": no_body,
    "createEnvironment": lambda things: {"key": "erp.tenant", "type": "String", "value": "t1"},
    "getEnvironment": no_body,
    "listEnvironmentUses": no_body,
    "putEnvironment": lambda things: {"value": "https://erp.example"},
    "deleteEnvironment": no_body,
    "listEnvironmentGroups": no_body,
    "putEnvironmentGroup": lambda things: {"description": "Where the ERP is."},
    "deleteEnvironmentGroup": no_body,
    "listPortals": no_body,
    "putPortal": lambda things: {"origin": "B2B_PORTAL"},
    "deletePortal": no_body,
}
