"""Builders: a whole, valid thing from keyword overrides alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.accounts.grant_lines import parse_grants
from hub.accounts.models import ApiToken, Membership, Organization, Role, User
from hub.accounts.token_text import compose
from hub.accounts.tokens import digest_of
from hub.environments.models import Portal, PortalOrigin, Variable, VariableGroup, VariableType
from hub.environments.resolve import seal_value
from integrations.models import Integration, UseCase, UseCaseType
from outbound.models import Webhook
from outbound.signing import new_secret
from outbound.signing_keys import seal_signing_secret
from outbound.webhooks.changes import DEFAULTS

NOW = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
"""What the clock says until a test moves it."""
EVERY_GRANT = ("erp:*", "integration:*", "entity:*", "environments:*", "webhook:*", "automation:*", "token:create")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Token:
    """A stored token together with its text."""

    row: ApiToken
    text: str

    @property
    def id(self) -> str:
        """The public id."""
        return self.row.pk


def make_organization(**fields: Any) -> Organization:
    """A tenant with a name of its own."""
    number = next(_numbers)
    return Organization.objects.create(
        **{"slug": f"works-{number}", "name": f"Works {number}", "created_at": NOW} | fields
    )


def make_user(**fields: Any) -> User:
    """A person who can sign in."""
    return User.objects.create_user(
        **{"email": f"person-{next(_numbers)}@example.test", "password": "correct horse battery"} | fields
    )


def make_member(*, organization: Organization, role: str = Role.VIEWER, user: User | None = None) -> Membership:
    """A person with a role."""
    return Membership.objects.create(organization=organization, user=user or make_user(), role=role, created_at=NOW)


def make_token(*, organization: Organization, grants: tuple[Any, ...] = EVERY_GRANT, **fields: Any) -> Token:
    """A token that may do everything a token can; integration_ids takes UUIDs."""
    fresh = compose()
    lines = [grant.as_json() for grant in parse_grants(list(grants))]
    bound_to = [str(identifier) for identifier in fields.pop("integration_ids", ())]
    stored = {"name": "ERP", "created_at": NOW, "grants": lines, "integration_ids": bound_to}
    row = ApiToken.objects.create(
        id=fresh.public_id, organization=organization, digest=digest_of(fresh.text), **stored | fields
    )
    return Token(row, fresh.text)


def make_expired_token(*, organization: Organization) -> Token:
    """A token that ended a second ago."""
    return make_token(organization=organization, expires_at=NOW - timedelta(seconds=1))


def make_integration(*, organization: Organization, **fields: Any) -> Integration:
    """An ERP integration without use cases."""
    stored = {"name": f"ERP {next(_numbers)}", "created_at": NOW, "updated_at": NOW}
    return Integration.objects.create(organization=organization, **stored | fields)


def make_use_case(*, integration: Integration, **fields: Any) -> UseCase:
    """An enabled inbound use case; configuration maps nothing until a test says what."""
    number = next(_numbers)
    stored = {
        "name": f"Use case {number}",
        "slug": f"use-case-{number}",
        "type": UseCaseType.INBOUND,
        "enabled": True,
        "configuration": {"entities": []},
        "created_at": NOW,
        "updated_at": NOW,
    }
    return UseCase.objects.create(
        organization_id=integration.organization_id, integration=integration, **stored | fields
    )


def make_variable(*, organization: Organization, value: Any = "value", **fields: Any) -> Variable:
    """A variable of type String; value None leaves it without one."""
    stored = {"key": f"key-{next(_numbers)}", "type": VariableType.STRING, "created_at": NOW, "updated_at": NOW}
    row = Variable(organization=organization, **stored | fields)
    if value is not None:
        seal_value(row, value, NOW)
    row.save(force_insert=True)
    return row


def make_secret(*, organization: Organization, key: str, value: str = "s3cr3t-value") -> Variable:
    """A variable of type SecretString."""
    return make_variable(organization=organization, key=key, value=value, type=VariableType.SECRET)


def make_group(*, organization: Organization, **fields: Any) -> VariableGroup:
    """A group without variables."""
    stored = {"name": f"Group {next(_numbers)}", "created_at": NOW, "updated_at": NOW}
    return VariableGroup.objects.create(organization=organization, **stored | fields)


def make_portal(*, organization: Organization, **fields: Any) -> Portal:
    """A portal for end customers."""
    stored = {"portal_id": f"portal-{next(_numbers)}", "origin": PortalOrigin.END_CUSTOMER, "created_at": NOW}
    return Portal.objects.create(organization=organization, **stored | fields)


def make_webhook(*, organization: Organization, configuration: dict[str, Any] | None = None, **fields: Any) -> Webhook:
    """An enabled webhook that posts to an ERP; configuration holds what is different from that."""
    number = next(_numbers)
    whole: dict[str, Any] = (
        DEFAULTS
        | {
            "name": f"Webhook {number}",
            "eventName": "event_ContractCreated",
            "url": "https://erp.example.com/hook",
        }
        | (configuration or {})
    )
    stored = {"id": f"wh_{number:016}", "created_at": NOW, "updated_at": NOW}
    webhook = Webhook(
        organization=organization,
        name=whole["name"],
        event_name=whole["eventName"],
        configuration=whole,
        **{"enabled": whole["enabled"]} | stored | fields,
    )
    webhook.sealed_signing_secret = seal_signing_secret(webhook, new_secret(), NOW)
    webhook.save(force_insert=True)
    return webhook
