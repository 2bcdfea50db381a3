"""The pages of integrations and use cases: who sees what, forms that keep what was typed, places of findings."""

from __future__ import annotations

import json

import pytest

from hub.web.places import place_of
from integrations.models import Integration, UseCase
from integrations.ui.types import DISABLED, TYPES
from tests.builders import make_integration, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER
from tests.integrations.configurations import INBOUND

pytestmark = pytest.mark.django_db


@pytest.fixture
def use_case(organization):
    """One that maps customers."""
    return make_use_case(
        integration=make_integration(organization=organization, name="SAP"), slug="customer", configuration=INBOUND
    )


@pytest.fixture
def admin(client_of):
    """Somebody who may change integrations."""
    return client_of(ADMIN)


def page_of(use_case):
    return f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}"


def sent(use_case, configuration, **fields):
    """What the form of a use case sends."""
    return {"name": use_case.name, "slug": use_case.slug, "enabled": "on", "version": use_case.version} | {
        "configuration": configuration,
        **fields,
    }


@pytest.mark.parametrize("address", ["", "/connection", "/settings", "/use-cases/new"])
def test_a_neighbour_finds_no_page_of_an_integration(address, use_case, client_of):
    answer = client_of(NEIGHBOUR_OWNER).get(f"/app/integrations/{use_case.integration_id}{address}")
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["", "/history", "/switch", "/delete"])
def test_a_neighbour_finds_no_page_of_a_use_case(address, use_case, client_of):
    assert client_of(NEIGHBOUR_OWNER).get(f"{page_of(use_case)}{address}").status_code == 404


def test_nobody_is_asked_to_sign_in_and_led_back(use_case, client_of):
    answer = client_of(NOBODY).get(page_of(use_case))
    assert answer.headers["Location"] == f"/accounts/login/?next={page_of(use_case)}"


@pytest.mark.parametrize("looker", [VIEWER, OPERATOR], ids=str)
def test_who_may_only_look_is_told_who_may_change_an_integration(looker, client_of):
    answer = client_of(looker).get("/app/integrations/new")
    assert answer.status_code == 403
    assert "Owner, Admin" in answer.content.decode()


def test_who_disables_a_use_case_is_told_that_its_events_are_ignored(use_case, client_of):
    admin = client_of(ADMIN)
    assert "events for it are stored and ignored" in admin.get(page_of(use_case)).content.decode()
    asked = admin.get(f"{page_of(use_case)}/switch").content.decode()
    assert "New events for it are stored and ignored" in asked


@pytest.mark.parametrize("type", ["outbound", "managed_call", "file_proxy", "secure_proxy"])
def test_who_disables_what_takes_no_events_is_told_what_is_refused(type, integration, client_of):
    use_case = make_use_case(integration=integration, slug="other", type=type)
    asked = client_of(ADMIN).get(f"{page_of(use_case)}/switch").content.decode()
    assert "its calls are refused" in asked
    assert "stored and ignored" not in asked


@pytest.mark.parametrize("type", list(TYPES))
def test_the_box_that_enables_says_what_disabling_means_for_the_type(type, integration, admin):
    use_case = make_use_case(integration=integration, type=type, slug="some")
    pages = [page_of(use_case), f"/app/integrations/{integration.pk}/use-cases/new?type={type}"]
    for page in pages:
        shown = admin.get(page).text
        assert [one for one, words in DISABLED.items() if str(words) in shown] == [type]


@pytest.mark.parametrize(
    ("types", "cells"),
    [(["managed_call", "secure_proxy"], 3), (["managed_call", "outbound"], 6), (["inbound"], 6)],
)
def test_the_list_counts_events_only_where_there_can_be_some(integration, client_of, types, cells):
    for type in types:
        make_use_case(integration=integration, type=type, slug=type.replace("_", "-"))
    shown = client_of(VIEWER).get(f"/app/integrations/{integration.pk}").text
    table = shown[shown.index("<table") : shown.index("</table>")]
    assert table.count('<th scope="col"') == cells
    assert table.count("<td") == cells * len(types)
    assert [table.count("never"), table.count("no events")] == ([1, len(types) - 1] if cells == 6 else [0, 0])


def test_a_viewer_reads_the_configuration(use_case, client_of):
    answer = client_of(VIEWER).get(page_of(use_case))
    assert json.loads(answer.context["text"]) == INBOUND
    assert "customer_number" in answer.content.decode()


def test_an_integration_made_in_the_form_is_there(admin, organization):
    admin.post("/app/integrations/new", {"name": "Wilken", "integration_type": "erp"})
    assert Integration.objects.of(organization).get().name == "Wilken"


def test_a_form_without_a_name_says_so_and_keeps_the_rest(admin):
    answer = admin.post("/app/integrations/new", {"description": "kept", "integration_type": "erp"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This field is required." in page
    assert "kept</textarea>" in page


def test_a_use_case_made_in_the_form_gets_its_slug_from_the_name(admin, use_case, organization):
    address = f"/app/integrations/{use_case.integration_id}/use-cases/new?type=inbound"
    admin.post(address, {"name": "Meter sync", "enabled": "on", "configuration": json.dumps(INBOUND)})
    assert UseCase.objects.of(organization).get(name="Meter sync").slug == "meter-sync"


EXAMPLES = [(words.key, other) for words in TYPES.values() for other in ("", *words.others)]


@pytest.mark.parametrize(("type", "other"), EXAMPLES)
def test_an_example_can_be_saved_as_it_is(admin, organization, type, other):
    integration = make_integration(organization=organization)
    address = f"/app/integrations/{integration.pk}/use-cases/new?type={type}&example={other}"
    form = admin.get(address).context["form"]
    answer = admin.post(address, {"name": "Example", "enabled": "on", "configuration": form["configuration"].value()})
    assert answer.status_code == 302
    assert UseCase.objects.of(organization).get(name="Example").type == type


def test_an_example_that_nobody_knows_is_the_usual_one(admin, organization):
    address = f"/app/integrations/{make_integration(organization=organization).pk}/use-cases/new?type=outbound"
    usual = admin.get(address).context["text"]
    assert admin.get(f"{address}&example=../inbound").context["text"] == usual


def test_a_finding_in_the_configuration_is_told_with_line_and_column(admin, use_case):
    text = '{"entities": [\n  {"entity_schema": "contact", "unique_ids": ["id"], "fields": []}]}'
    answer = admin.post(page_of(use_case), sent(use_case, text.replace("\n", "\r\n")))
    assert answer.status_code == 422
    assert '<b class="ih-mono">2:47</b> entities[0].unique_ids[0]' in answer.content.decode()


def test_json_that_breaks_off_is_told_with_line_and_column(admin, use_case):
    page = admin.post(page_of(use_case), sent(use_case, '{"entities": [,]}')).content.decode()
    assert '<b class="ih-mono">1:15</b> The configuration is not JSON' in page
    assert "{&quot;entities&quot;: [,]}</textarea>" in page


@pytest.mark.parametrize(
    ("path", "place"), [("", (1, 1)), ("a", (1, 2)), ("a[1].b", (2, 9)), ("a[1].missing", (2, 8)), ("nothing", (1, 1))]
)
def test_the_place_of_a_value_is_that_of_its_key_or_of_what_encloses_it(path, place):
    assert place_of('{"a": [1,\n       {"b": 2}]}', path) == place


def test_saving_what_somebody_else_changed_meanwhile_keeps_both(admin, use_case):
    admin.post(page_of(use_case), sent(use_case, json.dumps(INBOUND), name="Theirs"))
    answer = admin.post(page_of(use_case), sent(use_case, json.dumps(INBOUND), name="Mine"))
    use_case.refresh_from_db()
    assert (use_case.name, 'value="Mine"' in answer.content.decode()) == ("Theirs", True)


def test_the_first_version_has_nothing_to_be_compared_with(admin, use_case):
    assert "Compare" not in admin.get(f"{page_of(use_case)}/history").content.decode()


def test_a_question_leads_back_to_what_it_is_about(admin, use_case):
    page = admin.get(f"{page_of(use_case)}/delete").content.decode()
    assert f'<a href="{page_of(use_case)}">customer</a>' in page
