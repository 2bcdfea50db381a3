"""/v1/access-tokens: issue, list, rename and revoke the organization's API tokens."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts import operations
from hub.accounts.grant_lines import parse_grants
from hub.accounts.grants import Capability
from hub.accounts.lifetimes import parse_expiry
from hub.accounts.models import ApiToken
from hub.accounts.operations import TokenOrder
from hub.api.idempotency import once_per_key
from hub.api.token_documents import documented_item, documented_list
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid, NotFound
from hub.json_types import JSONObject, JSONPath, JSONValue

TOKEN_ADMINISTRATION = (Capability.TOKEN_CREATE, Capability.ADMIN)
INTEGRATIONS_PER_TOKEN = 100


@documented_list
class AccessTokens(HubAPIView):
    """All tokens that are not revoked, and new ones."""

    requires = {"GET": TOKEN_ADMINISTRATION, "POST": TOKEN_ADMINISTRATION}

    def get(self, request: Request) -> Response:
        """Every token, oldest first, without its text."""
        tokens = ApiToken.objects.of(self.organization).filter(revoked_at__isnull=True).order_by("created_at", "pk")
        return Response({"data": [as_json(token) for token in tokens]})

    @once_per_key
    def post(self, request: Request) -> Response:
        """A new token; its text is in this answer and nowhere else."""
        at = clock.now()
        body = self.body_object()
        order = TokenOrder(
            name=_text(body, "name"),
            grants=parse_grants(body.get("grants"), JSONPath("grants")),
            integration_ids=_uuids(body.get("integration_ids"), JSONPath("integration_ids")),
            read_only=_boolean(body, "read_only"),
            expires_at=parse_expiry(body.get("expires_in", body.get("expires_at")), at, _expiry_key(body)),
        )
        issued = operations.issue_token(
            organization=self.organization, order=order, issuer=self.principal, actor=self.actor, at=at
        )
        return Response(as_json(issued.token) | {"token": issued.text}, status=201)


@documented_item
class AccessToken(HubAPIView):
    """One token."""

    requires = {"GET": TOKEN_ADMINISTRATION, "PATCH": TOKEN_ADMINISTRATION, "DELETE": TOKEN_ADMINISTRATION}

    def get(self, request: Request, token_id: str) -> Response:
        """The token without its text."""
        token = ApiToken.objects.of(self.organization).filter(pk=token_id, revoked_at__isnull=True).first()
        if token is None:
            raise NotFound("There is no such token.")
        return Response(as_json(token))

    def patch(self, request: Request, token_id: str) -> Response:
        """Another name; what a token may do never changes."""
        name = _text(self.body_object(), "name")
        token = operations.rename_token(
            organization=self.organization, token_id=token_id, name=name, actor=self.actor, at=clock.now()
        )
        return Response(as_json(token))

    def delete(self, request: Request, token_id: str) -> Response:
        """Ends the token at once."""
        operations.revoke_token(organization=self.organization, token_id=token_id, actor=self.actor, at=clock.now())
        return Response({"message": "The token is revoked."})


def as_json(token: ApiToken) -> dict[str, object]:
    """The published form: optional fields without a value are left out."""
    shown = {
        "id": token.pk,
        "name": token.name,
        "grants": token.grants,
        "read_only": token.read_only,
        "integration_ids": token.integration_ids,
        "created_by": str(token.created_by_id) if token.created_by_id else None,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _expiry_key(body: JSONObject) -> JSONPath:
    return JSONPath("expires_in" if "expires_in" in body else "expires_at")


def _text(body: JSONObject, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise Invalid(f"The {key} is wrong.", details=[ErrorDetail(key, "must be a text")])
    return value


def _boolean(body: JSONObject, key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise Invalid(f"The {key} is wrong.", details=[ErrorDetail(key, "must be true or false")])
    return value


def _uuids(raw: JSONValue, at: JSONPath) -> tuple[UUID, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > INTEGRATIONS_PER_TOKEN:
        message = f"must be a list of up to {INTEGRATIONS_PER_TOKEN} ids"
        raise Invalid("The list is wrong.", details=[ErrorDetail(at, message)])
    return tuple(_uuid(identifier, at.index(position)) for position, identifier in enumerate(raw))


def _uuid(raw: JSONValue, at: JSONPath) -> UUID:
    try:
        return UUID(raw if isinstance(raw, str) else "")
    except ValueError as error:
        raise Invalid("An id is wrong.", details=[ErrorDetail(at, "must be a UUID")]) from error
