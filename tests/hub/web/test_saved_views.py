"""Saved views: links to lists as they were narrowed, personal or shared, and who may change them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hub.accounts.models import AuditEntry
from hub.web.models import SavedView
from hub.web.saved_views import operations
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER

pytestmark = pytest.mark.django_db

KEEP = "/app/saved-views"
QUERY = "?status=error&window=7d"


def keep(client, name="Failed", **fields):
    return client.post(KEEP, {"list": "events", "query": QUERY, "name": name} | fields)


def links(client, path="/app/events"):
    page = unescape(client.get(path).content.decode())
    return re.findall(r'<a class="ih-saved__link" href="([^"]+)"', page)


def audited():
    return list(AuditEntry.objects.filter(object_type="saved_view").order_by("pk").values_list("action", flat=True))


def test_a_view_is_a_link_to_the_list_as_it_was(client_of, organization):
    client = client_of(VIEWER)
    answer = keep(client)
    assert answer.headers["Location"] == "/app/events?status=error&window=7d"
    assert links(client) == ["/app/events?status=error&window=7d"]
    assert client.get(links(client)[0]).context["asked"].of("status") == ("error",)


def test_the_view_that_is_open_is_marked(client_of, organization):
    client = client_of(VIEWER)
    keep(client)
    [open_, _] = client.get(f"/app/events{QUERY}"), client.get("/app/events")
    assert [one["is_current"] for one in open_.context["saved"]["views"]] == [True]
    assert [one["is_current"] for one in _.context["saved"]["views"]] == [False]


def test_a_personal_view_is_seen_by_nobody_else(client_of, organization):
    keep(client_of(OPERATOR))
    assert links(client_of(ADMIN)) == []


def test_a_shared_view_is_seen_by_everybody_of_the_organization_alone(client_of, organization):
    keep(client_of(OPERATOR), shared="1")
    assert len(links(client_of(VIEWER))) == 1
    assert links(client_of(NEIGHBOUR_OWNER)) == []


def test_whoever_may_only_look_shares_nothing(client_of, organization):
    assert keep(client_of(VIEWER), shared="1").status_code == 403
    assert not SavedView.objects.exists()


def test_only_what_is_shared_is_audited(client_of, organization):
    client = client_of(OPERATOR)
    keep(client)
    assert audited() == []
    keep(client, shared="1")
    view = SavedView.objects.get(is_shared=True)
    client.post(f"{KEEP}/{view.pk}/rename", {"name": "Red", "list": "events"})
    client.post(f"{KEEP}/{view.pk}/delete")
    assert audited() == ["saved_view_create", "saved_view_rename", "saved_view_delete"]


def test_saving_under_the_same_name_replaces_the_view(client_of, organization):
    client = client_of(VIEWER)
    keep(client)
    keep(client, query="?status=warning")
    assert links(client) == ["/app/events?status=warning"]


def test_cursors_are_not_saved(client_of, organization):
    client = client_of(VIEWER)
    keep(client, query="?status=error&before=1-evt_x&after=2&page=3&selected=page")
    assert links(client) == ["/app/events?status=error"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "\0"])
def test_a_name_that_is_none_is_refused(client_of, organization, name):
    client = client_of(VIEWER)
    assert keep(client, name=name).status_code == 302
    assert links(client) == []


def test_filters_that_are_too_long_are_refused(client_of, organization):
    keep(client_of(VIEWER), query="?" + "code=X&" * 500)
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_views(client_of, organization, monkeypatch):
    monkeypatch.setattr(operations, "MOST_VIEWS", 2)
    client = client_of(VIEWER)
    for name in ("One", "Two", "Three", "Two"):
        keep(client, name=name)
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["One", "Two"]


def test_two_views_of_one_list_cannot_have_one_name(client_of, organization):
    client = client_of(VIEWER)
    keep(client, name="One")
    keep(client, name="Two")
    view = SavedView.objects.get(name="Two")
    client.post(f"{KEEP}/{view.pk}/rename", {"name": "One", "list": "events"})
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["One", "Two"]


@pytest.mark.parametrize("act", ["rename", "delete"])
@pytest.mark.parametrize("stranger", [ADMIN, VIEWER, NEIGHBOUR_OWNER])
def test_nobody_changes_the_personal_view_of_another(client_of, organization, act, stranger):
    keep(client_of(OPERATOR))
    view = SavedView.objects.get()
    assert client_of(stranger).post(f"{KEEP}/{view.pk}/{act}", {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Failed"


@pytest.mark.parametrize("act", ["rename", "delete"])
def test_whoever_may_only_look_changes_no_shared_view(client_of, organization, act):
    keep(client_of(OPERATOR), shared="1")
    view = SavedView.objects.get()
    assert client_of(VIEWER).post(f"{KEEP}/{view.pk}/{act}", {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Failed"


def test_nobody_saves_a_view_without_signing_in(client_of, organization):
    assert "/login" in keep(client_of(NOBODY)).headers["Location"]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("list_name", ["", "secrets", "//evil.example"])
def test_a_list_without_views_takes_none(client_of, organization, list_name):
    assert keep(client_of(VIEWER), list=list_name).status_code == 404


def test_deliveries_have_views_of_their_own(client_of, organization):
    client = client_of(ADMIN)
    keep(client, list="deliveries")
    assert links(client) == []
    assert [view.list_name for view in SavedView.objects.all()] == ["deliveries"]
    assert client.get("/app/deliveries").context["saved"]["views"][0]["url"] == "/app/deliveries?status=error&window=7d"
