"""/v1/webhooks/configs: what each operation answers and what it leaves behind."""

from __future__ import annotations

import re

import pytest

from hub.events.models import EventSwitch
from integrations.models import UseCaseType
from outbound.models import Endpoint, Webhook
from outbound.webhooks import operations
from tests.builders import make_integration, make_use_case, make_webhook
from tests.outbound.webhooks.conftest import ALL, NEW, path_of

MOMENT = "2026-01-15T08:00:00.000Z"
FULL = NEW | {
    "eventVersion": "1.0",
    "httpMethod": "PUT",
    "enabled": False,
    "filterConditions": {"conditions": [{"field": "status", "operation": "equals", "values": ["won"]}]},
    "filter": {"keyToFilter": "status", "supportedValues": ["won"]},
    "payloadConfiguration": {"hydrate_entity": True, "custom_headers": {"X-Tenant": "{{env.tenant}}"}},
    "jsonataExpression": "{'id': entity.id}",
    "retryPolicy": {"enabled": True, "maxAttempts": 5},
    "ordering": "entity",
    "onFailure": "block",
    "maxInFlight": 2,
    "requestsPerMinute": 30,
    "enableStaticIP": True,
}


def created(api, **fields):
    """The answer to the creation of a webhook."""
    answer = api.post(ALL, NEW | fields)
    assert answer.status_code == 201, answer.content
    return answer.json()


def replaced(api, id, body, **headers):
    """The answer to a replacement."""
    return api.put(path_of(id), body, **headers)


def test_a_new_webhook_is_answered_with_its_secret_and_its_defaults(api):
    answer = created(api)
    assert re.fullmatch(r"wh_[A-Za-z0-9_-]{16}", answer.pop("id"))
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", answer.pop("signingSecret"))
    assert answer == {
        "name": "To the ERP",
        "eventName": "event_CustomerDetailsUpdated",
        "url": "https://erp.example.com/hook",
        "httpMethod": "POST",
        "enabled": True,
        "auth": {"authType": "API_KEY", "keyName": "X-Key", "keyValueIsSet": True},
        "retryPolicy": {"enabled": True, "maxAttempts": 3},
        "protected": False,
        "ordering": "none",
        "onFailure": "continue",
        "maxInFlight": 10,
        "status": "active",
        "health": "healthy",
        "creationTime": MOMENT,
        "updatedTime": MOMENT,
    }


def test_every_member_comes_back_as_it_was_sent(api):
    answer = created(api, **FULL)
    assert {name: answer[name] for name in FULL if name != "auth"} == {k: v for k, v in FULL.items() if k != "auth"}


def test_what_is_stored_but_probably_not_meant_is_told_with_the_answer_to_a_write(api):
    answer = created(api, multipartConfig={"fileFieldName": "doc"})
    again = replaced(api, answer["id"], NEW | {"enableStaticIP": True}).json()
    assert [one["path"] for one in answer["warnings"] + again["warnings"]] == ["multipartConfig", "enableStaticIP"]
    assert "warnings" not in api.get(path_of(answer["id"])).json()


FORM = {
    "fileFieldName": "document",
    "fileFieldStrategy": "multi",
    "fileSource": "event_attachments",
    "extraFields": {"number": "contract.number"},
}


@pytest.mark.parametrize(
    "fields", [{"deliveryMode": "json_base64"}, {"deliveryMode": "binary_multipart"} | {"multipartConfig": FORM}]
)
def test_a_webhook_may_ask_for_the_contents_of_files(api, fields):
    answer = created(api, eventName="event_FileCreated", **fields)
    assert {name: answer[name] for name in fields} == fields
    assert "warnings" not in answer or answer["warnings"] == []


def test_a_mode_is_of_no_use_for_an_event_that_names_no_files(api):
    [warning] = created(api, deliveryMode="json_base64")["warnings"]
    assert warning["path"] == "deliveryMode"


def test_files_need_a_method_with_a_body(api):
    answer = api.post(ALL, NEW | {"deliveryMode": "json_base64", "httpMethod": "GET"})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "deliveryMode")


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"fileSource": "$nothing"}, "fileSource"),
        ({"extraFields": {"a": "1 +"}}, "extraFields.a"),
        ({"extraFields": {"file": "1"}}, "extraFields.file"),
        ({"fileFieldName": "doc", "extraFields": {"doc_metadata": "1"}}, "extraFields.doc_metadata"),
        ({"fileFieldName": "a\nb"}, "fileFieldName"),
    ],
)
def test_what_no_form_can_be_made_of_is_refused_with_its_place(api, config, path):
    answer = api.post(ALL, NEW | {"deliveryMode": "binary_multipart", "multipartConfig": config})
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["details"]] == [f"multipartConfig.{path}"]


def test_the_list_has_every_webhook_and_no_signing_secret(api):
    ids = [created(api)["id"] for _ in range(3)]
    listed = api.get(ALL).json()
    assert sorted(one["id"] for one in listed) == sorted(ids)
    assert not [one for one in listed if "signingSecret" in one]


def test_the_list_may_be_of_one_event(api, organization):
    make_webhook(organization=organization, configuration={"eventName": "automation"})
    id = created(api)["id"]
    assert [one["id"] for one in api.get(f"{ALL}?eventName=event_CustomerDetailsUpdated").json()] == [id]
    assert api.get(f"{ALL}?eventName=other").json() == []
    assert api.get(f"{ALL}?eventName=").status_code == 400


def test_the_list_costs_the_same_however_long_it_is(api, organization, count_queries):
    counts = []
    for _ in range(2):
        make_webhook(organization=organization)
        api.get(ALL)
        with count_queries() as counted:
            api.get(ALL)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_one_webhook_is_read_with_its_tag(api, webhook):
    answer = api.get(path_of(webhook))
    assert (answer.status_code, answer["ETag"], answer.json()["id"]) == (200, '"1"', webhook.pk)


def test_a_replacement_leaves_nothing_of_what_was_there(api):
    id = created(api, **FULL)["id"]
    answer = replaced(api, id, NEW).json()
    assert not {"note", "filter", "jsonataExpression"} & set(answer)
    assert (answer["enabled"], answer["ordering"], answer["httpMethod"]) == (True, "none", "POST")


def test_a_replacement_that_says_nothing_of_retries_keeps_them_and_null_takes_them_away(api):
    id = created(api, **FULL)["id"]
    assert replaced(api, id, NEW).json()["retryPolicy"] == {"enabled": True, "maxAttempts": 5}
    assert "retryPolicy" not in replaced(api, id, NEW | {"retryPolicy": None}).json()
    assert "retryPolicy" not in replaced(api, id, NEW).json()


@pytest.mark.parametrize(
    "name", ["webhook-id", "Webhook-Signature", "Content-Type", "x-amz-date", "X-Hub-Hop", "Host", "User-Agent"]
)
def test_a_key_is_carried_by_no_header_that_the_hub_sets(api, name):
    answer = api.post(ALL, NEW | {"auth": {"authType": "API_KEY", "keyName": name, "keyValue": "k"}})
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, ["auth.keyName"])


def test_a_key_may_be_what_a_receiver_takes_for_authorization(api):
    created(api, auth={"authType": "API_KEY", "keyName": "Authorization", "keyValue": "Token abc"})


def test_an_expression_with_an_unknown_variable_is_refused_with_its_place(api):
    conditions = {"conditions": [{"jsonata_expression": "$lower(a) = 'b'"}]}
    answer = api.post(ALL, NEW | {"jsonataExpression": '{\n "a": $envv.b}', "filterConditions": conditions})
    found = {one["path"]: one["message"] for one in answer.json()["details"]}
    assert (answer.status_code, found) == (
        400,
        {
            "jsonataExpression": "$envv is not known in outbound expressions (line 2, column 7)",
            "filterConditions.conditions[0].jsonata_expression": (
                "$lower is not known in outbound expressions (line 1, column 1)"
            ),
        },
    )


def test_variables_that_every_expression_has_are_taken(api):
    created(api, jsonataExpression='($a := $env.b; {"a": $a, "n": $now(), "e": $event, "c": $mapValue(x, "y")})')


def test_a_webhook_that_is_sent_back_as_it_was_read_is_unchanged(api, clock):
    id = created(api, **FULL)["id"]
    before = api.get(path_of(id))
    clock.move(minutes=1)
    answer = replaced(api, id, before.json())
    assert (answer["ETag"], answer.json() | {"warnings": None}) == ('"1"', before.json() | {"warnings": None})


def test_a_change_makes_a_version_and_moves_the_update(api, clock):
    id = created(api)["id"]
    clock.move(minutes=1)
    answer = replaced(api, id, NEW | {"enabled": False})
    assert (answer["ETag"], answer.json()["status"]) == ('"2"', "inactive")
    assert (answer.json()["creationTime"], answer.json()["updatedTime"]) == (MOMENT, "2026-01-15T08:01:00.000Z")


def test_the_columns_follow_the_configuration(api):
    id = created(api)["id"]
    replaced(api, id, NEW | {"name": "Other", "eventName": "automation", "enabled": False})
    row = Webhook.objects.get(pk=id)
    assert (row.name, row.event_name, row.enabled) == ("Other", "automation", False)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_stale_tag_is_refused_and_the_present_one_taken(api, method):
    id = created(api)["id"]
    replaced(api, id, NEW | {"name": "Other"})
    statuses = [api.send(method, path_of(id), NEW, **{"If-Match": tag}).status_code for tag in ('"1"', '"2"')]
    assert statuses[0] == 412
    assert statuses[1] in {200, 204}


def test_a_deleted_webhook_is_gone_and_so_is_how_it_has_been_doing(api, webhook):
    Endpoint.objects.create(webhook_id=webhook.pk, organization_id=webhook.organization_id)
    assert api.delete(path_of(webhook)).status_code == 204
    assert api.delete(path_of(webhook)).json()["code"] == "WEBHOOK_NOT_FOUND"
    assert (Webhook.objects.count(), Endpoint.objects.count()) == (0, 0)


def test_a_use_case_whose_last_webhook_is_deleted_is_in_conflict(api, webhook):
    integration = make_integration(organization=webhook.organization)
    delivery = {"type": "webhook", "webhook_id": webhook.pk}
    mapping = {"name": "m", "enabled": True, "jsonata_expression": "$", "delivery": delivery}
    configuration = {"event_catalog_event": "CustomerDetailsUpdated", "mappings": [mapping]}
    make_use_case(integration=integration, type=UseCaseType.OUTBOUND, configuration=configuration)
    EventSwitch.objects.create(organization=webhook.organization, name="CustomerDetailsUpdated", enabled=True)
    path = f"/v1/integrations/{integration.pk}/outbound-status"
    assert api.get(path).json()["useCases"][0]["status"] == "ok"
    api.delete(path_of(webhook))
    [after] = api.get(path).json()["useCases"]
    [conflict] = after["conflicts"]
    assert (after["status"], conflict["type"]) == ("conflict", "all_webhooks_disabled")
    assert f"{webhook.pk} does not exist" in conflict["message"]


def test_a_webhook_is_paused_and_resumed(api, webhook, clock):
    paused = api.post(path_of(webhook, ":pause"), None).json()
    clock.move(minutes=1)
    again = api.post(path_of(webhook, ":pause"), None).json()
    resumed = api.post(path_of(webhook, ":resume"), None).json()
    assert [one.get("pausedAt") for one in (paused, again, resumed)] == [MOMENT, MOMENT, None]


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ({}, "active"),
        ({"enabled": False}, "inactive"),
        ({"url": None}, "incomplete"),
        ({"auth": {"authType": "BASIC", "username": "hub"}}, "incomplete"),
        ({"auth": {"authType": "NONE"}}, "active"),
    ],
)
def test_the_status_tells_whether_a_webhook_delivers(api, organization, configuration, status):
    stored = make_webhook(organization=organization, configuration=configuration)
    assert api.get(path_of(stored)).json()["status"] == status


def test_an_expression_that_does_not_compile_is_refused_by_its_path(api, webhook):
    body = NEW | {
        "jsonataExpression": "{",
        "filterConditions": {"conditions": [{"jsonata_expression": "a +"}]},
    }
    answers = [api.post(ALL, body), replaced(api, webhook.pk, body)]
    for answer in answers:
        assert answer.status_code == 400
        assert [detail["path"] for detail in answer.json()["details"]] == [
            "filterConditions.conditions[0].jsonata_expression",
            "jsonataExpression",
        ]


def test_a_refused_webhook_is_not_stored(api):
    assert api.post(ALL, NEW | {"url": "http://erp.example.com"}).status_code == 400
    assert not Webhook.objects.exists()


def test_there_is_a_limit_of_webhooks(api, webhook, monkeypatch):
    monkeypatch.setattr(operations, "MOST_WEBHOOKS", 1)
    answer = api.post(ALL, NEW)
    assert (answer.status_code, answer.json()["code"]) == (409, "LIMIT_REACHED")


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24", True])
def test_an_overlap_that_is_none_is_refused(api, webhook, hours):
    answer = api.post(path_of(webhook, "/rotate-secret"), {"overlapHours": hours})
    assert [detail["path"] for detail in answer.json()["details"]] == ["overlapHours"]


@pytest.mark.parametrize(
    ("body", "until"),
    [
        (None, "2026-01-16T08:00:00.000Z"),
        ({}, "2026-01-16T08:00:00.000Z"),
        ({"overlapHours": 168}, "2026-01-22T08:00:00.000Z"),
        ({"overlapHours": 0}, None),
    ],
)
def test_a_rotation_answers_the_new_secret_and_how_long_the_former_counts(api, webhook, body, until):
    answer = api.post(path_of(webhook, "/rotate-secret"), body).json()
    assert (answer["id"], answer["signingSecret"][:6], answer.get("formerSecretUntil")) == (webhook.pk, "whsec_", until)
    assert api.get(path_of(webhook)).json().get("formerSecretUntil") == until


def test_the_sixth_rotation_within_a_day_is_refused_with_the_moment_that_ends_the_first(api, webhook):
    rotations = [api.post(path_of(webhook, "/rotate-secret"), None) for _ in range(6)]
    assert [answer.status_code for answer in rotations] == [200] * 5 + [409]
    assert rotations[-1].json()["code"] == "TOO_MANY_FORMER_SECRETS"
    assert "2026-01-16T08:00:00.000Z" in rotations[-1].json()["message"]
    assert api.post(path_of(webhook, "/rotate-secret"), {"overlapHours": 0}).status_code == 200


@pytest.mark.parametrize("path", [":stop", ":rotate-secret", "/pause", "/rotate-secret/x"])
def test_other_verbs_are_unknown(api, webhook, path):
    assert api.post(path_of(webhook, path), None).status_code == 404
