"""/v1/erp/tracking/acknowledgement: the ERP says that it has processed an event (operation 1)."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability, missing
from hub.api.query_fields import text_of, word_of, wrong
from hub.api.views import HubAPIView
from outbound.acknowledging import acknowledge, trackers_of
from outbound.api.delivery_documents import described_delivery

STATUSES = ("processed", "failed")
MAY_ACKNOWLEDGE = (Capability.SEND, Capability.CONSUME)


class AcknowledgeTracking(HubAPIView):
    """The acknowledgement of one event; a token that is bound to one integration may acknowledge, too."""

    requires: ClassVar = {"POST": MAY_ACKNOWLEDGE}
    checks_each_integration = True

    @described_delivery("acknowledgeTracking")
    def post(self, request: Request) -> Response:
        """Closes the acknowledgement. Unknown members are passed over; status failed says that it went wrong there."""
        body = self.body_object()
        ack_id = text_of(body, "ack_id")
        if not ack_id:
            raise wrong("ack_id", "is required")
        self._check_may(ack_id)
        status = word_of(body, "status", STATUSES) if body.get("status") in STATUSES else ""
        message = body.get("message")
        acknowledge(
            organization=self.organization,
            ack_id=ack_id,
            at=clock.now(),
            has_failed=status == "failed",
            message=message if isinstance(message, str) else "",
        )
        return Response({"message": "The event is acknowledged."})

    def _check_may(self, ack_id: str) -> None:
        """A token that is bound to some integrations may speak for the events that one of them tracks."""
        trackers = trackers_of(self.organization, ack_id)
        if trackers and not any(self.may(one, tracker) for one in MAY_ACKNOWLEDGE for tracker in trackers):
            raise missing(*MAY_ACKNOWLEDGE)
