"""Events of one's own: drafts made in the form or as code, their findings at the inputs, publishing, ending."""

from __future__ import annotations

import json

import pytest

from hub.events.definitions import get_event
from hub.events.models import CustomEvent
from tests.hub.events.builders import definition_of, field, make_own_event

pytestmark = pytest.mark.django_db

FORM = {
    "event_name": "ContractSigned",
    "event_title": "Contract signed",
    "event_tags": "sales, billing",
    "mode": "guided",
    "nodes-count": "3",
    "nodes-0-id": "contract",
    "nodes-0-schema": "contract",
    "nodes-0-cardinality": "one",
    "nodes-0-fields": "contract_number, *_name",
    "nodes-2-id": "contact",
    "nodes-2-schema": "contact",
    "nodes-2-cardinality": "one",
    "edges-count": "1",
    "edges-0-from": "contract",
    "edges-0-to": "contact",
    "fields-count": "2",
    "fields-0-name": "number",
    "fields-0-type": "text",
    "fields-0-required": "on",
    "fields-0-source": "contract.contract_number",
    "fields-1-name": "kind",
    "fields-1-type": "own",
    "fields-1-form": '{"json_schema": {"enum": ["a", "b"]}}',
    "fields-1-source": '"a"',
    "operation": ["createEntity"],
    "schemas": "contract",
    "attributes": "status",
}


def drafts():
    return CustomEvent.objects.order_by("name")


def test_a_draft_made_in_the_form_is_what_the_form_says(admin):
    answer = admin.post("/app/core-events/new", FORM)
    assert answer["Location"] == "/app/core-events/ContractSigned"
    [row] = drafts()
    definition = row.definition
    assert definition["event_tags"] == ["sales", "billing"]
    assert definition["entity_graph"]["nodes"][0]["fields"] == ["contract_number", "*_name"]
    assert definition["entity_graph"]["edges"] == [{"from": "contract", "to": "contact"}]
    assert definition["schema_fields"]["number"] == {
        "json_schema": {"type": "string"},
        "required": True,
        "graph_source": "contract.contract_number",
    }
    assert definition["schema_fields"]["kind"]["json_schema"] == {"enum": ["a", "b"]}
    assert definition["entity_operation"] == {
        "operation": ["createEntity"],
        "schema": ["contract"],
        "attribute": ["status"],
    }


def test_a_draft_that_is_opened_and_saved_stays_the_same(admin, organization):
    make_own_event(organization=organization, status="draft", schema_fields={"number": field("contact.last_name")})
    before = drafts().get().definition
    shown = admin.get("/app/core-events/ContactSeen/edit")
    admin.post("/app/core-events/ContactSeen/edit", inputs_of(shown))
    assert drafts().get().definition == before


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"event_name": "lower"}, "event_name"),
        ({"event_title": " "}, "event_title"),
        ({"nodes-2-schema": "nothing"}, "nodes-2-schema"),
        ({"edges-0-to": "nobody"}, "edges-0-to"),
        ({"fields-0-source": "contract."}, "fields-0-source"),
        ({"fields-0-source": ""}, "fields-0-source"),
        ({"fields-0-name": "_id"}, "fields-0-name"),
        ({"fields-1-name": "number"}, "fields-1-name"),
        ({"fields-1-form": "{"}, "fields-1-form"),
        ({"fields-1-form": '{"json_schema": {"type": "nothing"}}'}, "fields-1-form"),
        ({"schemas": "contact"}, "schemas"),
        ({"operation": []}, "operation"),
        ({"mode": "jsonata", "jsonata": "{"}, "jsonata"),
    ],
)
def test_a_finding_stands_at_the_input_that_it_is_about(admin, change, place):
    answer = admin.post("/app/core-events/new", FORM | change)
    assert (answer.status_code, drafts().count()) == (422, 0)
    assert place in answer.context["form"].wrong
    assert f'id="{place}"' in answer.content.decode()


def test_a_name_that_is_taken_is_refused_at_its_input(admin):
    answer = admin.post("/app/core-events/new", FORM | {"event_name": "FileCreated"})
    assert answer.status_code == 422
    assert "event_name" in answer.context["form"].wrong


def test_a_draft_is_written_as_code(admin):
    code = json.dumps(definition_of("ContactLost"))
    assert admin.post("/app/core-events/new", {"code": code})["Location"] == "/app/core-events/ContactLost"


@pytest.mark.parametrize("code", ["", "{", "[]", "7"])
def test_code_that_is_no_object_is_refused(admin, code):
    assert admin.post("/app/core-events/new", {"code": code}).status_code == 422


def test_a_finding_in_the_code_names_its_line(admin):
    code = json.dumps(definition_of("ContactLost", schema_fields={"number": field("contact.")}), indent=2)
    desk = admin.post("/app/core-events/new", {"code": code}).context["desk"]
    assert desk.findings[0].path == "schema_fields.number.graph_source"
    assert '"graph_source"' in code.splitlines()[desk.line - 1]


def test_the_form_becomes_code_and_the_code_a_form(admin):
    code = admin.post("/app/core-events/new", FORM | {"do": "code"}).context["desk"].code
    form = admin.post("/app/core-events/new", {"code": code, "do": "form"}).context["form"]
    assert form.texts["event_name"] == "ContractSigned"
    assert [row["id"] for row in form.rows["nodes"]] == ["contract", "contact"]
    assert drafts().count() == 0


def test_a_draft_that_somebody_else_has_replaced_is_not_overwritten(admin, organization):
    make_own_event(organization=organization, status="draft")
    shown = inputs_of(admin.get("/app/core-events/ContactSeen/edit"))
    admin.post("/app/core-events/ContactSeen/edit", shown | {"event_title": "First"})
    answer = admin.post("/app/core-events/ContactSeen/edit", shown | {"event_title": "Second"})
    assert (answer.status_code, drafts().get().definition["event_title"]) == (422, "First")


def test_a_published_event_is_not_edited(admin, organization):
    make_own_event(organization=organization)
    assert admin.get("/app/core-events/ContactSeen/edit").status_code == 302


def test_publishing_asks_and_freezes(admin, organization):
    make_own_event(organization=organization, status="draft")
    assert "stays as it is from now on" in admin.get("/app/core-events/ContactSeen/publish").content.decode()
    admin.post("/app/core-events/ContactSeen/publish", {"enabled": "on"})
    organization.refresh_from_db()
    event = get_event(organization=organization, name="ContactSeen")
    assert (event.lifecycle, event.is_published) == ("active", True)


def test_a_published_event_is_deprecated_after_a_question(admin, organization):
    make_own_event(organization=organization)
    admin.get("/app/core-events/ContactSeen/deprecate")
    admin.post("/app/core-events/ContactSeen/deprecate")
    assert drafts().get().status == "deprecated"


def test_a_draft_is_deleted_after_a_question(admin, organization):
    make_own_event(organization=organization, status="draft")
    answer = admin.post("/app/core-events/ContactSeen/deprecate")
    assert (answer["Location"], drafts().count()) == ("/app/core-events", 0)


@pytest.mark.parametrize("path", ["new", "ContactSeen/edit", "ContactSeen/publish", "ContactSeen/deprecate"])
def test_somebody_who_may_only_look_defines_nothing(viewer, organization, path):
    make_own_event(organization=organization, status="draft")
    assert viewer.get(f"/app/core-events/{path}").status_code == 403


def inputs_of(shown):
    """What the form would send as it stands."""
    form, revision = shown.context["form"], shown.context["event"].revision
    cells = {
        cell["key"]: cell["value"]
        for rows in shown.context["sections"].values()
        for row in rows
        for cell in row.values()
        if isinstance(cell, dict)
    }
    counts = {f"{name}-count": str(len(rows)) for name, rows in shown.context["sections"].items()}
    return {**form.texts, **cells, **counts, "operation": form.operations, "revision": str(revision)}
