"""The forms of variables and groups: every type, secrets that never come back, protection, what a deletion breaks."""

from __future__ import annotations

from datetime import date

import pytest

from hub.accounts.models import AuditEntry
from hub.environments.models import Variable, VariableGroup
from hub.environments.resolve import lookup, open_values, values_of
from tests.builders import make_group, make_integration, make_secret, make_variable
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER

pytestmark = pytest.mark.django_db

NEW = "/app/environments/new"
SECRET = "s3cr3t-value-of-the-partner"


@pytest.fixture
def owner(client_of):
    """Somebody who may do everything."""
    return client_of(OWNER)


@pytest.fixture
def admin(client_of):
    """Somebody who may do everything but what owners may."""
    return client_of(ADMIN)


def page_of(key, act=""):
    return f"/app/environments/keys/{key}{act}"


def value_of(organization, key):
    """The value that is stored, secret or not."""
    row = Variable.objects.of(organization).get(key=key)
    return (
        lookup([key], organization_id=organization.pk).texts[key] if row.is_secret else values_of(organization.pk)[key]
    )


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("String", {"value": "erp.example.com"}, "erp.example.com"),
        ("String", {"value": "", "is_empty_text": "on"}, ""),
        ("SecretString", {"value": f"{SECRET}\r\n"}, SECRET),
        ("SecretString", {"value": "-----BEGIN\r\nKEY-----\r\n"}, "-----BEGIN\nKEY-----\n"),
        ("Text", {"value": "one\r\ntwo\r\n"}, "one\ntwo\n"),
        ("Number", {"value": "12.5"}, 12.5),
        ("Boolean", {"value": "false"}, False),
        ("JSON", {"value": '{"north": {"id": 1}}'}, {"north": {"id": 1}}),
        ("Map", {"value": '{"north": 1}'}, {"north": 1}),
        ("Link", {"link_url": "https://a.example", "link_label": "A"}, {"url": "https://a.example", "label": "A"}),
        ("List", {"value": "[1, 2]", "item_type": "Number"}, [1, 2]),
    ],
)
def test_a_variable_of_every_type_is_made_in_the_form(owner, organization, kind, typed, value):
    answer = owner.post(f"{NEW}?type={kind}", {"key": "a.b", "group": "Partner", "description": "What it is"} | typed)
    assert answer.status_code == 302
    row = Variable.objects.of(organization).get(key="a.b")
    assert (row.type, row.group.name, row.description) == (kind, "Partner", "What it is")
    assert value_of(organization, "a.b") == value


def test_a_variable_may_be_made_without_a_value(owner, organization):
    owner.post(NEW, {"key": "a.b"})
    assert Variable.objects.of(organization).get(key="a.b").sealed is None


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("String", {"key": "Upper"}, "key"),
        ("String", {"key": "groups"}, "key"),
        ("String", {"group": "a/b"}, "group"),
        ("Number", {"value": "many"}, "value"),
        ("Number", {"value": '"1"'}, "value"),
        ("JSON", {"value": "{"}, "value"),
        ("JSON", {"value": "[]"}, "value"),
        ("Map", {"value": '{"a": []}'}, "value"),
        ("Link", {"link_url": "javascript:alert(1)"}, "link_url"),
        ("Link", {"link_label": "Without an address"}, None),
        ("List", {"value": '["a"]', "item_type": "Number"}, "value"),
        ("List", {"value": '["a"]', "item_type": "JSON"}, "item_type"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_stores_nothing(owner, organization, kind, typed, field):
    answer = owner.post(f"{NEW}?type={kind}", {"key": "a.b"} | typed)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert (field in errors) if field else errors
    assert not Variable.objects.of(organization).exists()


def test_a_key_that_exists_is_told_in_the_form(owner, organization):
    make_variable(organization=organization, key="a.b")
    answer = owner.post(NEW, {"key": "a.b"})
    assert "There is a variable called a.b already." in answer.content.decode()


def test_a_form_starts_with_what_its_address_says(owner):
    form = owner.get(f"{NEW}?type=SecretString&key=a.b&description=Token").context["form"]
    assert (form.kind, form["key"].value(), form["description"].value()) == ("SecretString", "a.b", "Token")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("SecretString", {"value": SECRET}), ("List", {"value": f'["{SECRET}"', "item_type": "SecretString"})],
)
def test_a_secret_that_was_typed_does_not_come_back_with_a_refused_form(owner, kind, typed):
    answer = owner.post(f"{NEW}?type={kind}", {"key": "Upper"} | typed)
    assert answer.status_code == 422
    assert SECRET not in answer.content.decode()


def test_no_page_and_no_trace_shows_a_stored_secret(owner, organization):
    make_secret(organization=organization, key="token", value=SECRET)
    changed = {"description": "New", "value": "another-secret-of-it", "version": 1}
    answers = [
        owner.get(page_of("token")),
        owner.post(page_of("token"), changed | {"group": "a/b"}),
        owner.post(page_of("token"), changed),
        owner.get(page_of("token")),
        owner.get(page_of("token", "/delete")),
        owner.get("/app/environments"),
    ]
    told = [answer.content.decode() for answer in answers] + [str(row) for row in AuditEntry.objects.values()]
    assert [text for text in told if SECRET in text or "another-secret-of-it" in text] == []


def test_an_empty_secret_field_keeps_what_is_held_and_a_filled_one_replaces_it(owner, organization):
    make_secret(organization=organization, key="token", value=SECRET)
    owner.post(page_of("token"), {"description": "New", "value": "", "version": 1})
    assert value_of(organization, "token") == SECRET
    owner.post(page_of("token"), {"value": "another-secret", "version": 2})
    assert value_of(organization, "token") == "another-secret"


def test_a_secret_too_short_to_be_masked_is_saved_with_a_warning(owner):
    answer = owner.post(f"{NEW}?type=SecretString", {"key": "pin", "value": "1234"}, follow=True)
    assert "pin has fewer than 6 characters" in answer.content.decode()


@pytest.mark.parametrize("kind", ["String", "Text"])
def test_a_text_that_is_cleared_is_an_empty_text(owner, organization, kind):
    make_variable(organization=organization, key="a", value="something", type=kind)
    owner.post(page_of("a"), {"value": "", "version": 1})
    assert values_of(organization.pk)["a"] == ""


def test_a_value_that_is_no_text_cannot_be_taken_away(owner, organization):
    make_variable(organization=organization, key="a", value=5, type="Number")
    answer = owner.post(page_of("a"), {"value": "", "version": 1})
    assert (answer.status_code, values_of(organization.pk)["a"]) == (422, 5)


def test_saving_what_is_shown_does_not_count_as_a_new_value(owner, organization):
    row = make_variable(organization=organization, key="a", value={"b": 1}, type="JSON")
    shown = owner.get(page_of("a")).context["form"]["value"].value()
    owner.post(page_of("a"), {"value": shown, "version": 1})
    assert Variable.objects.get(pk=row.pk).sealed == row.sealed


def test_a_last_day_is_set_shown_and_taken_away_in_the_form(owner, organization):
    make_secret(organization=organization, key="a")
    owner.post(page_of("a"), {"expires_on": "2026-01-27", "version": 1})
    assert Variable.objects.get(key="a").expires_on == date(2026, 1, 27)
    page = owner.get(page_of("a")).text
    assert 'value="2026-01-27"' in page
    assert "expires in 12 days" in page
    owner.post(page_of("a"), {"expires_on": "", "version": 2})
    assert Variable.objects.get(key="a").expires_on is None


def test_a_day_that_is_no_day_is_told_at_its_field(owner, organization):
    answer = owner.post(NEW, {"key": "a", "expires_on": "2027-02-30"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["expires_on"])
    answer = owner.post(NEW, {"key": "a", "expires_on": "1999-12-31"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["expires_on"])
    assert not Variable.objects.of(organization).exists()


def test_a_day_that_is_past_is_saved_with_a_warning(owner):
    answer = owner.post(NEW, {"key": "a", "expires_on": "2026-01-12"}, follow=True)
    assert [str(one) for one in answer.context["messages"]][1:] == ["a expired 3 days ago."]


def test_a_variable_without_a_value_may_become_another_type(owner, organization):
    make_variable(organization=organization, key="a", value=None)
    owner.post(f"{page_of('a')}?type=Number", {"value": "3", "version": 1})
    assert values_of(organization.pk)["a"] == 3


def test_saving_what_somebody_else_changed_meanwhile_saves_nothing(owner, organization):
    make_variable(organization=organization, key="a", version=7)
    answer = owner.post(page_of("a"), {"value": "mine", "version": 6})
    assert answer.status_code == 412
    assert values_of(organization.pk)["a"] == "value"


def test_a_value_that_cannot_be_decrypted_is_told_and_may_be_typed_anew(owner, organization):
    make_variable(organization=organization, key="a", value=None, sealed="v1.1.x.y")
    assert "SECRET_UNAVAILABLE" in owner.get(page_of("a")).content.decode()
    owner.post(page_of("a"), {"description": "Kept", "value": "", "version": 1})
    assert Variable.objects.get(key="a").sealed == "v1.1.x.y"
    owner.post(page_of("a"), {"value": "anew", "version": 2})
    assert values_of(organization.pk)["a"] == "anew"


def test_what_is_protected_is_read_by_an_admin_and_changed_by_owners_only(admin, owner, organization):
    make_variable(organization=organization, key="a", protected=True, value="as it is")
    page = admin.get(page_of("a")).content.decode()
    assert "Only owners change or delete it." in page
    assert "as it is" in page
    assert admin.post(page_of("a"), {"value": "mine", "version": 1}).status_code == 403
    assert admin.post(page_of("a", "/delete")).status_code == 403
    owner.post(page_of("a"), {"value": "theirs", "version": 1, "protected": "on"})
    assert values_of(organization.pk)["a"] == "theirs"


def test_a_protected_secret_shows_an_admin_nothing_of_its_value(admin, organization):
    make_variable(organization=organization, key="a", protected=True, value=SECRET, type="SecretString")
    assert SECRET not in admin.get(page_of("a")).content.decode()


def test_only_owners_are_asked_about_protection(admin, owner, organization):
    assert "protected" not in admin.get(NEW).context["form"].fields
    owner.post(NEW, {"key": "a", "value": "b", "protected": "on"})
    assert Variable.objects.of(organization).get().protected


def test_a_deletion_names_what_it_breaks_and_happens_when_it_is_confirmed(owner, organization):
    make_variable(organization=organization, key="erp.host")
    make_integration(organization=organization, name="SAP", connector_config={"base_url": "{{env.erp.host}}"})
    asked = owner.get(page_of("erp.host", "/delete")).content.decode()
    assert "1 place refers to it and fails from now on" in asked
    assert "integration SAP" in asked
    owner.post(page_of("erp.host", "/delete"))
    assert not Variable.objects.of(organization).exists()


@pytest.mark.parametrize("address", ["", "/delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_neighbour_finds_no_variable(client_of, organization, address, method):
    make_variable(organization=organization, key="a")
    assert getattr(client_of(NEIGHBOUR_OWNER), method)(page_of("a", address)).status_code == 404
    assert Variable.objects.of(organization).count() == 1


@pytest.mark.parametrize("address", [NEW, page_of("a"), page_of("a", "/delete"), "/app/environments/groups"])
def test_who_may_not_change_variables_opens_no_form(client_of, organization, address):
    make_variable(organization=organization, key="a")
    assert client_of(OPERATOR).get(address).status_code == 403


@pytest.mark.parametrize("address", [page_of("%00"), page_of("none"), "/app/environments/groups/edit?name=%00none"])
def test_an_address_that_names_nothing_is_a_page_that_says_so(owner, address):
    assert owner.get(address).status_code == 404


def test_a_group_is_made_described_and_deleted_and_its_variables_stay(owner, organization):
    owner.post("/app/environments/groups/edit", {"name": "Partner & Co", "description": "Of the partner"})
    group = VariableGroup.objects.of(organization).get()
    make_variable(organization=organization, key="a", group=group)
    row = owner.get("/app/environments/groups").context["rows"][0]
    assert (row["group"].description, row["count"]) == ("Of the partner", 1)
    owner.post(row["edit_url"], {"description": "Another"})
    group.refresh_from_db()
    assert (group.name, group.description) == ("Partner & Co", "Another")
    owner.post(row["delete_url"])
    assert not VariableGroup.objects.of(organization).exists()
    assert Variable.objects.of(organization).get().group is None


@pytest.mark.parametrize("name", ["Taken", "a/b"])
def test_a_name_that_a_new_group_may_not_have_is_told_at_its_field(owner, organization, name):
    make_group(organization=organization, name="Taken")
    answer = owner.post("/app/environments/groups/edit", {"name": name})
    assert "name" in answer.context["form"].errors
    assert VariableGroup.objects.of(organization).count() == 1


def test_a_group_of_a_neighbour_is_not_found(client_of, organization):
    make_group(organization=organization, name="Partner")
    assert client_of(NEIGHBOUR_OWNER).post("/app/environments/groups/delete?name=Partner").status_code == 404


def test_the_values_of_a_row_open_once_they_are_saved(owner, organization):
    owner.post(f"{NEW}?type=Number", {"key": "a", "value": "7"})
    assert open_values(organization.pk, Variable.objects.of(organization)) == {"a": 7}


def test_pages_count_against_the_limit_of_changes_as_the_api_does(owner, organization, settings):
    settings.HUB_ENVIRONMENT_WRITES_PER_MINUTE = 2
    form = {"value": "x", "description": "", "group": ""}
    for key in ("a", "b"):
        assert owner.post("/app/environments/new?type=String", form | {"key": key}).status_code == 302
    refused = owner.post("/app/environments/new?type=String", form | {"key": "c"})
    assert (refused.status_code, "More than 2 changes" in refused.content.decode()) == (422, True)
    deleted = owner.post(page_of("a", "/delete"), follow=True)
    assert "More than 2 changes" in deleted.content.decode()
    assert {one.key for one in Variable.objects.of(organization)} == {"a", "b"}
