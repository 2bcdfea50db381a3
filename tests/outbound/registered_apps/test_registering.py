"""/v1/apps: registered with their components, listed with their mappings, deleted."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from hub.accounts.models import AuditEntry
from integrations.models import AppMapping
from outbound.models import RegisteredApp
from tests.builders import NOW, make_integration, make_token
from tests.outbound.builders import make_app

pytestmark = pytest.mark.django_db

PATH = "/v1/apps"
ACTION = {"type": "automation_action", "name": "Book", "configuration": {"url": "https://app.example.com/act"}}
TILE = {"type": "portal_extension", "name": "Tile", "configuration": {"size": [2, 1], "entry": "https://x.test"}}


@pytest.fixture
def machine(client_of, organization):
    return client_of(make_token(organization=organization))


def register(client, **members):
    body = {"name": "Booking", "components": [ACTION, TILE]} | members
    return client.post(PATH, body, content_type="application/json")


def map_component(app, integration, place=0):
    component_id = UUID(app["components"][place]["component_id"])
    return AppMapping.objects.create(
        organization=integration.organization,
        integration=integration,
        app_id=app["app_id"],
        component_id=component_id,
        created_at=NOW,
    )


def test_an_app_is_stored_with_its_components_which_get_ids(machine):
    answer = register(machine, version="1.4", options={"colour": "red"}, grants=["entity:view"])
    app = answer.json()
    assert answer.status_code == 201
    assert [one["type"] for one in app["components"]] == ["automation_action", "portal_extension"]
    assert all(UUID(one["component_id"]) for one in app["components"])
    assert app["grants"] == [{"action": "entity:view", "resource": "*", "effect": "allow"}]
    assert machine.get(PATH).json() == {"results": [app]}
    assert machine.get(f"{PATH}/{app['app_id']}").json() == app


def test_an_app_keeps_the_ids_that_it_brings(machine):
    app_id, component_id = str(uuid4()), str(uuid4())
    app = register(machine, app_id=app_id, components=[ACTION | {"component_id": component_id}]).json()
    assert (app["app_id"], app["components"][0]["component_id"]) == (app_id, component_id)


def test_a_list_shows_which_components_are_mapped_to_which_integration(machine, organization):
    app = register(machine).json()
    integration = make_integration(organization=organization)
    map_component(app, integration)
    [listed] = machine.get(PATH).json()["results"]
    assert [one["integration_id"] for one in listed["components"]] == [str(integration.pk), None]


def test_the_list_takes_the_same_number_of_queries_however_many_apps_there_are(machine, count_queries):
    register(machine)
    machine.get(PATH)
    with count_queries() as few:
        machine.get(PATH)
    for _ in range(5):
        register(machine)
    machine.get(PATH)
    with count_queries() as many:
        assert len(machine.get(PATH).json()["results"]) == 6
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"name": ""}, "name"),
        ({"app_id": "seven"}, "app_id"),
        ({"components": []}, "components"),
        ({"components": [{"type": "robot", "name": "R"}]}, "components[0].type"),
        ({"components": [ACTION | {"configuration": {}}]}, "components[0].configuration.url"),
        ({"components": [ACTION | {"configuration": {"url": "ftp://x"}}]}, "components[0].configuration.url"),
        (
            {"components": [ACTION | {"configuration": {"url": "https://x.test/{{env.secret}}"}}]},
            "components[0].configuration.url",
        ),
        (
            {"components": [ACTION | {"configuration": {"url": "https://x.test", "secret": "s"}}]},
            "components[0].configuration.secret",
        ),
        ({"components": [TILE | {"component_id": str(UUID(int=5))}] * 2}, "components[1].component_id"),
        ({"grants": ["erp:fly"]}, "grants[0].action"),
        ({"options": []}, "options"),
        ({"colour": "red"}, "colour"),
        ({"options": {"text": "x" * 70_000}}, "components"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(machine, members, path):
    answer = register(machine, **members)
    assert answer.status_code == 400
    assert path in [detail["path"] for detail in answer.json()["details"]]
    assert RegisteredApp.objects.count() == 0


def test_an_app_is_registered_once(machine):
    app = register(machine).json()
    answer = register(machine, app_id=app["app_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "APP_EXISTS")


def test_organizations_register_the_same_app_each_for_itself(machine, client_of, stage):
    neighbour = client_of(make_token(organization=stage.next_door))
    app = register(machine).json()
    assert register(neighbour, app_id=app["app_id"]).status_code == 201
    neighbour.delete(f"{PATH}/{app['app_id']}")
    assert machine.get(f"{PATH}/{app['app_id']}").status_code == 200


def test_an_app_gets_no_more_than_its_registrar_holds(client_of, organization):
    client = client_of(make_token(organization=organization, grants=("erp:write",)))
    answer = register(client, grants=["token:create"])
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (403, "grants[0]")


def test_an_app_that_events_are_addressed_by_is_deleted_by_force_alone(machine, organization):
    app = register(machine).json()
    map_component(app, make_integration(organization=organization, name="ERP"))
    refused = machine.delete(f"{PATH}/{app['app_id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "APP_IN_USE")
    assert "ERP" in refused.json()["message"]
    assert machine.delete(f"{PATH}/{app['app_id']}?force=true").status_code == 200
    assert (RegisteredApp.objects.count(), AppMapping.objects.count()) == (0, 0)


def test_deleting_twice_is_a_404(machine, organization):
    app = make_app(organization=organization)
    answers = [machine.delete(f"{PATH}/{app.app_id}").status_code for _ in range(2)]
    assert answers == [200, 404]


def test_registering_and_deleting_stand_in_the_audit_trail(machine, organization):
    app = register(machine).json()
    machine.delete(f"{PATH}/{app['app_id']}")
    entries = AuditEntry.objects.filter(object_type="app").order_by("pk")
    assert [entry.action for entry in entries] == ["app.register", "app.delete"]
