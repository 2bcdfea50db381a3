"""The overview: what leads to the first event, figures that are links, and what needs a person."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest

from hub.web.templatetags.numbers import GROUP
from monitoring.counters import Counted, count, fold
from monitoring.issues.folding import fold as fold_issues
from monitoring.record import Span, record
from tests.builders import NOW, make_integration, make_token, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, VIEWER

pytestmark = pytest.mark.django_db

OVERVIEW = "/app/overview"


@pytest.fixture
def use_case(organization):
    """One that events are counted for."""
    return make_use_case(integration=make_integration(organization=organization, name="SAP"), slug="customer-sync")


def note(use_case, status, *, events=1, ago=timedelta(minutes=7)):
    """Count that many events that ended so long ago."""
    place = (use_case.organization_id, use_case.integration_id, use_case.pk, "inbound", status)
    count(Counted(*place, at=NOW - ago, duration_ms=180) for _ in range(events))


def text_of(client, query=""):
    answer = client.get(f"{OVERVIEW}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def viewer(client_of):
    """Somebody who may look."""
    return client_of(VIEWER)


def test_an_organization_that_has_nothing_yet_is_led_to_its_first_event(client_of, organization):
    assert 'href="/app/integrations/new"' in text_of(client_of(ADMIN))


def test_the_first_steps_tell_what_needs_somebody(client_of, organization):
    make_token(organization=organization, name="Nightly export", expires_at=NOW + timedelta(days=2))
    page = text_of(client_of(ADMIN))
    assert "Create an integration" in page
    assert "Needs you" in page
    assert "Nightly export" in page


def test_the_first_steps_do_not_repeat_themselves_as_a_need(client_of, organization):
    make_integration(organization=organization)
    page = text_of(client_of(ADMIN))
    assert "Add a use case" in page
    assert "Needs you" not in page


def test_who_may_not_create_anything_is_told_who_does(viewer):
    page = text_of(viewer)
    assert "Admins and owners create integrations." in page
    assert "/app/integrations/new" not in page


def test_every_number_opens_the_events_that_it_counts(viewer, use_case):
    note(use_case, "success", events=1204)
    [number] = re.findall(rf'href="/app/events\?([^"]+)">1{GROUP}204</a>', text_of(viewer))
    assert dict(parse_qsl(unescape(number)))["use_case"] == str(use_case.pk)
    assert "status=success" in number


@pytest.mark.parametrize("is_folded", [False, True])
def test_events_are_counted_before_and_after_they_are_folded(viewer, use_case, is_folded):
    note(use_case, "success", events=3)
    note(use_case, "error")
    if is_folded:
        fold()
    assert "4 events in the last 24 hours" in text_of(viewer).replace(GROUP, " ")


def test_a_window_leaves_out_what_is_older(viewer, use_case):
    note(use_case, "success", ago=timedelta(hours=3))
    assert viewer.get(f"{OVERVIEW}?window=1h").context["overview"].total.total == 0
    assert viewer.get(f"{OVERVIEW}?window=24h").context["overview"].total.total == 1


def test_a_use_case_with_failures_of_the_last_hour_needs_somebody(viewer, use_case):
    note(use_case, "error", events=2)
    page = text_of(viewer)
    assert "2 events failed in the last hour" in page
    assert f"use_case={use_case.pk}&amp;status=error&amp;window=1h" in page


def test_a_token_that_ends_soon_needs_somebody(viewer, use_case, organization):
    make_token(organization=organization, name="SAP PO", expires_at=NOW + timedelta(days=3, minutes=1))
    assert f"Token ends in 3{GROUP}d" in text_of(viewer)


def test_a_token_that_was_issued_for_minutes_needs_nobody(viewer, use_case, organization):
    make_token(organization=organization, name="App", created_at=NOW, expires_at=NOW + timedelta(minutes=10))
    assert "Nothing needs you right now." in text_of(viewer)


def test_nothing_needs_anybody_while_all_is_well(viewer, use_case):
    note(use_case, "success")
    assert "Nothing needs you right now." in text_of(viewer)


def test_an_integration_whose_events_are_all_ignored_is_not_called_healthy(viewer, use_case):
    note(use_case, "ignored", events=2)
    page = text_of(viewer)
    assert "2 events found no use case." in page
    assert "<b>2</b>events found no use case" in page
    assert "ih-pattern-ignored" in page
    assert "Healthy" not in page


def test_a_few_ignored_events_among_applied_ones_are_told_and_do_no_harm(viewer, use_case):
    note(use_case, "ignored")
    note(use_case, "success", events=3)
    page = text_of(viewer).replace(GROUP, " ")
    assert "100 % applied. 1 event found no use case." in page
    assert "Healthy" in page


def test_trouble_comes_first_where_a_narrow_screen_shows_few_columns(viewer, use_case):
    note(use_case, "success")
    assert re.findall(r"(Error|Warning|Ignored|Skipped|Success|Waiting)</th>", text_of(viewer))[:3] == [
        "Error",
        "Warning",
        "Ignored",
    ]


def failed(use_case, code, times=1):
    """Steps that failed just now, and the events they belong to."""
    note(use_case, "error", events=times)
    place = {"organization_id": use_case.organization_id, "integration_id": use_case.integration_id}
    at = {"received_at": NOW, "completed_at": NOW - timedelta(minutes=7)}
    kind = {"sync_type": "inbound", "level": "error", "category": "mapping", "use_case_id": use_case.pk, "code": code}
    record([Span(**place, **at, **kind, message="") for _ in range(times)])


def test_every_failing_integration_says_why(viewer, organization, use_case):
    other = make_use_case(integration=make_integration(organization=organization, name="Metering"), slug="readings")
    failed(use_case, "INVALID_PAYLOAD", 3)
    failed(other, "TIMEOUT")
    cards = viewer.get(OVERVIEW).context["tiles"]
    assert [(one.cause.code.name, one.cause_slug) for one in cards] == [
        ("INVALID_PAYLOAD", "customer-sync"),
        ("TIMEOUT", "readings"),
    ]


def test_the_code_on_a_tile_leads_to_what_it_means_and_stands_in_no_other_link(viewer, use_case):
    failed(use_case, "TIMEOUT")
    tile = text_of(viewer).partition('<article class="ih-tile')[2].partition("</article>")[0]
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*?</a>', tile, re.DOTALL)
    assert links == [f"/app/integrations/{use_case.integration_id}", "/app/codes#TIMEOUT"]
    assert tile.count("<a ") == len(links)


def test_open_issues_are_counted_and_lead_to_their_list(viewer, use_case):
    failed(use_case, "TIMEOUT", 3)
    failed(use_case, "WORKER_CRASHED")
    fold_issues()
    page = text_of(viewer)
    assert f'href="/app/issues?integration={use_case.integration_id}">2 open issues' in page
    assert "<b>2</b>open issues" in page


def test_a_neighbour_sees_nothing_of_it(client_of, use_case):
    note(use_case, "error")
    assert "customer-sync" not in text_of(client_of(NEIGHBOUR_OWNER))


def test_nobody_is_asked_to_sign_in(client_of):
    assert client_of(NOBODY).get(OVERVIEW).headers["Location"] == f"/accounts/login/?next={OVERVIEW}"


def test_the_number_of_queries_does_not_depend_on_the_number_of_integrations(viewer, organization, count_queries):
    def cost():
        with count_queries() as counted:
            viewer.get(OVERVIEW)
        return len(counted)

    def another():
        use_case = make_use_case(integration=make_integration(organization=organization))
        note(use_case, "success")
        note(use_case, "error")

    another()
    viewer.get(OVERVIEW)
    few = cost()
    for _number in range(5):
        another()
    assert cost() == few
