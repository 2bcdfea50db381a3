"""What every page about one integration shows around its own part: the author of a write, the tabs, the names."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.web.access import may
from hub.web.requests import HubRequest
from integrations.models import Integration, UseCase
from integrations.operations.author import Author

Context = dict[str, object]


def author_of(request: HubRequest) -> Author:
    """The signed-in person as the operations know them, now."""
    actor = actor_of(request.principal, request)
    return Author(request.organization, actor, is_admin=may(request, Capability.ADMIN), at=clock.now())


def frame_of(request: HubRequest, integration: Integration, *, tab: str, use_cases: int) -> Context:
    """The head and the tabs of an integration; tab is the key of the open one."""
    return {
        "integration": integration,
        "tab": tab,
        "tabs": [
            _tab("use-cases", _("Use cases"), reverse("integrations:detail", args=[integration.pk]), use_cases),
            _tab("connection", _("Connection"), reverse("integrations:connection", args=[integration.pk])),
            _tab("environment", _("Environment"), reverse("integrations:environment", args=[integration.pk])),
            _tab("settings", _("Settings"), reverse("integrations:settings", args=[integration.pk])),
        ],
        "may_edit": may(request, Capability.WRITE),
        "may_issue_tokens": may(request, Capability.TOKEN_CREATE),
    }


def address_of(use_case: UseCase, name: str = "use-case") -> str:
    """The page of a use case."""
    return reverse(f"integrations:{name}", args=[use_case.integration_id, use_case.pk])


def _tab(key: str, label: str, url: str, count: int | None = None) -> dict[str, object]:
    return {"key": key, "label": label, "url": url, "count": count}
