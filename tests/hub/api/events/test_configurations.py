"""Switching events, and the life of own ones."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import AuditEntry, Organization
from hub.events.catalogue import built_ins
from hub.events.models import CustomEvent
from tests.hub.api.events.conftest import Api
from tests.hub.events.builders import definition_of, field, make_own_event

BROKEN = {"name": field("contact.(\n  last_name +")}


def paths(answer: Any) -> set[str]:
    return {detail["path"] for detail in answer.json()["details"]}


def test_the_catalogue_is_listed_before_own_events(api: Api, organization: Organization):
    make_own_event(organization=organization)
    names = [one["event_name"] for one in api.get("").json()["results"]]
    assert names == [*built_ins(), "ContactSeen"]


def test_what_the_hub_brings_begins_disabled(api: Api):
    event = api.get("CustomerCreated").json()
    assert (event["enabled"], event["event_status"], event["event_origin"]) == (False, "disabled", "builtin")


def test_an_unknown_event_is_a_404(api: Api):
    answer = api.get("NobodyKnowsIt")
    assert (answer.status_code, answer.json()["code"]) == (404, "EVENT_NOT_FOUND")


def test_a_switch_counts_at_once_and_is_audited(api: Api, organization: Organization):
    before = organization.config_version
    answer = api.send("patch", "CustomerCreated", {"enabled": True, "attributes": ["email"]})
    assert (answer.json()["enabled"], answer.json()["attributes"]) == (True, ["email"])
    assert api.get("CustomerCreated").json()["event_status"] == "active"
    organization.refresh_from_db()
    [entry] = AuditEntry.objects.filter(action="event.change")
    assert organization.config_version == before + 1
    assert entry.changes["enabled"] == {"old": False, "new": True}


def test_a_switch_that_changes_nothing_leaves_no_trace(api: Api):
    api.send("patch", "CustomerCreated", {"enabled": False})
    assert not AuditEntry.objects.filter(action="event.change").exists()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"event_title": "Mine"}, "event_title"),
        ({"enabled": "yes"}, "enabled"),
        ({"attributes": [""]}, "attributes[0]"),
        ({"attributes": "email"}, "attributes"),
        ({"success_criteria": [{"entity_schema": "meter", "attribute": "x"}]}, "success_criteria[0].entity_schema"),
        ({"success_criteria": [{"entity_schema": "contact"}]}, "success_criteria[0].attribute"),
    ],
)
def test_a_bad_switch_is_refused_with_its_place(api: Api, body: dict[str, Any], path: str):
    answer = api.send("patch", "CustomerCreated", body)
    assert (answer.status_code, paths(answer)) == (400, {path})


def test_an_event_that_no_entity_fires_watches_no_attributes(api: Api):
    assert api.send("patch", "MeterReadingAdded", {"attributes": ["x"]}).status_code == 400


def test_a_new_event_is_a_draft_that_nobody_fires(api: Api):
    answer = api.send("post", "", definition_of("ContactFound"))
    assert (answer.status_code, answer.json()["event_status"], answer.json()["event_version"]) == (201, "draft", "1.0")
    assert api.send("post", "ContactFound:trigger", {}).json()["code"] == "EVENT_DISABLED"
    assert api.send("patch", "ContactFound", {"enabled": True}).status_code == 409


@pytest.mark.parametrize("name", ["ContactSeen", "CustomerCreated"])
def test_a_name_that_is_taken_is_a_409(api: Api, organization: Organization, name: str):
    make_own_event(organization=organization)
    answer = api.send("post", "", definition_of(name))
    assert (answer.status_code, answer.json()["code"]) == (409, "EVENT_NAME_TAKEN")


def test_an_expression_that_does_not_compile_is_named_with_line_and_column(api: Api):
    answer = api.send("post", "", definition_of("ContactFound", schema_fields=BROKEN))
    [detail] = answer.json()["details"]
    assert (answer.status_code, detail["path"]) == (400, "schema_fields.name.graph_source")
    assert "line 2, column" in detail["message"]
    assert not CustomEvent.objects.exists()


def test_a_definition_that_is_too_large_is_a_422(api: Api):
    large = {f"f{number}": field(f'"{"x" * 15_000}"') for number in range(20)}
    answer = api.send("post", "", definition_of("ContactFound", schema_fields=large))
    assert (answer.status_code, answer.json()["code"]) == (422, "DEFINITION_TOO_LARGE")


def test_a_draft_is_replaced_whole(api: Api):
    api.send("post", "", definition_of("ContactFound"))
    answer = api.send("put", "ContactFound", definition_of("ContactFound", event_title="Another"))
    assert (answer.status_code, api.get("ContactFound").json()["event_title"]) == (200, "Another")


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("ContactHeard", definition_of("Other"), 400),
        ("ContactHeard", definition_of("ContactHeard", schema_fields=BROKEN), 400),
        ("Unknown", definition_of("Unknown"), 404),
        ("ContactSeen", definition_of("ContactSeen"), 409),
        ("CustomerCreated", definition_of("CustomerCreated"), 409),
    ],
)
def test_a_replacement_that_may_not_be_is_refused(
    api: Api, organization: Organization, name: str, body: dict[str, Any], status: int
):
    make_own_event(organization=organization)
    make_own_event(organization=organization, name="ContactHeard", status="draft")
    assert api.send("put", name, body).status_code == status


def test_a_published_event_is_frozen_and_on(api: Api):
    api.send("post", "", definition_of("ContactFound"))
    answer = api.send("post", "ContactFound:publish")
    assert (answer.status_code, answer.json()["event_status"], answer.json()["auto_trigger"]) == (200, "active", True)
    assert api.send("post", "ContactFound:publish").status_code == 409
    assert api.send("put", "ContactFound", definition_of("ContactFound")).status_code == 409


def test_publishing_may_leave_it_off_and_silence_its_base(api: Api):
    base = {"lineage": {"base_event_name": "CustomerCreated", "base_event_version": "1.0"}}
    api.send("post", "", definition_of("ContactFound", **base))
    body = {"enabled": False, "base_auto_trigger_enabled": False}
    assert api.send("post", "ContactFound:publish", body).json()["event_status"] == "disabled"
    silenced = api.get("CustomerCreated").json()
    assert (silenced["auto_trigger"], silenced["enabled"]) == (False, False)


@pytest.mark.parametrize("body", [{"enabled": 1}, {"now": True}, {"base_auto_trigger_enabled": False}])
def test_a_bad_publication_is_a_400(api: Api, body: dict[str, Any]):
    api.send("post", "", definition_of("ContactFound"))
    assert api.send("post", "ContactFound:publish", body).status_code == 400


def test_a_deprecated_event_stays_and_fires_no_more(api: Api, organization: Organization):
    make_own_event(organization=organization)
    assert [api.send("delete", "ContactSeen").status_code for _ in range(2)] == [204, 204]
    assert api.get("ContactSeen").json()["event_status"] == "deprecated"
    assert api.send("post", "ContactSeen:trigger", {}).status_code == 403
    assert api.send("post", "", definition_of("ContactSeen")).status_code == 409


def test_a_draft_that_is_deprecated_frees_its_name(api: Api):
    api.send("post", "", definition_of("ContactFound"))
    assert api.send("delete", "ContactFound").status_code == 204
    assert api.send("post", "", definition_of("ContactFound")).status_code == 201


def test_an_event_of_the_hub_is_not_deprecated(api: Api):
    assert api.send("delete", "CustomerCreated").status_code == 409


@pytest.mark.parametrize("header", ["Epilot-Event-Version", "Event-Version"])
def test_a_header_chooses_the_version(api: Api, header: str):
    schema = api.get("MeterReadingAdded/json_schema", headers={header: "1.0"}).json()
    example = api.get("MeterReadingAdded/example", headers={header: "1.0"}).json()
    assert schema["properties"]["_event_version"]["const"] == example["_event_version"] == "1.0"
    assert api.get("MeterReadingAdded/example", headers={header: "9.9"}).status_code == 404


def test_versions_are_listed_oldest_first(api: Api, organization: Organization):
    make_own_event(organization=organization)
    told = api.get("MeterReadingAdded/versions").json()
    assert (told["versions"][0]["version"], told["latest"]) == ("1.0", told["versions"][-1]["version"])
    [own] = api.get("ContactSeen/versions").json()["versions"]
    assert own["released_at"] == "2026-01-15T08:00:00.000Z"


def test_a_draft_is_replaced_only_as_it_was_read(api: Api):
    first = api.send("post", "", definition_of("ContactSeen"))["ETag"]
    changed = definition_of("ContactSeen", event_title="Second")
    second = api.send("put", "ContactSeen", changed, **{"If-Match": first})
    assert (second.status_code, api.get("ContactSeen")["ETag"]) == (200, second["ETag"])
    stale = api.send("put", "ContactSeen", definition_of("ContactSeen", event_title="Third"), **{"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "PRECONDITION_FAILED")
    assert api.get("ContactSeen").json()["event_title"] == "Second"


def test_what_was_published_has_no_tag(api: Api, organization: Organization):
    make_own_event(organization=organization)
    assert "ETag" not in api.get("ContactSeen")
