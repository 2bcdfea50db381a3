"""/v1/erp/trigger: an automation informs the ERP by a webhook and waits for what becomes of it (operation 2)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.query_fields import moment_of, text_of, wrong
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, HubError, Invalid
from hub.json_types import JSONObject
from outbound.actions.taking import ActionKey
from outbound.actions.triggering import ErpTrigger, trigger_erp
from outbound.api.action_answers import taken_document
from outbound.api.action_documents import described_action

REQUIRED: Final = (
    "execution_id",
    "org_id",
    "webhook_id",
    "flow_id",
    "created_at",
    "action_id",
    "flow_action_id",
    "flow_name",
    "activity_id",
    "entity_id",
)


class WrongOrganization(HubError):
    """The action belongs to another organization than the token."""

    code = "WRONG_ORGANIZATION"
    status = 401


class TriggerErp(HubAPIView):
    """One action of one run of an automation."""

    requires: ClassVar = {"POST": Capability.SEND}

    @described_action("triggerErp")
    @once_per_key
    def post(self, request: Request) -> Response:
        """200 with what became of it, also where the receiver failed."""
        body = self.body_object()
        texts = _texts(body)
        if texts["org_id"] != self.organization.public_id:
            raise WrongOrganization("org_id is not the organization of the token.")
        wanted = ErpTrigger(
            key=ActionKey(texts["execution_id"], texts["action_id"]),
            webhook_id=texts["webhook_id"],
            entity_id=texts["entity_id"],
            activity_id=texts["activity_id"],
            flow_name=texts["flow_name"],
            created_at=_created_at(body),
            hop=self.hop,
        )
        taken = trigger_erp(organization=self.organization, wanted=wanted, at=clock.now())
        return Response(taken_document(taken))


def _texts(body: JSONObject) -> dict[str, str]:
    """Every one of the ten; raises Invalid that names all that are missing."""
    missing = [ErrorDetail(name, "is required") for name in REQUIRED if body.get(name) in (None, "")]
    if missing:
        names = ", ".join(detail.path for detail in missing)
        raise Invalid(f"These are required: {names}.", details=missing)
    return {name: text_of(body, name) for name in REQUIRED}


def _created_at(body: JSONObject) -> datetime:
    moment = moment_of(body, "created_at", "created_at")
    if moment is None:  # excluded by _texts
        raise wrong("created_at", "is required")
    return moment
