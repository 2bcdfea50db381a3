"""manage.py hub_token: issue, list and revoke API tokens."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.core.management.base import CommandParser

from hub import clock
from hub.accounts import operations
from hub.accounts.audit import OPERATOR
from hub.accounts.grant_lines import parse_grants
from hub.accounts.lifetimes import parse_expiry
from hub.accounts.models import ApiToken
from hub.accounts.operations import TokenOrder
from hub.json_types import JSONPath
from hub.management.acts import ActCommand, Document, Options, find_organization


def create(options: Options) -> Document:
    """A new token; its text is in the answer and nowhere else."""
    at = clock.now()
    actions = [word for part in options["grants"] for word in part.split(",") if word]
    order = TokenOrder(
        name=options["name"],
        grants=parse_grants(list(actions), JSONPath("grants")),
        integration_ids=options["integration"],
        read_only=options["read_only"],
        expires_at=parse_expiry(options["expires"], at, JSONPath("expires")),
    )
    organization = find_organization(options["organization"])
    issued = operations.issue_token(organization=organization, order=order, issuer=None, actor=OPERATOR, at=at)
    return {"id": issued.token.pk, "token": issued.text, "organization": organization.slug, **_facts(issued.token)}


def list_all(options: Options) -> Document:
    """Every token of the organization that is not revoked."""
    organization = find_organization(options["organization"])
    tokens = ApiToken.objects.of(organization).filter(revoked_at__isnull=True).order_by("created_at", "pk")
    return {"tokens": [{"id": token.pk, **_facts(token)} for token in tokens]}


def revoke(options: Options) -> Document:
    """The token ends at once."""
    organization = find_organization(options["organization"])
    operations.revoke_token(organization=organization, token_id=options["id"], actor=OPERATOR, at=clock.now())
    return {"id": options["id"], "message": "The token is revoked."}


def _facts(token: ApiToken) -> Document:
    shown = {
        "name": token.name,
        "grants": [grant["action"] for grant in token.grants],
        "integrations": token.integration_ids,
        "read_only": token.read_only,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
    }
    return {key: value for key, value in shown.items() if value is not None}


class Command(ActCommand):
    """For the person who runs the server; every act is audited as the operator's."""

    help = "Issue, list and revoke the API tokens of an organization."
    acts: ClassVar = {"create": create, "list": list_all, "revoke": revoke}

    def add_arguments(self, parser: CommandParser) -> None:
        """create, list and revoke, each with --json for machines."""
        acts = parser.add_subparsers(dest="act", required=True)
        creating = acts.add_parser("create", help="a new token; its text is printed once")
        creating.add_argument("--name", required=True)
        creating.add_argument("--grants", nargs="+", required=True, help="actions, divided by commas or blanks")
        creating.add_argument("--expires", help="10h, 7d, 2 days or an ISO 8601 moment; without it: until revoked")
        creating.add_argument("--integration", action="append", default=[], type=UUID, help="bind to it; repeatable")
        creating.add_argument("--read-only", action="store_true", help="refuse everything that changes something")
        listing = acts.add_parser("list", help="every token that is not revoked")
        revoking = acts.add_parser("revoke", help="end a token at once")
        revoking.add_argument("id", help="api_…")
        for act in (creating, listing, revoking):
            act.add_argument("--organization", required=True, help="slug")
            act.add_argument("--json", action="store_true", help="one JSON document instead of lines")
