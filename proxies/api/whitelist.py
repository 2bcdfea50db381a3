"""…/secure-proxy-whitelist: the lists of a secure proxy, read by whoever reads use cases, written by owners."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.query_fields import whole_in
from hub.json_types import JSONObject
from integrations.api.views import ConfigurationView
from integrations.models import UseCase
from proxies.api.secure_proxy_documents import described_secure_proxy
from proxies.models import AllowListChange
from proxies.secure_proxy.changing import NewLists, change_lists, list_changes, lists_of
from proxies.secure_proxy.queries import get_secure_proxy

USUAL_CHANGES: Final = 10
MOST_ASKED_FOR: Final = 50


class Whitelist(ConfigurationView):
    """Both lists. Only people hold OWNER, so no API token ever changes them."""

    requires: ClassVar = {"GET": Capability.READ, "PUT": Capability.OWNER}

    @described_secure_proxy("getSecureProxyWhitelist")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Mode and lists; 404 for a use case of another type."""
        found = get_secure_proxy(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)
        return Response(_document(found))

    @described_secure_proxy("replaceSecureProxyWhitelist")
    def put(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Replaces the lists that are sent, in the browser session of an owner. API tokens are answered with 403."""
        changed = change_lists(
            author=self.author(integration_id),
            integration_id=integration_id,
            use_case_id=use_case_id,
            new=NewLists.parse(self.body_object()),
        )
        return Response(_document(changed))


class WhitelistHistory(ConfigurationView):
    """Who has changed the lists."""

    requires: ClassVar = {"GET": Capability.READ}

    @described_secure_proxy("listSecureProxyWhitelistHistory")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """The last changes, newest first."""
        found = get_secure_proxy(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)
        limit = whole_in(request.query_params.dict(), "limit", default=USUAL_CHANGES, most=MOST_ASKED_FOR)
        changes = list_changes(organization=self.organization, use_case=found, limit=limit)
        return Response({"history": [_change(change) for change in changes]})


def _document(use_case: UseCase) -> JSONObject:
    return {"vpc_mode": (use_case.configuration or {}).get("vpc_mode")} | lists_of(use_case)


def _change(change: AllowListChange) -> dict[str, object]:
    return {
        "id": str(change.pk),
        "changed_at": change.changed_at,
        "actor": {"type": change.actor_type, "id": change.actor_id},
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }
