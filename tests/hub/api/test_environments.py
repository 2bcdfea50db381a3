"""/v1/environments: variables, groups, what is protected, and what never comes out."""

from __future__ import annotations

from datetime import date

import pytest

from hub.accounts.models import AuditEntry
from hub.environments.models import Variable, VariableGroup
from hub.environments.operations import groups, variables
from hub.environments.resolve import lookup, values_of
from tests.builders import (
    make_group,
    make_integration,
    make_secret,
    make_token,
    make_use_case,
    make_variable,
    make_webhook,
)
from tests.cast import ADMIN, MACHINE, OWNER

PATH = "/v1/environments"
MOMENT = "2026-01-15T08:00:00.000Z"
LATER = "2026-01-15T08:05:00.000Z"


@pytest.fixture
def machine(client_of):
    return client_of(MACHINE)


@pytest.fixture
def owner(client_of):
    return client_of(OWNER)


def create(client, **body):
    return client.post(PATH, {"key": "erp.host", "type": "String"} | body, content_type="application/json")


def put(client, key, **body):
    return client.put(f"{PATH}/{key}", body, content_type="application/json")


def paths(answer):
    return [detail["path"] for detail in answer.json()["details"]]


def test_a_variable_is_created_and_shown(machine):
    answer = create(machine, value="erp.example", description="Where it is", group="ERP", protected=False)
    expected = {
        "key": "erp.host",
        "type": "String",
        "value": "erp.example",
        "description": "Where it is",
        "group": "ERP",
        "protected": False,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    assert (answer.status_code, answer.json()) == (201, expected)
    assert machine.get(f"{PATH}/erp.host").json() == expected
    assert machine.get(PATH).json() == {"items": [expected]}


def test_what_is_not_there_is_left_out(machine):
    assert set(create(machine).json()) == {"key", "type", "protected", "created_at", "updated_at"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("String", ""),
        ("Text", "a\nb"),
        ("Number", 0),
        ("Boolean", False),
        ("JSON", {"a": None}),
        ("Map", {"01": "one"}),
        ("Link", {"url": "https://erp.example"}),
    ],
)
def test_every_type_that_is_no_secret_is_answered_as_it_came(machine, kind, value):
    create(machine, type=kind, value=value)
    assert machine.get(f"{PATH}/erp.host").json()["value"] == value


def test_a_list_says_what_it_consists_of(machine):
    answer = create(machine, type="List", value=[1, 2], item_type="Number").json()
    assert (answer["item_type"], answer["value"]) == ("Number", [1, 2])
    assert put(machine, "words", type="List", value=["a"]).json()["item_type"] == "String"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"key": None}, "key"),
        ({"key": 7}, "key"),
        ({"key": ""}, "key"),
        ({"key": "ERP.HOST"}, "key"),
        ({"key": "-a"}, "key"),
        ({"key": "a b"}, "key"),
        ({"key": "a" * 129}, "key"),
        ({"key": "groups"}, "key"),
        ({"type": None}, "type"),
        ({"type": "Secret"}, "type"),
        ({"type": ["String"]}, "type"),
        ({"item_type": "String"}, "item_type"),
        ({"type": "List", "item_type": "List"}, "item_type"),
        ({"value": None}, "value"),
        ({"value": 1}, "value"),
        ({"type": "SecretString", "value": ""}, "value"),
        ({"type": "List", "value": ["a", 1]}, "value[1]"),
        ({"type": "Link", "value": {"url": "javascript:x"}}, "value.url"),
        ({"description": "x" * 1001}, "description"),
        ({"description": 1}, "description"),
        ({"group": "a/b"}, "group"),
        ({"group": " "}, "group"),
        ({"group": "x" * 256}, "group"),
        ({"protected": "yes"}, "protected"),
        ({"protected": None}, "protected"),
        ({"expires_on": 20270131}, "expires_on"),
        ({"expires_on": "31.01.2027"}, "expires_on"),
        ({"expires_on": "2027-02-29"}, "expires_on"),
        ({"expires_on": "2027-01-31T00:00:00Z"}, "expires_on"),
        ({"expires_on": "1999-12-31"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"expires_on": "２027-01-31"}, "expires_on"),
    ],
)
def test_a_wrong_body_is_a_400_that_names_the_place_and_stores_nothing(machine, body, path):
    answer = create(machine, **body)
    assert (answer.status_code, paths(answer)) == (400, [path])
    assert (Variable.objects.count(), VariableGroup.objects.count()) == (0, 0)


def test_a_key_of_the_longest_kind_works_everywhere(machine, organization):
    key = "a" * 128
    answers = [create(machine, key=key, value="x"), put(machine, key, value="y"), machine.delete(f"{PATH}/{key}")]
    assert [answer.status_code for answer in answers] == [201, 200, 204]
    assert {row.changes["key"] for row in AuditEntry.objects.of(organization)} == {key}


def test_a_key_in_use_is_a_409(machine, organization):
    make_variable(organization=organization, key="erp.host", value="x")
    answer = create(machine, value="y")
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_EXISTS")
    assert values_of(organization.pk)["erp.host"] == "x"


def test_a_key_of_a_neighbour_is_free(machine, stage):
    make_variable(organization=stage.next_door, key="erp.host")
    assert create(machine).status_code == 201


def test_a_put_creates_a_string_unless_it_says_otherwise(machine):
    assert (put(machine, "a", value="x").status_code, put(machine, "a", value="y").status_code) == (201, 200)
    assert put(machine, "b", value="x").json()["type"] == "String"
    assert put(machine, "c", value="x", type="Text").json()["type"] == "Text"


def test_a_put_creates_nothing_under_a_wrong_key(machine):
    answer = put(machine, "ERP.HOST", value="x")
    assert (answer.status_code, paths(answer)) == (400, ["key"])


def test_a_put_changes_what_is_sent_and_nothing_else(machine, clock):
    before = create(machine, value="x", description="d", group="g").json()
    clock.move(minutes=5)
    assert put(machine, "erp.host", description="e").json() == before | {"description": "e", "updated_at": LATER}


def test_null_or_nothing_clears_description_and_group(machine):
    create(machine, description="d", group="g")
    answer = put(machine, "erp.host", description=None, group="").json()
    assert {"description", "group"}.isdisjoint(answer)


@pytest.mark.parametrize("value", [{}, {"value": "y"}])
def test_a_type_is_not_changed_while_a_value_is_held(machine, value):
    create(machine, value="x")
    answer = put(machine, "erp.host", type="SecretString", **value)
    assert (answer.status_code, answer.json()["code"]) == (409, "TYPE_CONFLICT")
    assert machine.get(f"{PATH}/erp.host").json()["value"] == "x"


def test_a_type_is_changed_where_no_value_is_held(machine):
    create(machine)
    assert put(machine, "erp.host", type="Number", value=1).json()["value"] == 1


def test_a_change_made_from_an_older_version_is_refused(machine):
    first = create(machine, value="x")["ETag"]
    second = machine.put(
        f"{PATH}/erp.host", {"value": "y"}, content_type="application/json", headers={"if-match": first}
    )
    assert (second.status_code, machine.get(f"{PATH}/erp.host")["ETag"]) == (200, second["ETag"])
    refused = [
        machine.put(f"{PATH}/erp.host", {"value": "z"}, content_type="application/json", headers={"if-match": first}),
        machine.delete(f"{PATH}/erp.host", headers={"if-match": first}),
        machine.put(f"{PATH}/none", {}, content_type="application/json", headers={"if-match": first}),
    ]
    assert [answer.status_code for answer in refused] == [412, 412, 412]
    assert machine.delete(f"{PATH}/erp.host", headers={"if-match": second["ETag"]}).status_code == 204


def test_a_last_day_is_stored_and_kept_and_cleared(machine):
    assert create(machine, expires_on="2027-01-31").json()["expires_on"] == "2027-01-31"
    assert put(machine, "erp.host", value="new").json()["expires_on"] == "2027-01-31"
    assert machine.get(PATH).json()["items"][0]["expires_on"] == "2027-01-31"
    assert put(machine, "erp.host", expires_on="2028-02-29").json()["expires_on"] == "2028-02-29"
    assert "expires_on" not in put(machine, "erp.host", expires_on=None).json()


@pytest.mark.parametrize(
    ("body", "warned"),
    [
        ({"expires_on": "2026-01-15"}, False),
        ({"expires_on": "2026-01-14"}, True),
        ({"value": "new"}, True),
        ({"description": "d"}, False),
        ({"value": "new", "expires_on": "2027-01-31"}, False),
        ({"value": "new", "expires_on": None}, False),
    ],
)
def test_a_last_day_that_is_past_is_stored_with_a_warning(machine, organization, body, warned):
    make_variable(organization=organization, key="a", expires_on=date(2026, 1, 13))
    answer = put(machine, "a", **body)
    warnings = [one["path"] for one in answer.json().get("warnings", [])]
    assert (answer.status_code, warnings) == (200, ["expires_on"] if warned else [])


def test_the_last_day_is_that_of_the_zone_in_which_people_read_times(machine, organization, clock, settings):
    clock.move(hours=15)  # 23 o'clock in UTC
    assert put(machine, "a", expires_on="2026-01-15").json()["warnings"][0]["path"] == "expires_on"
    settings.HUB_DISPLAY_TIME_ZONE = "America/New_York"
    assert "warnings" not in put(machine, "a", expires_on="2026-01-15").json()


def test_a_variable_is_deleted_once(machine):
    create(machine, value="x")
    answers = [machine.delete(f"{PATH}/erp.host") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]
    assert answers[0].content == b""


def test_a_variable_in_use_is_deleted_on_demand_only(machine, organization):
    integration = make_integration(
        organization=organization, name="SAP", connector_config={"base_url": "{{env.ERP.HOST}}"}
    )
    make_use_case(integration=integration, slug="customer", configuration={"x": ["https://{{ env.erp.host }}/"]})
    create(machine, value="x")
    answer = machine.delete(f"{PATH}/erp.host")
    assert (answer.status_code, answer.json()["code"]) == (409, "VARIABLE_IN_USE")
    assert [detail["message"] for detail in answer.json()["details"]] == [
        "integration SAP refers to it",
        "use case customer of SAP refers to it",
    ]
    assert machine.delete(f"{PATH}/erp.host?force=perhaps").status_code == 400
    assert machine.delete(f"{PATH}/erp.host?force=true").status_code == 204


def test_variables_are_listed_by_key(machine, organization):
    for key in ("b", "a.1", "a-1", "a", "0"):
        make_variable(organization=organization, key=key)
    assert [row["key"] for row in machine.get(PATH).json()["items"]] == ["0", "a", "a-1", "a.1", "b"]


def test_a_list_costs_the_same_however_long_it_is(machine, organization, count_queries):
    machine.get(PATH)
    for _ in range(10):
        make_variable(organization=organization, group=make_group(organization=organization))
    with count_queries() as counted:
        machine.get(PATH)
    assert len(counted) == 3


def test_an_organization_has_room_for_so_many_variables(machine, monkeypatch):
    monkeypatch.setattr(variables, "MOST_VARIABLES", 1)
    assert create(machine).status_code == 201
    answer = create(machine, key="another")
    assert (answer.status_code, answer.json()["code"]) == (409, "LIMIT_REACHED")


def test_an_organization_has_room_for_so_many_groups(machine, monkeypatch):
    monkeypatch.setattr(groups, "MOST_GROUPS", 1)
    assert create(machine, group="one").status_code == 201
    assert create(machine, key="another", group="two").json()["code"] == "LIMIT_REACHED"
    assert create(machine, key="another", group="one").status_code == 201


def test_changes_are_limited_per_minute(machine, settings):
    settings.HUB_ENVIRONMENT_WRITES_PER_MINUTE = 2
    answers = [put(machine, "a", value="x") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 429]
    assert (answers[2]["Retry-After"], machine.get(PATH).status_code) == ("60", 200)


def test_what_refers_to_a_variable_is_listed_with_its_page(machine, organization):
    create(machine)
    integration = make_integration(organization=organization, name="SAP")
    use_case = make_use_case(integration=integration, slug="c", configuration={"url": "https://{{env.ERP.host}}"})
    webhook = make_webhook(organization=organization, configuration={"url": "https://{{env.erp.host}}/hook"})
    page = f"/app/integrations/{integration.pk}/use-cases/{use_case.pk}"
    assert machine.get(f"{PATH}/erp.host/uses").json() == {
        "items": [
            {"kind": "use case", "name": "c of SAP", "page": page},
            {"kind": "webhook", "name": webhook.name, "page": f"/app/webhooks/{webhook.pk}"},
        ]
    }


def test_a_key_that_an_integration_declares_is_in_use(machine, organization):
    create(machine)
    declared = [{"key": "erp.host", "label": "Host", "type": "String"}]
    make_integration(organization=organization, name="SAP", environment_config=declared)
    answer = machine.delete(f"{PATH}/erp.host")
    assert (answer.status_code, answer.json()["details"][0]["message"]) == (409, "integration SAP refers to it")


# --- secrets -----------------------------------------------------------------------------------------------

SECRET = "s3cr3t/väl+ue"


def found_in(text):
    """True when the secret stands in a text, plain or as JSON writes it."""
    return any(form in text for form in (SECRET, "s3cr3t", "v\\u00e4l"))


def test_no_answer_to_anything_ever_holds_a_secret(machine, organization):
    make_secret(organization=organization, key="list", value=SECRET)
    answers = [
        create(machine, key="one", type="SecretString", value=SECRET),
        create(machine, key="one", type="SecretString", value=SECRET),
        create(machine, key="many", type="List", item_type="SecretString", value=[SECRET]),
        put(machine, "one", value=SECRET),
        put(machine, "one", type="String", value=SECRET),
        put(machine, "one", value=SECRET * 4096),
        put(machine, "many", value=[SECRET, 1]),
        machine.get(f"{PATH}/one"),
        machine.get(f"{PATH}/many"),
        machine.get(PATH),
        machine.get(f"{PATH}/groups"),
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 201, 200, 409, 400, 400, 200, 200, 200, 200]
    assert [answer.text for answer in answers if found_in(answer.text) or '"value":' in answer.text] == []


def test_the_audit_trail_tells_that_a_value_changed_and_never_which(machine, organization):
    create(machine, type="SecretString", value=SECRET, group="ERP")
    create(machine, key="plain", value="plain-4711")
    put(machine, "erp.host", value=SECRET, description="d", expires_on="2027-01-31")
    put(machine, "erp.host", expires_on="2027-01-31")
    put(machine, "erp.host", expires_on=None)
    machine.delete(f"{PATH}/erp.host")
    rows = [(row.action, row.changes) for row in AuditEntry.objects.of(organization).order_by("sequence")]
    assert rows == [
        ("environment_group.create", {"name": "ERP", "description": [None, ""]}),
        (
            "environment.create",
            {"key": "erp.host", "type": [None, "SecretString"], "group": ["", "ERP"], "value": "changed"},
        ),
        ("environment.create", {"key": "plain", "type": [None, "String"], "value": "changed"}),
        (
            "environment.update",
            {"key": "erp.host", "description": ["", "d"], "expires_on": [None, "2027-01-31"], "value": "changed"},
        ),
        ("environment.update", {"key": "erp.host", "expires_on": ["2027-01-31", None]}),
        ("environment.delete", {"key": "erp.host", "type": ["SecretString", None]}),
    ]


def test_no_log_line_holds_a_secret(machine, organization, caplog):
    caplog.set_level(0)
    create(machine, type="SecretString", value=SECRET)
    row = make_secret(organization=organization, key="broken", value=SECRET)
    Variable.objects.filter(pk=row.pk).update(type="String")
    assert machine.get(f"{PATH}/broken").json()["code"] == "SECRET_UNAVAILABLE"
    assert not found_in(caplog.text)


def test_a_put_without_a_value_keeps_the_secret_and_one_with_it_replaces_it(machine, organization):
    def stored():
        return lookup(["a"], organization_id=organization.pk).texts["a"]

    put(machine, "a", type="SecretString", value="first-secret")
    put(machine, "a", description="d")
    assert stored() == "first-secret"
    put(machine, "a", value="second-secret")
    assert stored() == "second-secret"


@pytest.mark.parametrize(("value", "warned"), [("12345", True), ("123456", False)])
def test_a_secret_too_short_to_be_masked_is_stored_with_a_warning(machine, value, warned):
    answer = create(machine, type="SecretString", value=value).json()
    assert ([warning["path"] for warning in answer.get("warnings", [])] == ["value"]) is warned
    assert "warnings" not in machine.get(f"{PATH}/erp.host").json()


def test_a_value_that_cannot_be_decrypted_is_named_and_never_empty(machine, organization):
    row = make_variable(organization=organization, key="broken")
    Variable.objects.filter(pk=row.pk).update(sealed="v1.1.x.y")
    answer = machine.get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (503, "SECRET_UNAVAILABLE")
    assert answer.json()["message"].startswith("broken cannot be decrypted")
    assert (put(machine, "broken", value="new").status_code, machine.get(PATH).status_code) == (200, 200)


# --- protection ----------------------------------------------------------------------------------------------


@pytest.fixture(params=[MACHINE, ADMIN], ids=str)
def stranger(request, client_of):
    """Somebody who may do everything but what only owners may."""
    return client_of(request.param)


def test_what_is_protected_is_changed_and_deleted_by_owners_only(stranger, owner, organization):
    make_variable(organization=organization, key="a", protected=True)
    refused = [put(stranger, "a", value="x"), put(stranger, "a"), stranger.delete(f"{PATH}/a")]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "VARIABLE_PROTECTED")}
    assert put(owner, "a", value="x").status_code == 200
    assert owner.delete(f"{PATH}/a").status_code == 204


def test_the_protection_itself_is_changed_by_owners_only(stranger, owner, organization):
    make_variable(organization=organization, key="a")
    refused = [put(stranger, "a", protected=True), create(stranger, protected=True)]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert put(owner, "a", protected=True).json()["protected"] is True
    assert put(stranger, "a", protected=False).status_code == 403


def test_saying_what_is_so_already_is_no_change_of_protection(stranger, organization):
    make_variable(organization=organization, key="a")
    assert put(stranger, "a", value="x", protected=False).status_code == 200


# --- groups ------------------------------------------------------------------------------------------------


def test_a_group_is_made_described_and_listed(machine, clock):
    answer = machine.put(f"{PATH}/groups/ERP", {"description": "d"}, content_type="application/json")
    expected = {"name": "ERP", "description": "d", "created_at": MOMENT, "updated_at": MOMENT}
    assert (answer.status_code, answer.json()) == (201, expected)
    clock.move(minutes=5)
    answer = machine.put(f"{PATH}/groups/ERP", {"description": "e"}, content_type="application/json")
    assert (answer.status_code, answer.json()["description"], answer.json()["updated_at"]) == (200, "e", LATER)
    assert machine.get(f"{PATH}/groups").json() == {"items": [answer.json()]}


def test_a_group_that_a_variable_names_is_made(machine):
    create(machine, group="ERP")
    assert [group["name"] for group in machine.get(f"{PATH}/groups").json()["items"]] == ["ERP"]


def test_variables_of_a_deleted_group_stay_without_one(machine):
    before = create(machine, value="x", group="ERP")
    assert machine.delete(f"{PATH}/groups/ERP").status_code == 204
    after = machine.get(f"{PATH}/erp.host")
    assert (after.json()["value"], "group" in after.json()) == ("x", False)
    assert after["ETag"] != before["ETag"]
    assert machine.delete(f"{PATH}/groups/ERP").status_code == 404


def test_a_group_of_another_organization_is_never_joined(machine, stage):
    theirs = make_group(organization=stage.next_door, name="ERP")
    create(machine, group="ERP")
    assert Variable.objects.get(key="erp.host").group_id != theirs.pk


@pytest.mark.parametrize("name", ["%20", "x" * 256])
def test_a_name_that_no_group_may_have_makes_none(machine, name):
    answer = machine.put(f"{PATH}/groups/{name}", {}, content_type="application/json")
    assert answer.status_code in {400, 404}
    assert VariableGroup.objects.count() == 0


def test_groups_changed_and_deleted_are_audited(machine, organization):
    machine.put(f"{PATH}/groups/ERP", {"description": "d"}, content_type="application/json")
    machine.put(f"{PATH}/groups/ERP", {"description": "e"}, content_type="application/json")
    machine.delete(f"{PATH}/groups/ERP")
    rows = AuditEntry.objects.of(organization).order_by("sequence").values_list("action", flat=True)
    assert [action.partition(".")[2] for action in rows] == ["create", "update", "delete"]


# --- who may -------------------------------------------------------------------------------------------------


def test_whoever_may_edit_may_not_delete_and_the_other_way_round(client_of, organization):
    make_variable(organization=organization, key="a")
    editor = client_of(make_token(organization=organization, grants=("environments:edit",)))
    deleter = client_of(make_token(organization=organization, grants=("environments:delete",)))
    assert (editor.delete(f"{PATH}/a").status_code, editor.get(f"{PATH}/a").status_code) == (403, 200)
    assert (deleter.get(f"{PATH}/a").status_code, deleter.delete(f"{PATH}/a").status_code) == (403, 204)


def test_nobody_passes_on_what_they_do_not_hold(client_of, organization):
    client = client_of(make_token(organization=organization, grants=("token:create", "environments:edit")))
    orders = [["environments:edit"], ["environments:delete"], ["environments:*"]]
    statuses = [
        client.post("/v1/access-tokens", {"name": "N", "grants": grants}, content_type="application/json").status_code
        for grants in orders
    ]
    assert statuses == [201, 403, 403]
