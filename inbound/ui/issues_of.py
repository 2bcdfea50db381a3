"""From events to the issues they have failed with: of the chosen ones, and of what the list is narrowed to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from hub import clock
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.ids import find_id
from hub.web.access import page
from hub.web.requests import HubRequest
from inbound.events import EVENT_PREFIX
from inbound.ui.filters import Asked, asked_of
from monitoring.issues.asking import ALL, MOST_VALUES
from monitoring.issues.query import issues_of_events

ALIKE = ("integration", "use_case", "code")
"""Filters that both lists have."""
MOST_CHOSEN = 1000
"""Events that are looked at; the list shows fewer on a page."""


@page(Capability.MONITOR)
@require_POST
def show_issues(request: HubRequest) -> HttpResponse:
    """Leads to the only issue of the chosen events, to the list of several, or back where they have none."""
    named = request.POST.getlist("event")[:MOST_CHOSEN]
    event_ids = {found for text in named if (found := find_id(EVENT_PREFIX, text))}
    issue_ids = issues_of_events(organization=request.organization, event_ids=event_ids)
    if not issue_ids:
        words = _("The chosen events have failed with no issue.") if event_ids else _("Choose events first.")
        messages.info(request, words)
        place = reverse("inbound:events") + asked_of(request.GET, clock.now(), display_zone()).address()
    elif len(issue_ids) == 1:
        place = reverse("monitoring:issue", args=[issue_ids[0]])
    else:
        query = QueryDict(mutable=True)
        query["state"] = ALL
        query.setlist("issue", [str(one) for one in issue_ids[:MOST_VALUES]])
        place = f"{reverse('monitoring:issues')}?{query.urlencode()}"
    return HttpResponseClientRedirect(place) if request.htmx else redirect(place)


def issues_address(asked: Asked) -> str:
    """The list of open issues, narrowed to the integrations, use cases and codes that the events are narrowed to."""
    query = QueryDict(mutable=True)
    for name in ALIKE:
        query.setlist(name, list(asked.of(name)))
    return f"{reverse('monitoring:issues')}?{query.urlencode()}"
