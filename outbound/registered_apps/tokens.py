"""token_for: a token that goes to an app with a call and counts for ten minutes, for what the app has declared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hub.accounts.audit import Actor
from hub.accounts.grant_lines import parse_grants
from hub.accounts.models import ApiToken, Organization
from hub.accounts.operations import TokenOrder, issue_token
from hub.names import NAME_CHARACTERS
from outbound.models import AppToken, RegisteredApp

LIFETIME: Final = timedelta(minutes=10)
REMOVED_AT_ONCE: Final = 100


@transaction.atomic
def token_for(*, organization: Organization, app: RegisteredApp, actor: Actor, at: datetime) -> str:
    """The text of a new token; expired ones of the organization's apps go with it, a hundred at a time."""
    _remove_expired(organization, at)
    order = TokenOrder(
        name=f"App {app.name}"[:NAME_CHARACTERS], grants=parse_grants(app.grants), expires_at=at + LIFETIME
    )
    issued = issue_token(organization=organization, order=order, issuer=None, actor=actor, at=at)
    AppToken.objects.create(
        token_id=issued.token.pk, organization_id=organization.pk, app_id=app.app_id, expires_at=at + LIFETIME
    )
    return issued.text


def revoke_tokens(app: RegisteredApp, at: datetime) -> None:
    """End what the app still holds; in the transaction of whoever ends the app."""
    ids = list(AppToken.objects.of(app.organization).filter(app_id=app.app_id).values_list("pk", flat=True))
    ApiToken.objects.of(app.organization).filter(pk__in=ids, revoked_at__isnull=True).update(revoked_at=at)


def _remove_expired(organization: Organization, at: datetime) -> None:
    expired = AppToken.objects.of(organization).filter(expires_at__lt=at).order_by("expires_at")
    ids = list(expired.values_list("pk", flat=True)[:REMOVED_AT_ONCE])
    ApiToken.objects.of(organization).filter(pk__in=ids).delete()
    AppToken.objects.of(organization).filter(pk__in=ids).delete()
