"""record: the append-only trail of who changed what; every row carries the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from django.db import connection, transaction
from django.http import HttpRequest

from hub.accounts.client_address import client_address
from hub.accounts.models import AuditEntry, Organization, TenantQuerySet
from hub.accounts.principals import Principal
from hub.json_types import JSONObject, JSONValue

FIRST_HASH = bytes(32)
USER_AGENT_CHARACTERS = 200
NO_ORGANIZATION_LOCK = 7_351_001
"""Advisory lock of the one chain that has no organization row to lock."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: type is user, token, operator (manage.py) or system; the rest as far as it is known."""

    type: str
    id: str = ""
    impersonator_id: str = ""
    source_address: str = ""
    user_agent: str = ""
    request_id: str = ""


SYSTEM = Actor("system")
OPERATOR = Actor("operator")
"""Whoever runs manage.py on the server."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what; changes holds before and after of fields that are no secrets."""

    action: str
    object_type: str = ""
    object_id: str = ""
    changes: JSONObject | None = None
    result: str = "success"


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that does not fit its chain."""

    sequence: int
    reason: str


def actor_of(principal: Principal, request: HttpRequest) -> Actor:
    """The caller of a request."""
    return actor_at(request, principal.actor_type, principal.actor_id)


def actor_at(request: HttpRequest, actor_type: str, actor_id: str) -> Actor:
    """Somebody with the address, the user agent and the id of a request."""
    return Actor(
        type=actor_type,
        id=actor_id,
        source_address=client_address(request.META),
        user_agent=str(request.META.get("HTTP_USER_AGENT", ""))[:USER_AGENT_CHARACTERS],
        request_id=str(getattr(request, "request_id", "")),
    )


@transaction.atomic
def record(*, organization: Organization | None, actor: Actor, act: Act, at: datetime) -> AuditEntry:
    """Append one row to the organization's chain, in the caller's transaction if there is one.

    The organization row stays locked until that transaction ends, so that the chain has no fork. organization
    None is the chain of what belongs to no organization, such as a failed sign-in.
    """
    _lock(organization)
    last = newest(organization)
    entry = AuditEntry(
        organization=organization,
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor_type=actor.type,
        actor_id=_plain_text(actor.id),
        impersonator_id=_plain_text(actor.impersonator_id),
        action=act.action,
        object_type=act.object_type,
        object_id=_plain_text(act.object_id),
        changes=_storable(act.changes or {}),
        source_address=actor.source_address,
        user_agent=_plain_text(actor.user_agent)[:USER_AGENT_CHARACTERS],
        request_id=actor.request_id,
        result=act.result,
        previous_hash=bytes(last.hash) if last else FIRST_HASH,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    return entry


def newest(organization: Organization | None) -> AuditEntry | None:
    """The last row of the chain."""
    return _chain(organization).order_by("-sequence").first()


def verify(organization: Organization | None) -> Iterator[Broken]:
    """Every row of the chain that was changed, removed or inserted afterwards, oldest first."""
    previous_hash, expected = FIRST_HASH, 1
    for entry in _chain(organization).order_by("sequence").iterator(chunk_size=1000):
        if entry.sequence != expected:
            yield Broken(expected, f"missing: the next row is {entry.sequence}")
        elif bytes(entry.previous_hash) != previous_hash:
            yield Broken(entry.sequence, "does not follow the row before it")
        if hash_of(entry) != bytes(entry.hash):
            yield Broken(entry.sequence, "was changed after it was written")
        previous_hash, expected = bytes(entry.hash), entry.sequence + 1


def hash_of(entry: AuditEntry) -> bytes:
    """SHA-256 over the previous hash and the row's own content."""
    content = {
        "organization": entry.organization_id,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_type, entry.actor_id, entry.impersonator_id],
        "act": [entry.action, entry.object_type, entry.object_id, entry.result],
        "changes": entry.changes,
        "source": [entry.source_address, entry.user_agent, entry.request_id],
    }
    return hashlib.sha256(bytes(entry.previous_hash) + orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def _chain(organization: Organization | None) -> TenantQuerySet[AuditEntry]:
    return AuditEntry.objects.filter(organization=organization)


def _lock(organization: Organization | None) -> None:
    if organization is not None:
        Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization.pk)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NO_ORGANIZATION_LOCK])


def _storable(value: JSONValue) -> JSONValue:
    # Numbers with a fraction come back from the database spelled differently, which would break the hash.
    if isinstance(value, dict):
        return {_plain_text(key): _storable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, bool) or value is None:
        return value
    return value if isinstance(value, int) and abs(value) < 2**53 else str(value)


def _plain_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
