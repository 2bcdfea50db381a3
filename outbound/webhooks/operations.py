"""Create, replace, delete, pause and switch webhooks, and renew their signing secrets; each write is audited."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from hub import background
from hub.accounts.audit import Act
from hub.environments.operations.author import check_room
from hub.errors import Conflict, Forbidden
from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue
from hub.preconditions import check_version
from integrations.differences import differences
from integrations.operations.author import Author, recorded
from outbound.endings import DELIVER, cancel_waiting
from outbound.models import Endpoint, FormerSecret, Webhook, WebhookPace
from outbound.signing import new_secret
from outbound.signing_keys import seal_signing_secret, signing_key_of
from outbound.webhooks.authentication import secret_name_of
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.credentials import store_secrets
from outbound.webhooks.moving import refuse_to_follow, refuse_to_move_secret
from outbound.webhooks.queries import get_webhook
from outbound.webhooks.refusing import refuse_what_cannot_work
from outbound.webhooks.versions import check_version_exists

ID_PREFIX: Final = "wh_"
MOST_WEBHOOKS: Final = 1_000
"""The list is answered whole."""
OVERLAP: Final = timedelta(hours=24)
"""How long a former signing secret goes on signing beside the present one."""
MOST_FORMER_SECRETS: Final = 5
"""Each of them signs every request, and receivers look at only so many signatures."""
AUDITED_PATHS: Final = 50
AUDITED_VALUES: Final = frozenset({"name", "eventName", "enabled", "protected"})
"""Of the other members the trail names the places that changed: an address may hold a secret, too."""


class WebhookProtected(Forbidden):
    """The webhook is protected against this change."""

    code = "WEBHOOK_PROTECTED"


class TooManyFormerSecrets(Conflict):
    """So many former secrets still sign that a further one would have to end before its time."""

    code = "TOO_MANY_FORMER_SECRETS"


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook and its new signing secret, which is shown once."""

    webhook: Webhook
    signing_secret: str = field(repr=False)


def create_webhook(*, author: Author, sent: SentWebhook) -> WithSecret:
    """A new webhook. Raises LimitReached, or Invalid for what cannot work and a secret that would follow a variable.

    Must not be called within a transaction.
    """
    refuse_what_cannot_work(sent.configuration)
    check_version_exists(author.organization, sent.configuration)
    secret = new_secret()
    with recorded(author) as acts:
        check_room(Webhook.objects.of(author.organization).count(), MOST_WEBHOOKS, "webhooks")
        webhook = Webhook(
            id=ID_PREFIX + secrets.token_urlsafe(12),
            organization=author.organization,
            created_at=author.at,
            updated_at=author.at,
        )
        facts = _assign(webhook, sent, author)
        webhook.sealed_signing_secret = seal_signing_secret(webhook, secret, author.at)
        signing_key_of(author.organization.pk, author.at)
        webhook.save(force_insert=True)
        acts.append(_act("create", webhook, facts))
    return WithSecret(webhook, secret)


def replace_webhook(
    *, author: Author, webhook_id: str, sent: SentWebhook, expected: frozenset[int] | None = None
) -> Webhook:
    """Make the webhook what was sent; nothing at all is written when nothing is different.

    expected: the versions the caller knows, None for any. Raises WebhookNotFound, WebhookProtected, Stale, or Invalid
    for what cannot work and a secret that would go to another host or follow a variable. Must not be called within a
    transaction.
    """
    refuse_what_cannot_work(sent.configuration)
    check_version_exists(author.organization, sent.configuration)
    with _changed(author, webhook_id, expected) as (webhook, acts):
        facts = _assign(webhook, sent, author)
        if facts:
            acts.append(_act("update", webhook, facts))
    return webhook


def delete_webhook(*, author: Author, webhook_id: str, expected: frozenset[int] | None = None) -> None:
    """Delete the webhook. Raises WebhookNotFound, Stale, or WebhookProtected as long as the flag is set."""
    with recorded(author) as acts:
        webhook = get_webhook(organization=author.organization, webhook_id=webhook_id)
        if webhook.configuration.get("protected"):
            raise WebhookProtected(f"{webhook.name} is protected: take the protection away first.")
        check_version(webhook.version, expected)
        acts.append(_act("delete", webhook, {"name": [webhook.name, None]}))
        cancel_waiting(webhook.pk, "The webhook was deleted.", author.at)
        for of_webhook in (Endpoint, WebhookPace):
            of_webhook.objects.of(author.organization).filter(webhook_id=webhook.pk).delete()
        webhook.delete()


def rotate_secret(*, author: Author, webhook_id: str, overlap: timedelta = OVERLAP) -> WithSecret:
    """A new signing secret; the present one signs beside it until overlap has passed, those before as long as promised.

    No overlap: all former ones end at once. Raises WebhookNotFound, WebhookProtected, TooManyFormerSecrets.
    """
    secret = new_secret()
    with _changed(author, webhook_id, None) as (webhook, acts):
        webhook.set_former_secrets(_formers_beside_new(webhook, overlap, author.at))
        webhook.sealed_signing_secret = seal_signing_secret(webhook, secret, author.at)
        until = timestamp(webhook.former_until) if webhook.former_until else None
        acts.append(_act("rotate_secret", webhook, {"former_until": until}))
    return WithSecret(webhook, secret)


def _formers_beside_new(webhook: Webhook, overlap: timedelta, at: datetime) -> list[FormerSecret]:
    if overlap <= timedelta(0):
        return []
    kept = webhook.former_secrets(at)
    if len(kept) >= MOST_FORMER_SECRETS:
        first = timestamp(min(one.until for one in kept))
        raise TooManyFormerSecrets(
            f"{len(kept)} former secrets of {webhook.name} still sign, the first of them until {first}. Renew it after"
            " that, or through the API with overlapHours 0, which ends all former secrets at once."
        )
    return [FormerSecret(webhook.sealed_signing_secret, at + overlap), *kept]


def pause_webhook(*, author: Author, webhook_id: str) -> Webhook:
    """Hold what is to be delivered; one that is paused stays so. Raises WebhookNotFound, WebhookProtected."""
    with _changed(author, webhook_id, None) as (webhook, acts):
        if webhook.paused_at is None:
            webhook.paused_at = author.at
            acts.append(_act("pause", webhook, {}))
    return webhook


def resume_webhook(*, author: Author, webhook_id: str) -> Webhook:
    """Go on with what was held. Raises WebhookNotFound, WebhookProtected."""
    with _changed(author, webhook_id, None) as (webhook, acts):
        if webhook.paused_at is not None:
            acts.append(_act("resume", webhook, {"paused_at": [timestamp(webhook.paused_at), None]}))
            webhook.paused_at = None
    return webhook


def set_enabled(*, author: Author, webhook_id: str, enabled: bool, reason: str = "") -> Webhook:
    """Switch the webhook on or off; reason stands in the trail. Raises WebhookNotFound, WebhookProtected."""
    with _changed(author, webhook_id, None) as (webhook, acts):
        if webhook.enabled != enabled:
            facts: JSONObject = {"enabled": [webhook.enabled, enabled]}
            facts |= {"reason": reason} if reason else {}
            webhook.switch(enabled=enabled)
            acts.append(_act("enable" if enabled else "disable", webhook, facts))
    return webhook


@contextmanager
def _changed(author: Author, webhook_id: str, expected: frozenset[int] | None) -> Iterator[tuple[Webhook, list[Act]]]:
    """The row to change, which is stored as a further version where the change is an act."""
    with recorded(author) as acts:
        webhook = get_webhook(organization=author.organization, webhook_id=webhook_id)
        if webhook.configuration.get("protected") and not author.is_admin:
            raise WebhookProtected(f"{webhook.name} is protected: only an admin may change it.")
        check_version(webhook.version, expected)
        was_enabled = webhook.enabled
        yield webhook, acts
        if acts:
            webhook.version += 1
            webhook.updated_at = author.at
            webhook.save(force_update=True)
            if was_enabled and not webhook.enabled:
                cancel_waiting(webhook.pk, "The webhook was disabled.", author.at)
            background.after_commit(DELIVER)


def _assign(webhook: Webhook, sent: SentWebhook, author: Author) -> JSONObject:
    """Put what was sent on the row, unsaved; what is different, as the audit trail shows it."""
    refuse_to_move_secret(webhook, sent)
    needed = secret_name_of(sent.configuration.authentication)
    renewed = store_secrets(webhook, sent.secrets, needed=needed, at=author.at)
    before, document = webhook.configuration, sent.document_after(webhook.configuration)
    found = [one for one in differences(before, document) if one.path not in AUDITED_VALUES]
    places: list[JSONValue] = [str(one.path) for one in found[:AUDITED_PATHS]]
    facts: JSONObject = {
        name: [before.get(name), document.get(name)]
        for name in sorted(AUDITED_VALUES)
        if before.get(name) != document.get(name)
    }
    facts |= {"configuration": places} if places else {}
    if renewed:
        facts["secrets"] = [*sorted(renewed)]
    webhook.configuration = document
    refuse_to_follow(webhook)
    webhook.name, webhook.event_name = sent.configuration.name, sent.configuration.event_name
    webhook.enabled = sent.configuration.enabled
    return facts


def _act(done: str, webhook: Webhook, facts: JSONObject) -> Act:
    return Act(f"webhook.{done}", "webhook", webhook.pk, facts)
