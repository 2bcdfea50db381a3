"""Support sees every organization's rows, changes none by hand, and reads nothing that is secret."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from hub.accounts.models import ApiToken, AuditEntry, Organization, User
from hub.ids import new_id
from hub.plugins import load
from hub.support.pages import SupportPage
from integrations.models import Integration, UseCase
from monitoring.models import AccessLog, MonitoringEvent
from tests.builders import NOW, make_integration, make_token, make_use_case, make_user
from tests.hub.support.confirming import asked, confirmed, list_of

MODELS = [model for path in settings.SUPPORT_PAGES for model, _ in load(path)]
SMALL = {Organization, User, ApiToken, Integration, UseCase, UseCase.history.model}
BIG = [model for model in MODELS if model not in SMALL]
SECRET_COLUMNS = {"digest", "password", "hash", "previous_hash", "configuration", "settings", "connector_config"}


def client_for(**flags):
    client = Client()
    client.force_login(make_user(**flags))
    return client


@pytest.fixture
def support(db):
    return client_for(is_staff=True, is_superuser=True)


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def log_requests(number):
    AccessLog.objects.bulk_create(
        AccessLog(
            id=new_id(),
            organization_id=1,
            at=NOW,
            request_id="req_1",
            method="GET",
            path="/v1/x",
            status=200,
            latency_ms=1,
        )
        for _ in range(number)
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens(support, model):
    assert support.get(list_of(model)).status_code == 200


def test_the_index_opens(support):
    assert support.get("/admin/").status_code == 200


@pytest.mark.parametrize(("flags", "status"), [({}, 404), ({"is_staff": True}, 403), ({"is_superuser": True}, 404)])
def test_others_who_are_signed_in_see_nothing(db, flags, status):
    answer = client_for(**flags).get(list_of(AccessLog), follow=True)
    assert answer.status_code == status


def test_whoever_is_not_signed_in_is_asked_to(db):
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("model", MODELS)
def test_no_page_reads_a_secret(support, model):
    page = dict(pair for path in settings.SUPPORT_PAGES for pair in load(path))[model]
    assert not SECRET_COLUMNS & {*page.list_display, *(page.fields or ())}


def test_what_is_not_shown_is_not_read_from_the_database(support, count_queries, organization):
    row = make_token(organization=organization).row
    with count_queries() as counted:
        text = support.get(page_of(row)).content.decode()
    assert row.id in text
    assert not any('"digest"' in one["sql"] for one in counted.captured_queries)


def test_no_row_can_be_added_changed_or_deleted(support, organization):
    row = make_token(organization=organization).row
    urls = [page_of(row), page_of(row).replace("change", "delete"), list_of(type(row)) + "add/"]
    assert [support.post(url, {"name": "Other"}).status_code for url in urls] == [403, 403, 403]


@pytest.mark.parametrize("rows", [1, 40])
def test_a_list_costs_the_same_queries_whatever_it_shows(support, count_queries, rows):
    log_requests(rows)
    with count_queries() as counted:
        support.get(list_of(AccessLog))
    assert len(counted) == 8


def test_an_organization_is_called_by_its_slug_and_an_integration_by_its_name(support, use_case):
    for page in (list_of(UseCase), page_of(use_case)):
        text = support.get(page).content.decode()
        assert [
            word for word in (use_case.organization.slug, use_case.integration.name) if f">{word}<" not in text
        ] == []


def test_times_are_those_of_the_zone_of_the_hub_and_say_so(support):
    log_requests(1)
    texts = [support.get(page).content.decode() for page in (list_of(AccessLog), page_of(AccessLog.objects.get()))]
    assert ["2026-01-15 09:00:00 CET" in text for text in texts] == [True, True]


def test_the_index_calls_tables_by_their_plurals(support):
    text = support.get("/admin/").content.decode()
    assert [word for word in ("Audit entries", "Entities", "Deliveries") if f">{word}</a>" not in text] == []
    assert "Recent actions" not in text


def test_only_a_search_is_told_how_many_rows_it_found(support):
    log_requests(60)
    found = str(AccessLog.objects.first().pk)
    lists = [support.get(list_of(AccessLog), asked).content.decode() for asked in ({}, {"q": found})]
    assert ["Show all" in text for text in lists] == [False, True]


def test_rows_lead_into_the_hub(support, use_case):
    make_token(organization=use_case.organization)
    models = (Integration, UseCase, UseCase.history.model, ApiToken)
    texts = [support.get(list_of(model)).content.decode() for model in models]
    place = f"/app/integrations/{use_case.integration_id}"
    assert f'href="{place}"' in texts[0]
    assert all(f'href="{place}/use-cases/{use_case.pk}/history"' in text for text in texts[1:3])
    assert 'href="/app/tokens"' in texts[3]


def test_a_span_leads_to_its_trace(support):
    MonitoringEvent.objects.bulk_create(
        MonitoringEvent(
            id=new_id(),
            organization_id=1,
            integration_id=new_id(),
            correlation_id=told,
            received_at=NOW,
            completed_at=NOW,
        )
        for told in ("order 1/2", "")
    )
    text = support.get(list_of(MonitoringEvent)).content.decode()
    assert text.count('href="/app/traces/order') == 1


def ids_on(page):
    return re.findall(r'name="_selected_action" value="([^"]+)"', page)


def test_pages_follow_each_other_without_a_gap(support):
    log_requests(120)
    seen, url = [], list_of(AccessLog)
    while url:
        page = support.get(url).content.decode()
        seen.append(ids_on(page))
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = list_of(AccessLog) + html.unescape(following[1]) if following else None
    assert [len(one) for one in seen] == [50, 50, 20]
    stored = AccessLog.objects.order_by("-pk").values_list("pk", flat=True)
    assert [pk for one in seen for pk in one] == [str(pk) for pk in stored]


def test_rows_of_one_moment_are_each_on_one_page(support, organization, monkeypatch):
    monkeypatch.setattr(SupportPage, "list_per_page", 2)
    made = [make_token(organization=organization).row.pk for _ in range(5)]
    last = sorted(made)[1]
    shown = ids_on(support.get(list_of(ApiToken), {"older": last}).content.decode())
    assert shown == sorted(made)[2:4]


@pytest.mark.parametrize("place", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_place_that_is_none_leads_back_to_the_beginning(support, place):
    assert support.get(list_of(AccessLog), {"older": place}).status_code == 302


def test_a_place_that_no_text_of_the_database_can_be_leads_back_too(support):
    assert support.get(list_of(ApiToken), {"older": "\0"}).status_code == 302


def test_a_long_list_says_about_how_long_it_is(support):
    log_requests(70)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {AccessLog._meta.db_table}")
    assert "about 70 rows" in support.get(list_of(AccessLog)).content.decode()


def test_a_row_is_found_by_its_id_and_nothing_by_anything_else(support):
    log_requests(3)
    wanted = AccessLog.objects.order_by("pk")[1]
    found = [support.get(list_of(AccessLog), {"q": text}).content.decode() for text in (str(wanted.pk), "v1", "%")]
    assert [text.count('name="_selected_action"') for text in found] == [1, 0, 0]


def test_a_column_without_an_index_cannot_be_filtered_by(support):
    assert support.get(list_of(AccessLog), {"status": "200"}).status_code == 400


@pytest.fixture
def use_case(organization):
    return make_use_case(integration=make_integration(organization=organization))


def test_a_use_case_is_switched_off_and_that_is_audited(support, use_case):
    confirmed(support, [use_case], "switch_off")
    use_case.refresh_from_db()
    assert (use_case.enabled, use_case.version) == (False, 2)
    assert AuditEntry.objects.filter(object_id=str(use_case.pk), actor_type="user").exists()


def test_an_action_is_confirmed_before_it_is_done(support, use_case, organization):
    chosen = {"action": "switch_off", "_selected_action": [str(use_case.pk)], "index": "0"}
    text = support.post(list_of(UseCase), chosen).content.decode()
    use_case.refresh_from_db()
    assert (use_case.enabled, AuditEntry.objects.exists()) == (True, False)
    assert [word for word in (str(use_case.pk), f"{organization.slug}: 1", "Switch off") if word not in text] == []


def question(support, rows, action):
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return support.post(list_of(type(rows[0])), chosen).content.decode()


def test_a_question_shows_of_each_row_what_the_list_shows(support, use_case):
    text = question(support, [use_case], "switch_off")
    shown = (use_case.slug, use_case.organization.slug, use_case.integration.name)
    assert [word for word in shown if f"<td>{word}</td>" not in text] == []
    log_requests(1)
    assert "<td>2026-01-15 09:00:00 CET</td>" in question(support, AccessLog.objects.all(), "export_rows")


def test_only_what_changes_something_has_a_red_button(support, use_case):
    texts = [question(support, [use_case], action) for action in ("switch_off", "export_rows")]
    assert ["delete-confirmation" in text for text in texts] == [True, False]


@pytest.mark.parametrize("rows", [1, 40])
def test_a_question_costs_the_same_queries_whatever_it_shows(support, count_queries, rows):
    log_requests(rows)
    with count_queries() as counted:
        question(support, AccessLog.objects.all(), "export_rows")
    assert len(counted) == 12


def test_an_action_that_was_confirmed_is_not_done_again_by_a_reload(support, use_case):
    form = asked(support, [use_case], "switch_off")
    answers = [support.post(list_of(UseCase), form, follow=True).content.decode() for _ in range(2)]
    assert ["was not done a second time" in text for text in answers] == [False, True]
    assert AuditEntry.objects.filter(object_id=str(use_case.pk)).count() == 1


def test_a_confirmation_that_no_page_has_asked_for_is_asked_for(support, use_case):
    form = {"action": "switch_off", "_selected_action": [str(use_case.pk)], "confirmed": "yes"}
    assert 'name="form_mark"' in support.post(list_of(UseCase), form).content.decode()
    use_case.refresh_from_db()
    assert use_case.enabled


def test_staff_that_may_only_look_cannot_act(db, use_case):
    person = make_user(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_usecase"))
    client = Client()
    client.force_login(person)
    assert client.get(list_of(UseCase)).status_code == 200
    confirmed(client, [use_case], "switch_off")
    use_case.refresh_from_db()
    assert use_case.enabled


def test_an_export_holds_what_the_list_shows_and_is_audited(support, organization):
    organization.name = "=1+1"
    organization.save()
    lines = confirmed(support, [organization], "export_rows").content.decode().splitlines()
    assert lines[0] == "id,slug,name,created_at,config_version"
    assert "home,'=1+1," in lines[1]
    assert AuditEntry.objects.get().action == "support.export"


def plan_of(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.services
@pytest.mark.parametrize("model", BIG)
def test_a_list_reads_its_newest_rows_from_an_index(support, model, count_queries):
    with count_queries() as counted:
        support.get(list_of(model))
    read = [one["sql"] for one in counted.captured_queries if f'FROM "{model._meta.db_table}"' in one["sql"]]
    plans = list(map(plan_of, read))
    assert len(plans) == 1
    assert not [plan for plan in plans if "Seq Scan" in plan or "Sort" in plan]


def test_a_password_is_changed_on_the_page_of_the_hub_alone(support):
    person = User.objects.get()
    person.set_password("the-old-passphrase-4711")
    person.save()
    support.force_login(person)
    new = "another-passphrase-4711"
    sent = {"old_password": "the-old-passphrase-4711", "new_password1": new, "new_password2": new}
    asked = [support.get("/admin/password_change/"), support.post("/admin/password_change/", sent)]
    assert [(one.status_code, one["Location"]) for one in asked] == [(302, "/accounts/password/change/")] * 2
    assert support.get("/admin/password_change/done/").status_code == 404
    person.refresh_from_db()
    assert person.check_password("the-old-passphrase-4711")


def test_whoever_signs_out_in_the_admin_is_in_the_audit_trail(support):
    assert 'action="/admin/logout/"' in support.get("/admin/").content.decode()
    assert support.post("/admin/logout/").status_code == 302
    assert AuditEntry.objects.get().action == "sign_out"
    assert support.get("/admin/").status_code == 302
