"""install: the demo's organization, people, token, integration and first events; running it again changes nothing."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from hub import clock
from hub.accounts import operations as accounts
from hub.accounts.audit import OPERATOR
from hub.accounts.grant_lines import parse_grants
from hub.accounts.models import ApiToken, Membership, Organization, Role, User
from hub.accounts.operations import TokenOrder
from hub.accounts.tokens import digest_of
from hub.json_types import JSONObject, JSONPath
from hub.plugins import load
from inbound.demo import blueprint, events, payloads
from inbound.demo.town import Customer
from inbound.receive.arrivals import Sender
from inbound.receive.batch import receive_batch
from inbound.receive.envelope import parse_batch
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import read_items
from integrations.findings import Findings
from integrations.models import Integration
from integrations.operations.author import Author
from integrations.operations.integrations import create_integration

EMAIL = "demo@stadtwerke-musterstadt.example"
GRANTS = ("erp:*", "entity:view", "integration:consume")
PER_REQUEST = 100


@dataclass(frozen=True)
class Credentials:
    """What a newcomer signs in with; kept beside the database, readable by its owner only."""

    email: str
    password: str
    token: str


def install() -> tuple[Credentials, Integration]:
    """Everything the demo consists of; what is there already stays as it is."""
    organization = _organization()
    credentials = _credentials(organization)
    integration = Integration.objects.of(organization).filter(name=blueprint.INTEGRATION).first()
    if integration is None:
        integration = _integration(organization)
        for path in settings.DEMO_PARTS:
            load(path)(organization=organization, integration=integration)
        _play(organization, integration)
    return credentials, integration


def sample_event() -> JSONObject:
    """The one event that the printed curl sends: a customer who was not there before."""
    event = events.event("customer-sync", payloads.partner(Customer(4711)), clock.now())
    return {name: value for name, value in event.items() if name != "format"}


def _organization() -> Organization:
    slug, name = blueprint.ORGANIZATION
    found = Organization.objects.filter(slug=slug).first()
    return found or accounts.create_organization(slug=slug, name=name, actor=OPERATOR, at=clock.now())


def _credentials(organization: Organization) -> Credentials:
    """Those of the last time while they still work, else new ones."""
    file = Path(settings.HUB_VAR_DIR) / "demo.json"
    kept = _read(file)
    if kept is not None and _still_work(organization, kept):
        return kept
    fresh = Credentials(EMAIL, secrets.token_urlsafe(12), _issue_token(organization))
    _sign_up(organization, fresh)
    _write(file, fresh)
    return fresh


def _read(file: Path) -> Credentials | None:
    try:
        return Credentials(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(file: Path, credentials: Credentials) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(asdict(credentials), opened)


def _still_work(organization: Organization, kept: Credentials) -> bool:
    token = ApiToken.objects.of(organization).filter(digest=digest_of(kept.token), revoked_at=None).exists()
    user = User.objects.filter(email=kept.email).first()
    return token and user is not None and user.check_password(kept.password)


def _issue_token(organization: Organization) -> str:
    order = TokenOrder(name="Demo ERP", grants=parse_grants(list(GRANTS)))
    issued = accounts.issue_token(organization=organization, order=order, issuer=None, actor=OPERATOR, at=clock.now())
    return issued.text


def _sign_up(organization: Organization, credentials: Credentials) -> None:
    user = User.objects.filter(email=credentials.email).first()
    if user is None:
        user = User.objects.create_user(credentials.email, name="Jule Brandt")
    user.set_password(credentials.password)
    user.save()
    if not Membership.objects.of(organization).filter(user=user).exists():
        accounts.add_member(organization=organization, user=user, role=Role.OWNER, actor=OPERATOR, at=clock.now())


def _integration(organization: Organization) -> Integration:
    author = Author(organization=organization, actor=OPERATOR, is_admin=True, at=clock.now())
    changes = IntegrationChanges({"name": blueprint.INTEGRATION, "description": blueprint.DESCRIPTION})
    findings = Findings()
    items = read_items([_use_case(*one) for one in blueprint.USE_CASES], JSONPath("use_cases"), findings)
    findings.raise_if_any()
    return create_integration(author=author, changes=changes, items=items)


def _use_case(name: str, slug: str, mapping: JSONObject) -> JSONObject:
    return {"name": name, "slug": slug, "type": "inbound", "enabled": True, "configuration": mapping}


def _play(organization: Organization, integration: Integration) -> None:
    """The first load and the deliberate failures, through the same stage as every request."""
    organization.refresh_from_db()
    at = clock.now()
    sent = [*events.first_load(at), *events.failures(at)]
    for start in range(0, len(sent), PER_REQUEST):
        request = {"integration_id": str(integration.pk), "events": sent[start : start + PER_REQUEST]}
        body = json.dumps(request, ensure_ascii=False)
        sender = Sender(organization.pk, organization.config_version)
        receive_batch(
            sender=sender, batch=parse_batch(body.encode(), version=3, most_events=PER_REQUEST), at=clock.now()
        )
