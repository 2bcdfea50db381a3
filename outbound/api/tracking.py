"""/v1/erp/tracking/acknowledgement: the ERP says that it has processed an event (operation 1)."""

from __future__ import annotations

from typing import ClassVar, Final

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.client_address import client_address
from hub.accounts.grants import Capability, missing
from hub.accounts.models import Organization
from hub.accounts.tokens import Unauthenticated
from hub.api.query_fields import text_of, word_of, wrong
from hub.api.throttling import count_address, count_failed_authentication
from hub.api.views import HubAPIView
from hub.errors import HubError
from outbound.acknowledging import acknowledge, find_tokenless, trackers_of
from outbound.api.delivery_documents import described_delivery

STATUSES = ("processed", "failed")
MAY_ACKNOWLEDGE = (Capability.SEND, Capability.CONSUME)
MOST_BYTES: Final = 128 * 1024
"""An id and a sentence; whoever has no token may send no more either."""
WITHOUT_TOKEN: Final = "without token"
"""What spans call a caller who showed none."""


class AcknowledgeTracking(HubAPIView):
    """The acknowledgement of one event; a token that is bound to one integration may acknowledge, too.

    Without a token it counts where the organization allows that: the ack id is as hard to guess as one. Whatever else
    comes without a token is answered like everywhere, whether the id is unknown, closed to strangers or malformed, so
    that nobody learns which organizations allow it.
    """

    requires: ClassVar = {"POST": MAY_ACKNOWLEDGE}
    checks_each_integration = True
    max_body_bytes: ClassVar = MOST_BYTES

    def check_permissions(self, request: Request) -> None:
        """Whoever shows nothing is looked at by _organization_of."""
        if request.auth is not None or request.method != "POST":
            super().check_permissions(request)

    @described_delivery("acknowledgeTracking")
    def post(self, request: Request) -> Response:
        """Closes the acknowledgement. Unknown members are passed over; status failed says that it went wrong there.
        Without a token it counts only for an organization that allows it, else the answer is 401."""
        is_stranger = request.auth is None
        organization = self._organization_of_stranger() if is_stranger else self.organization
        body = self.body_object()
        ack_id = text_of(body, "ack_id")
        if not ack_id:
            raise wrong("ack_id", "is required")
        if not is_stranger:
            self._check_may(ack_id)
        status = word_of(body, "status", STATUSES) if body.get("status") in STATUSES else ""
        message = body.get("message")
        acknowledge(
            organization=organization,
            ack_id=ack_id,
            at=clock.now(),
            has_failed=status == "failed",
            message=message if isinstance(message, str) else "",
            caller=WITHOUT_TOKEN if is_stranger else "",
        )
        return Response({"message": "The event is acknowledged."})

    def _organization_of_stranger(self) -> Organization:
        """The organization whose event the body names. Raises Unauthenticated, and RateLimited per client address."""
        address, at = client_address(self.request.META), clock.now()
        self.allowance = count_address(address, at)
        organization = find_tokenless(self._named())
        if organization is None:
            count_failed_authentication(address, at)
            raise Unauthenticated("A token is needed: send it as Authorization: Bearer.")
        self.request._request.served_organization_id = organization.pk  # type: ignore[attr-defined]  # for the access log
        return organization

    def _named(self) -> str:
        """The ack id of the body, however broken that is."""
        try:
            return text_of(self.body_object(), "ack_id")
        except (HubError, APIException):
            return ""

    def _check_may(self, ack_id: str) -> None:
        """A token that is bound to some integrations may speak for the events that one of them tracks."""
        trackers = trackers_of(self.organization, ack_id)
        if trackers and not any(self.may(one, tracker) for one in MAY_ACKNOWLEDGE for tracker in trackers):
            raise missing(*MAY_ACKNOWLEDGE)
