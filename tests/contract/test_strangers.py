"""The same cast knocks at every door; a door that is added without a row here fails the first test."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client

from hub.accounts.models import Organization
from tests.builders import make_integration, make_token
from tests.cast import (
    MACHINE,
    NEIGHBOUR,
    NEIGHBOUR_OWNER,
    OPERATOR,
    OWNER,
    READER,
    STRANGERS,
    VIEWER,
    Caller,
    Stage,
)
from tests.contract.bodies import BODIES
from tests.contract.doors import knock
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.things import Things

pytestmark = pytest.mark.once

ClientOf = Callable[[Any], Client]

SHAPE = {"code", "message", "details", "correlation_id"}
SEES_NOTHING_OF_OURS = {
    "simulateMapping",
    "simulateDirect",
    "listIntegrations",
    "createIntegration",
    "listIntegrationsV2",
    "createIntegrationV2",
    "listAccessTokens",
    "createAccessToken",
    "searchEntities",
    "exportEntities",
    "importEntities",
    "uploadFile",
    "listEnvironments",
    "createEnvironment",
    "listEnvironmentGroups",
    "listPortals",
    "listConfiguredEvents",
    "listWebhooks",
    "createWebhook",
    "listAutomations",
    "createAutomation",
    "listSchemas",
    "getSchema",
    "saveSchema",
    "listSchemaVersions",
    "getSchemaAsJSONSchema",
    "getSchemaExample",
    "listEntities",
    "createEntity",
    "upsertEntity",
    "listEvents",
    "createEvent",
    "listApps",
    "registerApp",
    "listSecureProxies",
    "listSchedules",
}
"""Operations whose request names no thing: a neighbour is served, from what is the neighbour's."""
TO_A_NEIGHBOUR = {
    "triggerErp": 401,
    "processErpUpdatesEvents": 400,
    "writeMeterReadings": 200,
    "getEntitySyncStatus": 200,
    "getEntitySyncStatusByEntity": 200,
}
"""Operations that do not answer 404: the integration is in the body; each reading has an outcome of its own; what
nobody knows was never brought by anybody."""
PUTS = [row for row in OPERATIONS if row.success_when_new and row.method == "PUT" and row.id != "saveSchema"]
"""Operations that make what is not there: a neighbour gets one of its own, and ours stays as it is."""
ABOUT_THINGS = [row for row in OPERATIONS if row.id not in SEES_NOTHING_OF_OURS and row not in PUTS]
WEBHOOKS = {"HOOKVIEW", "HOOKNEW", "HOOKEDIT", "HOOKDEL", "RESEND"}
AUTOMATIONS = {"AUTOVIEW", "AUTOEDIT", "RERUN"}
OF_THE_ORGANIZATION = {
    *(
        "TOKENS",
        "VIEW",
        "EDIT",
        "REMOVE",
        "PRODUCE",
        "TRIGGER",
        "APPS",
        "APPSEDIT",
        "ENV",
        "ENVDEL",
        "EVENTS",
        "EVENTSEDIT",
        "PAST",
        "FIRE",
    ),
    *WEBHOOKS,
    *AUTOMATIONS,
}
"""Grants that are not about integrations; a token bound to some of those does not hold them."""
ABOUT_AN_INTEGRATION = [row for row in ABOUT_THINGS if row.grant not in {"OWNER", *OF_THE_ORGANIZATION}]

READING = {"APPS", "READ", "MONITOR", "VIEW", "EVENTS", "PAST", "HOOKVIEW", "AUTOVIEW", "any", "status"}
EVERYTHING = READING | {"SEND", "ACK", "CONSUME", "DECIDE", "WRITE"} | OF_THE_ORGANIZATION
HELD: dict[Caller, set[str]] = {
    VIEWER: READING,
    OPERATOR: READING | {"SEND", "TRIGGER", "ACK", "DECIDE", "PRODUCE", "FIRE", "RESEND", "RERUN"},
    OWNER: EVERYTHING | {"OWNER"},
    READER: READING,
    MACHINE: EVERYTHING | {"CALL"},
}
"""Caller → the grants of the table that they hold. The reader's token holds all of them, but is read-only. Only tokens
call inlets: a browser opens an address for anybody who makes it."""

HOLDERS = {
    "READ": {"integration:manage", "erp:read", "integration:view"},
    "WRITE": {"integration:manage", "erp:write"},
    "SEND": {"integration:manage", "erp:events"},
    "CALL": {"integration:manage", "erp:events"},
    "TRIGGER": {"integration:manage", "erp:events"},
    "APPS": {"integration:manage", "erp:read", "integration:view"},
    "APPSEDIT": {"integration:manage", "erp:write"},
    "ACK": {"integration:manage", "erp:events", "integration:consume"},
    "DECIDE": {"integration:manage", "erp:write"},
    "MONITOR": {"integration:manage", "erp:monitoring", "integration:view"},
    "CONSUME": {"integration:consume"},
    "VIEW": {"integration:manage", "erp:read", "integration:view", "entity:view"},
    "EDIT": {"integration:manage", "erp:write", "entity:edit"},
    "REMOVE": {"integration:manage", "erp:write", "entity:delete"},
    "PRODUCE": {"integration:manage", "erp:write", "entity:edit"},
    "TOKENS": {"token:create"},
    "ENV": {"environments:edit"},
    "ENVDEL": {"environments:delete"},
    "HOOKVIEW": {"webhook:view"},
    "HOOKNEW": {"webhook:create"},
    "HOOKEDIT": {"webhook:edit"},
    "HOOKDEL": {"webhook:delete"},
    "RESEND": {"webhook:edit", "integration:manage", "erp:events"},
    "AUTOVIEW": {"automation:view", "automation:manage"},
    "AUTOEDIT": {"automation:manage"},
    "RERUN": {"automation:manage", "integration:manage", "erp:events"},
    "EVENTS": {"integration:manage", "erp:read", "integration:view", "event_catalog:view", "event_catalog:manage"},
    "PAST": {"integration:manage", "erp:read", "integration:view"},
    "EVENTSEDIT": {"integration:manage", "erp:write", "event_catalog:manage"},
    "FIRE": {"integration:manage", "erp:write", "erp:events", "event_catalog:manage"},
    "OWNER": set(),
}
HOLDERS["status"] = HOLDERS["READ"] | HOLDERS["MONITOR"]
HOLDERS["any"] = HOLDERS["READ"] | HOLDERS["WRITE"] | HOLDERS["SEND"]
"""Grant of the table → the actions of both vocabularies of which each is enough (api.md 3.2)."""
ACTIONS = sorted(set().union(*HOLDERS.values()))

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda row: row.id)
every_operation_about_things = pytest.mark.parametrize("operation", ABOUT_THINGS, ids=lambda row: row.id)


def stored() -> dict[str, Any]:
    """Every row of every table that a request could change; when somebody was last seen is none of it."""
    models = [model for model in apps.get_models() if model._meta.app_label in WRITTEN]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


WRITTEN = {"accounts", "api", "entities", "environments", "events", "integrations", "inbound", "proxies", "outbound"}


def shown(answer: Any) -> tuple[int, dict[str, str], Any]:
    """All that an answer tells, without what differs from request to request."""
    headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
    return answer.status_code, headers, answer.json() | {"correlation_id": ""}


def test_every_operation_has_its_row() -> None:
    assert set(BODIES) == {row.id for row in OPERATIONS}


@every_operation
def test_strangers_are_refused_and_change_nothing(client_of: ClientOf, things: Things, operation: Operation) -> None:
    clients = {str(stranger): client_of(stranger) for stranger, _ in STRANGERS}
    before = stored()
    answers = {name: knock(client, operation, things) for name, client in clients.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == {
        str(stranger): status for stranger, status in STRANGERS
    }
    assert all(set(answer.json()) == SHAPE for answer in answers.values())
    assert stored() == before


class ByAddress(Client):
    """Writes a token into the address of whatever it asks for."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self._parameter = f"{name}={text}"

    def generic(self, method: str, path: str, *rest: Any, **more: Any) -> Any:  # Any: as Django has them
        """One request."""
        return super().generic(method, f"{path}{'&' if '?' in path else '?'}{self._parameter}", *rest, **more)


def misplaced(text: str) -> Iterator[tuple[str, Client]]:
    """Where a token does not belong, and clients that put it there."""
    yield from ((f"address, {name}", ByAddress(name, text)) for name in ("access_token", "token", "authorization"))
    for name in ("hub_session", "token", "access_token"):
        client = Client()
        client.cookies[name] = text
        yield f"cookie, {name}", client
    for user in (f"{text}:", f"hub:{text}", f"{text}:{text}"):
        basic = base64.b64encode(user.encode()).decode()
        yield user.replace(text, "TOKEN"), Client(headers={"authorization": f"Basic {basic}"})


@every_operation
def test_a_token_where_it_does_not_belong_opens_no_door(
    client_of: ClientOf, organization: Organization, things: Things, operation: Operation
) -> None:
    text, before = make_token(organization=organization).text, stored()
    answers = {place: knock(client, operation, things) for place, client in misplaced(text)}
    assert {place: answer.status_code for place, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert [place for place, answer in answers.items() if text in answer.text] == []
    assert stored() == before


@every_operation
@pytest.mark.parametrize("caller", HELD, ids=str)
def test_whoever_holds_the_grant_is_served_and_nobody_else(
    client_of: ClientOf, things: Things, operation: Operation, caller: Caller
) -> None:
    expected = operation.success if operation.grant in HELD[caller] else 403
    assert knock(client_of(caller), operation, things).status_code == expected


@every_operation
def test_each_action_of_both_vocabularies_opens_its_own_doors(
    client_of: ClientOf, organization: Organization, things: Things, operation: Operation
) -> None:
    clients = {action: client_of(make_token(organization=organization, grants=(action,))) for action in ACTIONS}
    refused = {action for action, client in clients.items() if knock(client, operation, things).status_code == 403}
    assert refused == set(ACTIONS) - HOLDERS[operation.grant]


@every_operation_about_things
@pytest.mark.parametrize("neighbour", [NEIGHBOUR, NEIGHBOUR_OWNER], ids=str)
def test_neighbours_get_the_answer_of_an_id_that_nobody_has(
    client_of: ClientOf, things: Things, operation: Operation, neighbour: Caller
) -> None:
    client = client_of(neighbour)
    before = stored()
    nothing = Things.unknown()
    foreign, unknown = knock(client, operation, things), knock(client, operation, nothing)
    # Some answers repeat the id that was asked for.
    assert repr(shown(foreign)).replace(things.entity_id, "") == repr(shown(unknown)).replace(nothing.entity_id, "")
    is_for_people_only = operation.grant == "OWNER" and neighbour is NEIGHBOUR
    assert foreign.status_code == (403 if is_for_people_only else TO_A_NEIGHBOUR.get(operation.id, 404))
    assert stored() == before


@pytest.mark.parametrize("operation", [row for row in OPERATIONS if row not in ABOUT_THINGS], ids=lambda row: row.id)
def test_neighbours_are_served_from_what_is_theirs(client_of: ClientOf, things: Things, operation: Operation) -> None:
    answer = knock(client_of(NEIGHBOUR), operation, things)
    assert answer.status_code in operation.successes
    assert not [name for name in (things.integration_id, things.token_id, things.entity_id) if name in answer.text]


@pytest.mark.parametrize("operation", PUTS, ids=lambda row: row.id)
def test_a_neighbour_who_puts_a_thing_of_our_name_makes_one_of_its_own(
    client_of: ClientOf, things: Things, operation: Operation
) -> None:
    client = client_of(NEIGHBOUR)
    before = stored()
    assert knock(client, operation, things).status_code == operation.success_when_new
    after = stored()
    changed = [row for name, rows in before.items() for row in rows if row not in after[name]]
    assert [row.get("slug") for row in changed] == ["next-door"]


@pytest.mark.parametrize(
    "operation",
    [row for row in OPERATIONS if row.grant in {"ENV", "ENVDEL", *WEBHOOKS, *AUTOMATIONS}],
    ids=lambda row: row.id,
)
def test_a_token_bound_to_an_integration_does_not_reach_the_environment_nor_webhooks(
    client_of: ClientOf, organization: Organization, things: Things, operation: Operation
) -> None:
    bound = client_of(make_token(organization=organization, integration_ids=[things.integration_id]))
    assert knock(bound, operation, things).status_code == 403


@pytest.mark.parametrize("operation", ABOUT_AN_INTEGRATION, ids=lambda row: row.id)
def test_a_token_bound_to_another_integration_is_refused(
    client_of: ClientOf, organization: Organization, things: Things, operation: Operation
) -> None:
    bound = client_of(make_token(organization=organization, integration_ids=[uuid4()]))
    assert knock(bound, operation, things).status_code == 403


@pytest.mark.parametrize("operation", ABOUT_AN_INTEGRATION, ids=lambda row: row.id)
def test_a_token_bound_to_this_integration_is_served(
    client_of: ClientOf, organization: Organization, things: Things, operation: Operation
) -> None:
    bound = client_of(make_token(organization=organization, integration_ids=[things.integration_id]))
    assert knock(bound, operation, things).status_code == operation.success


@pytest.mark.parametrize("operation", [row for row in OPERATIONS if "{useCaseId}" in row.path], ids=lambda row: row.id)
def test_a_foreign_use_case_under_an_own_integration_does_not_exist(
    client_of: ClientOf, stage: Stage, things: Things, operation: Operation
) -> None:
    own = str(make_integration(organization=stage.next_door).pk)
    client = client_of(NEIGHBOUR_OWNER if operation.grant == "OWNER" else NEIGHBOUR)
    before = stored()
    foreign = knock(client, operation, replace(things, integration_id=own))
    unknown = knock(client, operation, replace(Things.unknown(), integration_id=own))
    assert (foreign.status_code, shown(foreign)) == (404, shown(unknown))
    assert stored() == before


@pytest.mark.parametrize(
    ("path", "moment"), [("events", "event_time"), ("monitoring/inbound-events", "completed_at")], ids=str
)
def test_a_cursor_of_another_organization_shows_nothing_of_it(
    client_of: ClientOf, stage: Stage, things: Things, path: str, moment: str
) -> None:
    own = make_integration(organization=stage.next_door).pk
    cursor = {moment: "2027-01-01T00:00:00Z", "event_id": things.event_id}
    answer = client_of(NEIGHBOUR).post(
        f"/v1/integrations/{own}/{path}", {"cursor": cursor}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["data"]) == (200, [])
