"""From the list of events to the issues that its events have failed with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from monitoring.issues.folding import fold
from monitoring.models import Issue, IssueState
from tests.cast import NEIGHBOUR_OWNER, VIEWER
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db

SHOW = "/app/events/issues"


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def failed(erp: Erp) -> list[str]:
    """Two events, each with an issue of its own."""
    ids = [erp.sync(customer(" ")).event_id, erp.sync(customer("C-1"), use_case_slug="nobody").event_id]
    fold()
    return ids


def led_to(client: Client, *event_ids: str) -> str:
    """Where the button leads with these events."""
    return str(client.post(SHOW, {"event": event_ids})["Location"])


def test_the_only_issue_of_the_chosen_events_is_opened(failed: list[str], viewer: Client) -> None:
    issue = Issue.objects.get(code="EVENT_NOT_CONFIGURED")
    assert led_to(viewer, failed[1]) == f"/app/issues/{issue.pk}"


def test_several_issues_are_listed_whatever_their_state(failed: list[str], erp: Erp, viewer: Client) -> None:
    Issue.objects.filter(code="EVENT_NOT_CONFIGURED").update(state=IssueState.RESOLVED)
    erp.sync(customer("C-2"), use_case_slug="other")
    fold()
    listed = viewer.get(led_to(viewer, *failed)).context["listed"].rows
    assert {one.issue.code for one in listed} == {"MISSING_UNIQUE_IDENTIFIERS", "EVENT_NOT_CONFIGURED"}
    assert len(listed) == 2


def test_a_merged_issue_leads_to_the_one_that_its_failures_count_for(failed: list[str], viewer: Client) -> None:
    one, other = Issue.objects.order_by("code")
    Issue.objects.filter(pk=one.pk).update(state=IssueState.MERGED, merged_into=other.pk)
    assert led_to(viewer, *failed) == f"/app/issues/{other.pk}"


@pytest.mark.parametrize("event_ids", [[], ["nonsense"]])
def test_without_events_it_leads_back_to_the_list_as_it_was(viewer: Client, event_ids: list[str]) -> None:
    answer = viewer.post(f"{SHOW}?status=error", {"event": event_ids}, follow=True)
    assert answer.redirect_chain == [("/app/events?status=error", 302)]
    assert "Choose events first." in answer.content.decode()


def test_what_has_not_failed_says_so(erp: Erp, viewer: Client) -> None:
    event_id = erp.sync(customer("C-1")).event_id
    assert "failed with no issue" in viewer.post(SHOW, {"event": [event_id]}, follow=True).content.decode()


def test_where_scripts_run_the_browser_is_led_on(failed: list[str], viewer: Client) -> None:
    answer = viewer.post(SHOW, {"event": failed[:1]}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/app/issues/")


def test_a_neighbour_finds_none(failed: list[str], client_of: Callable[..., Client]) -> None:
    assert led_to(client_of(NEIGHBOUR_OWNER), *failed).startswith("/app/events")


def test_the_list_leads_to_open_issues_of_what_it_is_narrowed_to(erp: Erp, failed: list[str], viewer: Client) -> None:
    query = f"use_case={erp.use_case.pk}&code=MISSING_UNIQUE_IDENTIFIERS"
    context = viewer.get(f"/app/events?{query}&status=error").context
    assert context["issues_url"] == f"/app/issues?{query}"
