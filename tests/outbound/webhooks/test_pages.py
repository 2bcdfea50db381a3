"""The pages of webhooks: the list, one of them, its form, its secrets, pause and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization, Role
from hub.ids import to_text
from integrations.models import Integration, UseCase, UseCaseType
from outbound.models import DeliveryState, Endpoint, Webhook
from outbound.ui.form_rows import CONDITIONS, HEADERS, PARAMETERS
from outbound.webhooks.credentials import credentials_of
from tests.builders import NOW, make_integration, make_member, make_secret, make_use_case, make_webhook
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.outbound.builders import make_delivery
from tests.outbound.world import World

pytestmark = pytest.mark.django_db

ALL = "/app/webhooks"
EVIL = '"><script>alert(1)</script>'
NEW = {
    "name": "To the ERP",
    "event_name": "event_CustomerDetailsUpdated",
    "url": "https://erp.example.com/hook",
    "http_method": "POST",
    "enabled": "on",
    "auth_type": "NONE",
    "retries": "3",
}


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    """Somebody who may change webhooks, and has just typed the password."""
    return fresh(client_of(ADMIN))


def fresh(client: Client) -> Client:
    """The same, signed in a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def path_of(webhook: Webhook, more: str = "") -> str:
    return f"{ALL}/{webhook.pk}{more}"


def mark_in(client: Client, path: str = f"{ALL}/new") -> str:
    """The mark of a form that counts once."""
    found = re.search(r'name="form_mark" value="([^"]+)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


def created(client: Client, **fields: Any) -> Any:  # Any: the answer of the test client
    return client.post(f"{ALL}/new", NEW | {"form_mark": mark_in(client)} | fields)


def words_in(client: Client) -> dict[str, tuple[str, str]]:
    """Name → state and what is said beside it."""
    rows = client.get(ALL).context["rows"]
    return {one.webhook.name: (words.words, words.note) for one, words in rows}


# --- the list ----------------------------------------------------------------------------------------------


def test_the_list_says_how_each_webhook_stands(organization: Organization, viewer: Client) -> None:
    make_webhook(organization=organization, configuration={"name": "well"})
    make_webhook(organization=organization, configuration={"name": "off", "enabled": False})
    make_webhook(organization=organization, configuration={"name": "held"}, paused_at=NOW - timedelta(minutes=20))
    make_webhook(organization=organization, configuration={"name": "bare", "url": None})
    ill = make_webhook(organization=organization, configuration={"name": "ill"})
    Endpoint.objects.create(
        webhook_id=ill.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        opened_at=NOW - timedelta(minutes=40),
        probe_at=NOW + timedelta(minutes=5),
    )
    assert words_in(viewer) == {
        "well": ("Active", ""),
        "off": ("Disabled", ""),
        "held": ("Paused", "20\u202fmin ago"),
        "bare": ("Incomplete", "no address"),
        "ill": ("Failing", "since 08:20, probe in 5\u202fmin"),
    }


def test_a_webhook_without_its_secret_is_incomplete(organization: Organization, viewer: Client) -> None:
    auth = {"authType": "API_KEY", "keyName": "X-Key"}
    make_webhook(organization=organization, configuration={"name": "bare", "auth": auth})
    assert words_in(viewer) == {"bare": ("Incomplete", "no secret")}


def test_the_list_calls_nothing_well_of_which_nothing_arrives(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": "all for nothing"})
    make_delivery(organization=organization, webhook_id=webhook.pk)
    assert words_in(viewer) == {"all for nothing": ("Failing", "nothing arrived in 24 h")}


def test_the_list_counts_the_deliveries_of_a_day(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization)
    make_delivery(organization=organization, webhook_id=webhook.pk)
    make_delivery(organization=organization, webhook_id=webhook.pk, state=DeliveryState.SUCCEEDED, code="")
    make_delivery(organization=organization, webhook_id=webhook.pk, created_at=NOW - timedelta(days=2))
    make_delivery(organization=organization, webhook_id=webhook.pk, is_test=True)
    [(row, _words)] = viewer.get(ALL).context["rows"]
    assert (row.delivered, row.failed, row.last_at) == (1, 1, NOW)


def test_webhooks_are_found_by_name_event_or_address(organization: Organization, viewer: Client) -> None:
    make_webhook(organization=organization, configuration={"name": "cs-billing", "url": "https://one.example.com"})
    make_webhook(organization=organization, configuration={"name": "sap", "eventName": "event_MeterReadingAdded"})
    found = {
        words: [one.webhook.name for one, _ in viewer.get(ALL, {"q": words}).context["rows"]]
        for words in ("BILL", "meterreading", "one.example", "nothing")
    }
    assert found == {"BILL": ["cs-billing"], "meterreading": ["sap"], "one.example": ["cs-billing"], "nothing": []}


def test_an_empty_list_offers_a_webhook_to_whoever_may_make_one(viewer: Client, admin: Client) -> None:
    assert "/app/webhooks/new" not in viewer.get(ALL).content.decode()
    assert "/app/webhooks/new" in admin.get(ALL).content.decode()


def test_the_number_of_queries_does_not_depend_on_that_of_webhooks(
    organization: Organization,
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    make_webhook(organization=organization)
    viewer.get(ALL)
    with count_queries() as few:
        viewer.get(ALL)
    for _ in range(10):
        make_webhook(organization=organization)
    with count_queries() as many:
        viewer.get(ALL)
    assert len(many) == len(few)


def test_names_are_shown_as_text(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": EVIL, "eventName": EVIL})
    for path in (ALL, path_of(webhook), path_of(webhook, "/edit"), path_of(webhook, "/delete")):
        assert "<script>alert" not in admin.get(path).content.decode()


# --- one webhook -------------------------------------------------------------------------------------------


def test_its_page_shows_the_public_key_and_no_secret(organization: Organization, admin: Client) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    shown = admin.get(path_of(Webhook.objects.get())).content.decode()
    assert "BEGIN PUBLIC KEY" in shown
    assert "hunter2" not in shown
    assert not re.search(r"whsec_[A-Za-z0-9]", shown)


@pytest.mark.parametrize("more", ["", "/edit", "/delete", "/switch", "/secret"])
def test_a_neighbours_webhook_is_not_there(
    organization: Organization, client_of: Callable[..., Client], more: str
) -> None:
    webhook = make_webhook(organization=organization)
    assert fresh(client_of(NEIGHBOUR_OWNER)).get(path_of(webhook, more)).status_code == 404


ACTS = ("/edit", "/delete", "/switch", "/secret", "/pause", "/resume", "/probe")


@pytest.mark.parametrize("more", ACTS)
@pytest.mark.parametrize("person", [VIEWER, OPERATOR], ids=str)
def test_only_admins_change_webhooks(
    organization: Organization, client_of: Callable[..., Client], person: Any, more: str
) -> None:
    webhook = make_webhook(organization=organization)
    assert client_of(person).post(path_of(webhook, more)).status_code == 403
    webhook.refresh_from_db()
    assert webhook.version == 1


def test_a_webhook_is_paused_and_resumed(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    admin.post(path_of(webhook, "/pause"))
    webhook.refresh_from_db()
    assert webhook.paused_at == NOW
    assert "Open webhook<" not in admin.get(path_of(webhook)).content.decode()
    assert "Open webhook<" in admin.get(ALL).content.decode()
    admin.post(path_of(webhook, "/resume"))
    webhook.refresh_from_db()
    assert webhook.paused_at is None


def test_a_webhook_is_disabled_with_a_reason(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    admin.post(path_of(webhook, "/switch"), {"reason": ""})
    assert Webhook.objects.get().enabled
    admin.post(path_of(webhook, "/switch"), {"reason": "The ERP moves."})
    assert not Webhook.objects.get().enabled


def test_a_webhook_is_deleted(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    assert admin.post(path_of(webhook, "/delete"))["Location"] == ALL
    assert not Webhook.objects.exists()


def listener(integration: Integration, slug: str, *targets: dict[str, Any], **fields: Any) -> UseCase:
    mappings = [{"name": "m", "enabled": True, "jsonata_expression": "$", "delivery": one} for one in targets]
    configuration = {"event_catalog_event": "CustomerDetailsUpdated", "mappings": mappings}
    age = UseCase.objects.filter(integration=integration).count()
    kind = {"slug": slug, "type": UseCaseType.OUTBOUND, "configuration": configuration}
    kind["created_at"] = NOW + timedelta(seconds=age)
    return make_use_case(integration=integration, **kind | fields)


def facts_of_deleting(client: Client, webhook: Webhook) -> dict[str, str]:
    facts = client.get(path_of(webhook, "/delete")).context["question"].facts
    return {one["label"]: one["value"] for one in facts}


def test_before_a_webhook_is_deleted_the_use_cases_that_stop_are_named(
    organization: Organization, admin: Client
) -> None:
    webhook, off, on = (make_webhook(organization=organization, id=f"wh_{one}", enabled=one != 2) for one in (1, 2, 3))
    to, to_off, to_on = ({"type": "webhook", "webhook_id": one.pk} for one in (webhook, off, on))
    integration = make_integration(organization=organization)
    listener(integration, "alone", to)
    listener(integration, "beside-disabled", to, to_off)
    listener(integration, "beside-enabled", to, to_on)
    listener(integration, "polled", to, {"type": "poll"})
    listener(integration, "disabled", to, enabled=False)
    listener(integration, "elsewhere", to_on)
    facts = facts_of_deleting(admin, webhook)
    assert facts["Stop delivering"].split(":")[0] == "alone, beside-disabled"
    assert facts["Go on without it"].split(":")[0] == "beside-enabled, polled"


def test_before_a_webhook_that_nobody_needs_is_deleted_nothing_is_said_of_use_cases(
    organization: Organization, admin: Client
) -> None:
    webhook = make_webhook(organization=organization)
    assert set(facts_of_deleting(admin, webhook)) == {"Use cases that name it", "Can be undone"}


def test_a_protected_webhook_is_not_deleted(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"protected": True})
    assert admin.post(path_of(webhook, "/delete")).status_code == 403
    assert Webhook.objects.exists()


def test_a_probe_is_due_at_once(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    Endpoint.objects.create(
        webhook_id=webhook.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        probe_at=NOW + timedelta(minutes=5),
    )
    admin.post(path_of(webhook, "/probe"))
    assert Endpoint.objects.get().probe_at == NOW


def test_the_connection_is_tried_step_by_step(
    organization: Organization, client_of: Callable[..., Client], transactional_db: None
) -> None:
    webhook = make_webhook(organization=organization, configuration={"url": "http://127.0.0.1:9/hook"})
    answer = client_of(OPERATOR).post(path_of(webhook, "/connection"), headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert shown.lstrip().startswith("<table")
    assert "The receiver cannot be reached as it is." in shown


def test_a_test_delivery_leads_to_its_page(world: World) -> None:
    webhook = world.webhook(eventName="event_CustomerDetailsUpdated")
    client = Client()
    client.force_login(make_member(organization=world.organization, role=Role.OPERATOR).user)
    answer = client.post(path_of(webhook, "/test"), {"event_id": ""})
    world.work()
    delivery = world.delivery()
    assert answer["Location"] == f"/app/deliveries/{to_text('dlv_', delivery.id)}"
    assert (delivery.is_test, delivery.state) == (True, DeliveryState.SUCCEEDED)


@pytest.mark.parametrize("event_id", ["nonsense", "01JP5K8Q4T7WZ3N5K2VB6M9XHD"])
def test_a_test_of_an_event_that_is_not_there_says_so(world: World, event_id: str) -> None:
    webhook = world.webhook(eventName="event_CustomerDetailsUpdated")
    client = Client()
    client.force_login(make_member(organization=world.organization, role=Role.OPERATOR).user)
    answer = client.post(path_of(webhook, "/test"), {"event_id": event_id}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert world.deliveries() == []


# --- secrets -----------------------------------------------------------------------------------------------


def test_the_signing_secret_is_shown_once(admin: Client) -> None:
    answer = created(admin)
    assert answer.status_code == 201
    assert answer.context["secret"].startswith("whsec_")
    assert answer.context["secret"] not in admin.get(path_of(Webhook.objects.get())).content.decode()


def test_a_reload_of_the_answer_creates_nothing(admin: Client) -> None:
    mark = mark_in(admin)
    admin.post(f"{ALL}/new", NEW | {"form_mark": mark})
    assert admin.post(f"{ALL}/new", NEW | {"form_mark": mark})["Location"] == ALL
    assert Webhook.objects.count() == 1


def test_a_renewed_secret_is_shown_once_and_the_former_counts_for_a_day(admin: Client) -> None:
    first = created(admin).context["secret"]
    path = path_of(Webhook.objects.get(), "/secret")
    mark = mark_in(admin, path)
    answer = admin.post(path, {"form_mark": mark})
    assert answer.context["secret"] not in ("", first)
    assert answer.context["former_until"] == NOW + timedelta(hours=24)
    assert admin.post(path, {"form_mark": mark}).status_code == 302


def test_pages_tell_how_many_former_secrets_count_and_a_renewal_too_many_changes_nothing(admin: Client) -> None:
    created(admin)
    path = path_of(Webhook.objects.get(), "/secret")
    for _ in range(5):
        assert admin.post(path, {"form_mark": mark_in(admin, path)}).status_code == 201
    before = Webhook.objects.values().get()
    assert admin.post(path, {"form_mark": mark_in(admin, path)}).status_code == 302
    page = admin.get(path_of(Webhook.objects.get())).content.decode()
    assert "5 former secrets of" in page
    assert "Former secrets end" in page
    assert Webhook.objects.values().get() == before


# --- the form ----------------------------------------------------------------------------------------------


def test_a_new_webhook_holds_what_was_filled_in(admin: Client) -> None:
    created(
        admin,
        auth_type="API_KEY",
        key_name="X-Key",
        key_value="{{env.erp_key}}",
        header_name=["X-Tenant", ""],
        header_value=["{{env.tenant}}", ""],
        condition_field=["contract.status", ""],
        condition_operation=["any_of", "equals"],
        condition_values=["active\r\nended", ""],
        condition_type=["string", "string"],
        condition_items=["", ""],
        expression_text=["contract.amount > 100"],
        logical_operator="OR",
        jsonata_expression='{"id": contract._id}',
        ordering="entity",
        on_failure="block",
        max_in_flight="4",
    )
    webhook = Webhook.objects.get()
    stored = webhook.configuration
    assert stored["auth"] == {"authType": "API_KEY", "keyName": "X-Key", "keyValueIsEnvVar": True}
    assert credentials_of(webhook) == {"keyValue": "{{env.erp_key}}"}
    assert stored["payloadConfiguration"] == {"custom_headers": {"X-Tenant": "{{env.tenant}}"}}
    assert stored["filterConditions"] == {
        "conditions": [
            {
                "field": "contract.status",
                "operation": "any_of",
                "field_type": "string",
                "values": ["active", "ended"],
            },
            {"jsonata_expression": "contract.amount > 100"},
        ],
        "logical_operator": "OR",
    }
    assert (stored["ordering"], stored["onFailure"], stored["maxInFlight"]) == ("entity", "block", 4)


def edited(client: Client, webhook: Webhook, **fields: Any) -> Any:  # Any: the answer of the test client
    """The form as it is shown, with some fields changed, sent."""
    form = client.get(path_of(webhook, "/edit")).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in shown.items() if value not in (None, False, "")}
    for kind, rows in ((HEADERS, "headers"), (CONDITIONS, "conditions"), (PARAMETERS, "parameters")):
        for column in kind.columns:
            data[f"{kind.prefix}_{column}"] = [row[column] for row in form.rows[rows]]
    return client.post(path_of(webhook, "/edit"), data | fields)


def test_saving_a_form_unchanged_changes_nothing(organization: Organization, admin: Client) -> None:
    configuration = {
        "eventVersion": "1.0",
        "auth": {"authType": "BASIC", "username": "hub"},
        "filterConditions": {
            "conditions": [{"field": "a.1", "operation": "is_empty", "field_type": "string", "is_array_field": True}],
            "logical_operator": "AND",
        },
        "filter": {"keyToFilter": "status", "supportedValues": ["active"]},
        "payloadConfiguration": {"hydrate_entity": True, "custom_headers": {"X-Tenant": "7"}},
        "retryPolicy": {"enabled": True, "maxAttempts": 2},
        "enableStaticIP": True,
        "deliveryMode": "json_base64",
    }
    webhook = make_webhook(organization=organization, configuration=configuration)
    before = webhook.configuration
    assert edited(admin, webhook).status_code == 302
    webhook.refresh_from_db()
    assert webhook.configuration == before


@pytest.mark.parametrize(
    ("fields", "kept"),
    [({}, "hunter2-hunter2"), ({"key_value": "another-secret"}, "another-secret"), ({"clear_secret": "on"}, None)],
)
def test_a_stored_secret_is_kept_replaced_or_cleared(admin: Client, fields: dict[str, str], kept: str | None) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    edited(admin, Webhook.objects.get(), **fields)
    assert credentials_of(Webhook.objects.get()).get("keyValue") == kept


def test_the_form_asks_for_a_stored_secret_before_it_goes_to_another_host(admin: Client) -> None:
    created(admin, auth_type="API_KEY", key_name="X-Key", key_value="hunter2-hunter2")
    elsewhere = "https://elsewhere.example.com/hook"
    refused = edited(admin, Webhook.objects.get(), url=elsewhere)
    assert refused.status_code == 422
    assert "Must be given again" in str(refused.context["form"].errors["key_value"])
    edited(admin, Webhook.objects.get(), url=elsewhere, key_value="another-secret")
    webhook = Webhook.objects.get()
    assert (webhook.configuration["url"], credentials_of(webhook)) == (elsewhere, {"keyValue": "another-secret"})


def test_headers_that_only_the_hub_sets_are_reported(admin: Client) -> None:
    answer = created(admin, header_name=["Content-Type"], header_value=["text/plain"])
    said = [str(message) for message in answer.context["messages"]]
    assert any("Content-Type" in one and "is left out" in one for one in said)


def test_what_cannot_deliver_as_things_are_is_reported(admin: Client) -> None:
    answer = created(admin, url="https://localhost/hook", header_name=["X-A"], header_value=["{{env.gone}}"])
    said = " ".join(str(message) for message in answer.context["messages"])
    assert "Address: is not called as it is" in said
    assert "Custom headers: X-A: {{env.gone}} cannot be filled in" in said


REFUSED = {
    "url": ({"url": "ftp://erp.example.com"}, "url"),
    "user name": ({"auth_type": "BASIC", "username": "a:b", "password": "hunter2"}, "username"),
    "token address": ({"auth_type": "OAUTH_CLIENT_CREDENTIALS", "client_id": "hub"}, "token_endpoint"),
    "version": ({"event_version": "one"}, "event_version"),
    "expression": ({"jsonata_expression": "{{"}, "jsonata_expression"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_finding_stands_at_its_field(admin: Client, name: str) -> None:
    fields, place = REFUSED[name]
    answer = created(admin, **fields)
    assert answer.status_code == 422
    assert place in answer.context["form"].errors
    assert not Webhook.objects.exists()


def test_a_finding_about_a_row_stands_above_the_rows(admin: Client) -> None:
    answer = created(admin, header_name=["not a name"], header_value=["x"])
    assert answer.status_code == 422
    assert "headers" in answer.context["form"].row_errors
    assert 'value="not a name"' in answer.content.decode()


def test_a_secret_that_was_refused_is_not_shown_again(admin: Client) -> None:
    answer = created(admin, url="nonsense", auth_type="API_KEY", key_value="hunter2-hunter2")
    assert answer.status_code == 422
    assert "hunter2" not in answer.content.decode()


def test_another_row_is_added_without_scripts_and_nothing_is_saved(admin: Client) -> None:
    answer = created(admin, more="headers", header_name=["X-A"], header_value=["1"])
    assert answer.status_code == 200
    assert answer.content.decode().count('name="header_name"') == 3
    assert not Webhook.objects.exists()


def test_nobody_overwrites_what_they_have_not_seen(organization: Organization, admin: Client) -> None:
    webhook = make_webhook(organization=organization)
    answer = edited(admin, webhook, version="0", name="Mine")
    assert answer.status_code == 412
    assert 'value="Mine"' in answer.content.decode()


def test_keys_of_the_environment_are_offered(organization: Organization, admin: Client) -> None:
    make_secret(organization=organization, key="erp_key")
    shown = admin.get(f"{ALL}/new").content.decode()
    assert 'data-variables="erp_key"' in shown


def test_events_of_the_catalogue_are_offered(admin: Client) -> None:
    assert ("event_CustomerDetailsUpdated", "Customer details updated") in admin.get(f"{ALL}/new").context["events"]


# --- files ---------------------------------------------------------------------------------------------------

FORM = {
    "delivery_mode": "binary_multipart",
    "file_field_name": "document",
    "file_field_strategy": "multi",
    "file_source": "event_attachments",
    "extra_name": ["event", ""],
    "extra_expression": ["_event_name", ""],
}


def test_the_form_asks_how_files_go_along(admin: Client) -> None:
    assert created(admin, event_name="event_FileCreated", **FORM).status_code == 201
    configuration = Webhook.objects.get().configuration
    assert configuration["deliveryMode"] == "binary_multipart"
    assert configuration["multipartConfig"] == {
        "fileFieldName": "document",
        "fileFieldStrategy": "multi",
        "fileSource": "event_attachments",
        "extraFields": {"event": "_event_name"},
    }


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"fileFieldStrategy": "single"},
        {
            "fileFieldName": "document",
            "fileSource": "event_attachments[0]",
            "extraFields": {"a": '"b"', "c": "_event_id"},
        },
    ],
)
def test_saving_the_form_of_a_webhook_with_files_changes_nothing(
    organization: Organization, admin: Client, config: dict[str, Any]
) -> None:
    files = {"deliveryMode": "binary_multipart"} | ({"multipartConfig": config} if config else {})
    webhook = make_webhook(organization=organization, configuration=files)
    rows = config.get("extraFields", {})
    answer = edited(admin, webhook, extra_name=[*rows], extra_expression=[*rows.values()])
    assert answer.status_code == 302
    webhook.refresh_from_db()
    assert {name: webhook.configuration[name] for name in files} == files
    assert ("multipartConfig" in webhook.configuration) == bool(config)


def test_what_is_wrong_with_a_form_of_files_stands_where_it_was_typed(admin: Client) -> None:
    answer = created(admin, **FORM | {"file_source": "1 +", "extra_expression": ["$nobody"]})
    assert answer.status_code == 422
    assert [*answer.context["form"].errors] == ["file_source"]
    answer = created(admin, **FORM | {"extra_name": ["document"]})
    assert answer.context["form"].row_errors["extra_fields"]


def test_a_row_more_is_asked_for_without_a_script(admin: Client) -> None:
    answer = created(admin, **FORM, more="extra_fields")
    assert [row["name"] for row in answer.context["rows"]["extra_fields"]] == ["event", ""]
    assert Webhook.objects.count() == 0
