"""GET …/notifications/history and /status, POST …/notifications/test (api.md appendix A)."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken, Membership, User
from hub.api.idempotency.views import once_per_key
from hub.api.pagination import InvalidCursor
from hub.api.query_fields import whole_in
from hub.api.views import HubAPIView
from hub.ids import find_id, to_text
from hub.json_types import JSONObject
from integrations.queries import get_integration
from monitoring.alerts.queries import Standings, notices_page, standings_of
from monitoring.alerts.telling.sending import NotSent
from monitoring.alerts.telling.trying import try_person
from monitoring.api.notification_documents import HISTORY, HISTORY_PARAMETERS, STATUS, TEST
from monitoring.models import AlertNotice, AlertState

PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 100
PREFIX: Final = "ntc_"
Document = dict[str, object]


class NotificationHistory(HubAPIView):
    """What was told of an integration, and what was not, and why."""

    requires: ClassVar = {"GET": (Capability.READ, Capability.MONITOR)}

    @extend_schema(
        operation_id="listNotificationHistory",
        tags=["Monitoring"],
        parameters=HISTORY_PARAMETERS,
        responses={(200, "application/json"): HISTORY},
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """200 with decisions, the newest first, one for each channel."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        asked: JSONObject = {**request.query_params.dict()}
        limit = whole_in(asked, "limit", default=PAGE_SIZE, most=LARGEST_PAGE)
        before = _position(str(asked.get("cursor") or ""))
        page = notices_page(self.organization, limit=limit, before=before, integration_id=integration.pk)
        cursor = to_text(PREFIX, page.next_before) if page.next_before else None
        return Response({"notifications": [_notice(row) for row in page.rows], "next_cursor": cursor})


class NotificationStatus(HubAPIView):
    """Where the rules that look at an integration stand."""

    requires: ClassVar = {"GET": (Capability.READ, Capability.MONITOR)}

    @extend_schema(
        operation_id="getNotificationStatus", tags=["Monitoring"], responses={(200, "application/json"): STATUS}
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """200 with every rule, the worst first."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        found = standings_of(self.organization, clock.now(), integration_id=integration.pk)
        return Response({"rules": [_rule(one) for one in found]})


class NotificationTest(HubAPIView):
    """A sample to whoever asks for it."""

    requires: ClassVar = {"POST": Capability.WRITE}

    @extend_schema(
        operation_id="testNotification",
        tags=["Monitoring"],
        request=None,
        responses={(202, "application/json"): TEST},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """202 once the mail server has taken a mail to the person, for a token to the one who issued it; else 502."""
        get_integration(organization=self.organization, integration_id=integration_id)
        recipient = self._recipient()
        answer = try_person(self.organization, recipient, clock.now())
        return Response({"status": "accepted", "recipient": recipient, "message": answer}, status=202)

    def _recipient(self) -> str:
        """Raises NotSent for a token whose issuer is gone."""
        caller = User.objects.filter(pk__in=[self.principal.user_id or 0])
        if self.principal.token_id:
            token = ApiToken.objects.of(self.organization).filter(pk=self.principal.token_id)
            caller = User.objects.filter(pk__in=token.values("created_by"))
        members = Membership.objects.of(self.organization).values("user_id")
        person = caller.filter(is_active=True, pk__in=members).first()
        if person is None:
            raise NotSent(
                "There is nobody to send a sample to: the token was made on the server, or whoever issued it is"
                " not here any more. Use a token that a member has made."
            )
        return str(person.email)


def _position(cursor: str) -> UUID | None:
    if not cursor:
        return None
    found = find_id(PREFIX, cursor)
    if found is None:
        raise InvalidCursor
    return found


def _notice(row: AlertNotice) -> Document:
    return {
        "id": to_text(PREFIX, row.pk),
        "created_at": row.created_at,
        "rule_id": row.rule_id,
        "rule_name": row.rule_name,
        "integration_id": row.integration_id,
        "use_case_id": row.use_case_id,
        "change": row.change,
        "severity": row.severity,
        "subject": row.subject,
        "text": row.text,
        "value": row.value,
        "channel_id": row.channel_id,
        "channel_name": row.channel_name,
        "status": _STATUS.get(row.state, row.state),
        "reason": row.reason,
        "attempts": row.attempts,
        "sent_at": row.sent_at,
    }


_STATUS: Final = {AlertNotice.State.DUE.value: "pending", AlertNotice.State.SENDING.value: "pending"}


def _rule(one: Standings) -> Document:
    rule = one.rule
    return {
        "rule_id": rule.pk,
        "name": rule.name,
        "kind": rule.kind,
        "parameters": rule.parameters,
        "severity": rule.severity,
        "integration_id": rule.integration_id,
        "use_case_id": rule.use_case_id,
        "status": one.status,
        "judged_at": one.judged_at,
        "muted_until": rule.muted_until if one.is_muted else None,
        "states": [_state(state) for state in one.states],
    }


def _state(state: AlertState) -> Document:
    return {
        "subject": state.subject,
        "label": state.label,
        "status": state.standing,
        "since": state.since,
        "value": state.value,
        "told_at": state.told_at,
    }
