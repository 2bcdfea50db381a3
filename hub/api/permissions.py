"""HasGrant: a route's declared capability, checked against the caller before the view runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast
from uuid import UUID

from rest_framework.permissions import BasePermission

from hub.accounts.grants import Capability, allows, allows_somewhere, missing
from hub.accounts.principals import Principal
from hub.accounts.tokens import Unauthenticated

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class DeclaringView(Protocol):
    """What a view tells about the access it asks for; HubAPIView does."""

    checks_each_integration: ClassVar[bool]
    kwargs: dict[str, Any]

    @classmethod
    def required_capability(cls, method: str) -> Required:
        """The capability declared for the method."""


Required = Capability | tuple[Capability, ...]
"""One capability, or several of which any one is enough."""


class HasGrant(BasePermission):
    """Refuses whoever lacks what the view declares for the method in requires."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True, or raises Unauthenticated or Forbidden with a sentence."""
        principal = request.auth
        if not isinstance(principal, Principal):
            raise Unauthenticated("A token is needed: send it as Authorization: Bearer.")
        declaring = cast(DeclaringView, view)
        if request.method == "OPTIONS":
            return True
        required = declaring.required_capability(request.method or "")
        if not _is_satisfied(principal, required, declaring):
            raise missing(*as_tuple(required))
        return True


def as_tuple(required: Required) -> tuple[Capability, ...]:
    """The capabilities of which one is enough."""
    return (required,) if isinstance(required, Capability) else required


def _is_satisfied(principal: Principal, required: Required, view: DeclaringView) -> bool:
    if view.checks_each_integration:
        return any(allows_somewhere(principal, capability) for capability in as_tuple(required))
    integration_id = view.kwargs.get("integration_id")
    return _any_allows(principal, as_tuple(required), integration_id, view.kwargs)


def _any_allows(
    principal: Principal, capabilities: Iterable[Capability], integration_id: UUID | None, kwargs: dict[str, Any]
) -> bool:
    schema = kwargs.get("schema")
    return any(allows(principal, capability, integration_id, schema) for capability in capabilities)
