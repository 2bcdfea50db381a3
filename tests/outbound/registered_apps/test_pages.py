"""The pages of apps: the list, the form, one app with its calls, mapping, trying and deleting."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from hub.accounts.models import Organization
from integrations.models import AppMapping
from outbound.models import Delivery, DeliveryState, Endpoint, RegisteredApp
from outbound.registered_apps.components import Component
from outbound.registered_apps.receivers import receiver_id_of
from tests.builders import NOW, make_integration
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.outbound.builders import make_app
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

APPS = "/app/apps"


@pytest.fixture
def app(organization, receiver):
    """An app with an action at the receiver, and an extension that nobody calls."""
    action = {"type": "automation_action", "name": "Book", "configuration": {"url": f"{receiver.url}/act"}}
    extension = {"type": "portal_extension", "name": "Widget", "configuration": {"slot": "side"}}
    components = [{"component_id": str(uuid4())} | one for one in (action, extension)]
    return make_app(organization=organization, name="Booking", components=components)


@pytest.fixture
def admin(client_of):
    return client_of(ADMIN)


@pytest.fixture
def home(transactional_db: None, settings: Any, organization: Organization, receiver: Receiver) -> World:
    """The organization with a receiver on loopback, which the operator has allowed."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return World(organization, receiver)


def page_of(app: RegisteredApp) -> str:
    return f"{APPS}/{app.app_id}"


def action_of(app: RegisteredApp) -> str:
    return f"{page_of(app)}/components/{app.components[0]['component_id']}"


def form(**fields: Any) -> dict[str, Any]:
    """What the form sends, with one action."""
    return {
        "name": "Booking",
        "component_name": ["Book"],
        "component_type": ["automation_action"],
        "component_url": ["https://app.example.com/act"],
        "component_token": [""],
        "component_id": [""],
        "component_details": [""],
    } | fields


def marked(client: Any, path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """With the mark of the form at the path, which counts once."""
    found = re.search(r'name="form_mark" value="([^"]+)"', client.get(path).text)
    assert found
    return fields | {"form_mark": found[1]}


def register(client: Any, **fields: Any) -> Any:
    return client.post(f"{APPS}/new", marked(client, f"{APPS}/new", form(**fields)))


def called(admin: Any, app: RegisteredApp, **fields: Any) -> Any:
    path = f"{action_of(app)}/call"
    return admin.post(path, marked(admin, path, fields))


def test_the_empty_list_says_what_an_app_is(admin: Any) -> None:
    text = admin.get(APPS).text
    assert "No apps yet" in text
    assert f'href="{APPS}/new"' in text


def test_viewers_read_who_could_register_an_app(client_of: Any, organization: Any) -> None:
    viewer = client_of(VIEWER)
    assert f'href="{APPS}/new"' not in viewer.get(APPS).text
    assert viewer.get(f"{APPS}/new").status_code == 403


def test_the_list_tells_where_components_are_mapped_to(admin: Any, app: RegisteredApp) -> None:
    integration = make_integration(organization=app.organization, name="SAP production")
    admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)})
    text = admin.get(APPS).text
    assert "Never called" in text
    assert "SAP production" in text


def test_the_list_takes_as_many_queries_whatever_it_shows(admin: Any, app: RegisteredApp, count_queries: Any) -> None:
    admin.get(APPS)
    with count_queries() as few:
        admin.get(APPS)
    for _ in range(3):
        make_app(organization=app.organization)
    with count_queries() as many:
        admin.get(APPS)
    assert len(many) == len(few)


def test_the_navigation_leads_to_the_apps(admin: Any) -> None:
    assert f'href="{APPS}" aria-current="page"' in admin.get(APPS).text


def test_an_app_is_registered_as_it_stands_in_the_form(admin: Any) -> None:
    answer = register(
        admin,
        version="1.2",
        options='{"tenant": "a"}',
        grants=["entity:view"],
        component_name=["Book", "Widget"],
        component_type=["automation_action", "portal_extension"],
        component_url=["https://app.example.com/act", ""],
        component_token=["yes", ""],
        component_id=["", "b7a8f0d4-8a5c-4e1f-9c8d-1f2e3d4c5b6a"],
        component_details=["", '{"slot": "side"}'],
    )
    [app] = RegisteredApp.objects.all()
    assert answer.headers["Location"] == page_of(app)
    assert (app.name, app.version, app.options) == ("Booking", "1.2", {"tenant": "a"})
    assert [one["action"] for one in app.grants] == ["entity:view"]
    action, widget = app.components
    assert action["configuration"] == {"url": "https://app.example.com/act", "sends_token": True}
    assert (widget["component_id"], widget["type"]) == ("b7a8f0d4-8a5c-4e1f-9c8d-1f2e3d4c5b6a", "portal_extension")
    assert widget["configuration"] == {"slot": "side"}


def test_a_reload_registers_nothing(admin: Any) -> None:
    sent = marked(admin, f"{APPS}/new", form())
    admin.post(f"{APPS}/new", sent)
    assert admin.post(f"{APPS}/new", sent).headers["Location"] == APPS
    assert RegisteredApp.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"app_id": "x"}, "Must be a UUID"),
        ({"options": "{"}, "The text is not"),
        ({"options": "[]"}, "It must be a JSON object"),
        ({"component_url": ["ftp://app.example.com"]}, "1. Address: "),
        ({"component_name": [""]}, "1. Name of the component: "),
        ({"component_details": ["["], "component_type": ["api_proxy"]}, "1. Configuration: "),
        ({"component_name": [""], "component_url": [""]}, "at least one component"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(admin: Any, fields: dict[str, Any], said: str) -> None:
    answer = register(admin, **({"description": "kept"} | fields))
    assert (answer.status_code, RegisteredApp.objects.count()) == (422, 0)
    assert said in answer.text
    assert "kept" in answer.text


def test_a_component_is_added_without_scripts(admin: Any) -> None:
    answer = admin.post(f"{APPS}/new", form(more="components"))
    assert answer.status_code == 200
    assert [row["name"] for row in answer.context["rows"]] == ["Book", ""]


def test_the_same_app_is_registered_once(admin: Any, app: RegisteredApp) -> None:
    answer = register(admin, app_id=str(app.app_id))
    assert answer.status_code == 422
    assert "is registered already" in answer.text


def test_the_page_shows_components_and_the_key_that_signs(admin: Any, app: RegisteredApp) -> None:
    text = admin.get(page_of(app)).text
    assert f"POST {app.components[0]['configuration']['url']}" in text
    assert "Portal extension" in text
    assert "BEGIN PUBLIC KEY" in text
    assert "No calls yet" in text


def test_a_component_that_fails_says_when_it_is_tried_again(admin: Any, app: RegisteredApp) -> None:
    receiver_id = receiver_id_of(app, Component.stored(app.components[0]))
    Endpoint.objects.create(
        webhook_id=receiver_id, organization_id=app.organization_id, circuit="open", opened_at=NOW, probe_at=NOW
    )
    assert "Failing" in admin.get(APPS).text
    assert "next try" in admin.get(page_of(app)).text


def test_mapping_a_component_elsewhere_takes_the_place_of_the_former_mapping(admin: Any, app: RegisteredApp) -> None:
    first, second = (make_integration(organization=app.organization) for _ in range(2))
    for integration in (first, second):
        admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)})
    assert AppMapping.objects.get().integration_id == second.pk


def test_a_mapping_ends(admin: Any, app: RegisteredApp) -> None:
    integration = make_integration(organization=app.organization)
    admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)})
    admin.post(f"{action_of(app)}/mapping", {"integration": ""})
    assert AppMapping.objects.count() == 0


def test_an_integration_of_somebody_else_cannot_be_mapped(admin: Any, app: RegisteredApp, stage: Any) -> None:
    integration = make_integration(organization=stage.next_door)
    assert admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)}).status_code == 422


def test_deleting_tells_what_goes_and_ends_the_mappings(admin: Any, app: RegisteredApp) -> None:
    integration = make_integration(organization=app.organization, name="SAP production")
    admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)})
    question = admin.get(f"{page_of(app)}/delete")
    assert "SAP production" in question.text
    assert admin.post(f"{page_of(app)}/delete", {"force": "True"}).headers["Location"] == APPS
    assert (RegisteredApp.objects.count(), AppMapping.objects.count()) == (0, 0)


def test_a_mapping_that_nobody_was_told_of_is_not_deleted(admin: Any, app: RegisteredApp) -> None:
    integration = make_integration(organization=app.organization)
    admin.post(f"{action_of(app)}/mapping", {"integration": str(integration.pk)})
    answer = admin.post(f"{page_of(app)}/delete", {"force": ""})
    assert answer.headers["Location"] == f"{page_of(app)}/delete"
    assert RegisteredApp.objects.count() == 1


def test_trying_calls_the_app_and_shows_its_answer(
    admin: Any, app: RegisteredApp, home: World, receiver: Receiver
) -> None:
    receiver.answer_in_turn(Reply(status=200, body=b'{"booked": true}'))
    answer = called(admin, app, entity_id=str(home.write(customer_number="C-1")), action_config='{"room": 1}')
    assert answer.status_code == 200
    assert "booked" in answer.text
    assert Delivery.objects.get().state == DeliveryState.SUCCEEDED


def test_the_list_of_deliveries_names_the_component(admin: Any, app: RegisteredApp, home: World) -> None:
    called(admin, app, entity_id=str(home.write(customer_number="C-1")))
    [row] = admin.get("/app/deliveries").context["listed"].rows
    assert row.webhook == "Book"


def test_a_reload_calls_nothing(admin: Any, app: RegisteredApp, home: World) -> None:
    path = f"{action_of(app)}/call"
    sent = marked(admin, path, {"entity_id": str(home.write(customer_number="C-1"))})
    admin.post(path, sent)
    assert admin.post(path, sent).headers["Location"] == page_of(app)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"entity_id": "nobody"}, "no entity with this entity_id"),
        ({"entity_id": "nobody", "action_config": "["}, "The text is not"),
    ],
)
def test_a_call_about_nothing_is_refused(
    admin: Any, app: RegisteredApp, fields: dict[str, str], said: str, home: World
) -> None:
    answer = called(admin, app, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert Delivery.objects.count() == 0


def test_operators_try_and_do_not_change(client_of: Any, app: RegisteredApp) -> None:
    operator = client_of(OPERATOR)
    text = operator.get(page_of(app)).text
    assert f'href="{action_of(app)}/call"' in text
    assert f"{page_of(app)}/delete" not in text
    assert operator.post(f"{page_of(app)}/delete", {"force": ""}).status_code == 403
    assert operator.post(f"{action_of(app)}/mapping", {}).status_code == 403


def test_neighbours_find_nothing(client_of: Any, app: RegisteredApp) -> None:
    neighbour = client_of(NEIGHBOUR_OWNER)
    assert "Booking" not in neighbour.get(APPS).text
    pages = (page_of(app), f"{page_of(app)}/delete", f"{action_of(app)}/call", f"{action_of(app)}/mapping")
    assert {neighbour.get(path).status_code for path in pages} == {404}


def test_a_component_that_is_only_listed_cannot_be_tried(admin: Any, app: RegisteredApp) -> None:
    extension = app.components[1]["component_id"]
    assert admin.get(f"{page_of(app)}/components/{extension}/call").status_code == 404


def test_a_component_that_is_not_there_is_not_found(admin: Any, app: RegisteredApp) -> None:
    path = f"{page_of(app)}/components/{app.app_id}"
    assert {admin.get(f"{path}/{act}").status_code for act in ("call", "mapping")} == {404}
