"""What is sent to the operations of integrations and use cases."""

from __future__ import annotations

from collections.abc import Mapping

from tests.contract.bodies.plain import Body, component, no_body

NEW_APP = {"name": "Portal", "components": [{"type": "portal_extension", "name": "Tile"}]}
NEW_USE_CASE = {"name": "Meters", "type": "inbound", "enabled": True}
BODIES: Mapping[str, Body] = {
    "listIntegrations": no_body,
    "createIntegration": lambda things: {"name": "New"},
    "getIntegration": no_body,
    "updateIntegration": lambda things: {"name": "Renamed"},
    "deleteIntegration": no_body,
    "listUseCases": no_body,
    "createUseCase": lambda things: NEW_USE_CASE,
    "getUseCase": no_body,
    "updateUseCase": lambda things: {"enabled": False},
    "deleteUseCase": no_body,
    "listUseCaseHistory": no_body,
    "setIntegrationAppMapping": lambda things: component(things) | {"overwrite": True},
    "deleteIntegrationAppMapping": component,
    "listIntegrationsV2": no_body,
    "createIntegrationV2": lambda things: {"name": "New", "use_cases": [NEW_USE_CASE]},
    "getIntegrationV2": no_body,
    "updateIntegrationV2": lambda things: {"name": "Renamed", "use_cases": []},
    "deleteIntegrationV2": no_body,
    "listApps": no_body,
    "registerApp": lambda things: NEW_APP,
    "getApp": no_body,
    "deleteApp": no_body,
    "callAppComponent": lambda things: {"execution_id": "e", "action_id": "a", "entity_id": things.entity_id},
}
