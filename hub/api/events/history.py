"""/v1 and /v2/events/{name}: the events that were published, with their entities or with stubs of them."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.entities.parameters import flag_of
from hub.api.events.documentation import documented
from hub.api.events.requests import history_query_of, light_history_of
from hub.api.events.views import EventView
from hub.api.pagination import keyset_cursor
from hub.events.history import HistoryQuery, get_core_event, history_of, payload_in_brief, payload_shown
from hub.events.models import CoreEvent
from hub.events.public_ids import find_event_id
from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from hub.json_types import JSONObject


class HistoryView(EventView):
    """Base of these views. Payloads hold entities, so that the caller must be allowed to see those, too."""

    def page(self, name: str, query: HistoryQuery, shown: Callable[[CoreEvent], JSONObject]) -> Response:
        """One page of the events of that name."""
        event = self.event(name)
        page = history_of(organization=self.organization, name=event.name, query=query)
        cursor = None
        if page.next is not None:
            event_id = to_text(EVENT_PREFIX, page.next.event_id)
            cursor = keyset_cursor("event_time", page.next.occurred_at, "event_id", event_id)
        return Response({"results": [shown(one) for one in page.events], "next_cursor": cursor})


@documented(post="listEventHistory")
class EventHistory(HistoryView):
    """Events with their entities."""

    requires = {"POST": Capability.EVENTS_VIEW}

    def post(self, request: Request, event_name: str) -> Response:
        """A page, newest first."""
        self.require(Capability.ENTITY_VIEW)
        return self.page(event_name, history_query_of(self.optional_body()), payload_shown)


@documented(post="listEventHistoryV2")
class LightHistory(HistoryView):
    """Events with what their entities are called."""

    requires = {"POST": Capability.EVENTS_VIEW}

    def post(self, request: Request, event_name: str) -> Response:
        """A page, newest first."""
        self.require(Capability.ENTITY_VIEW)
        query, fields = light_history_of(self.optional_body())
        return self.page(event_name, query, lambda event: payload_in_brief(event, fields))


@documented(get="getEventOfHistory")
class OneOfHistory(HistoryView):
    """One event."""

    requires = {"GET": Capability.EVENTS_VIEW}

    def get(self, request: Request, event_name: str, core_event_id: str) -> Response:
        """Its payload, with its entities as they were then."""
        self.require(Capability.ENTITY_VIEW)
        found = get_core_event(
            organization=self.organization,
            name=self.event(event_name).name,
            event_id=find_event_id(core_event_id),
            with_malformed=flag_of(request, "include_malformed", default=True),
        )
        return Response(payload_shown(found))
