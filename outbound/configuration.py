"""The typed configuration of an outbound use case: event, mappings, deliveries (api.md 9.5, outbound.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.jsonata.text_functions import advice_about_files
from integrations.findings import CONDITION_CHARACTERS, Findings

DELIVERY_TYPES = ("webhook", "poll", "file_proxy")
OF_ONE_DELIVERY = {
    "webhook": ("webhook_id", "webhook_name", "webhook_url", "ordering", "on_failure"),
    "poll": ("retention_days", "poison_policy", "max_delivery_attempts"),
    "file_proxy": ("use_case_slug",),
}
"""Type of delivery → the members that belong to it and to no other."""
OF_A_USE_CASE = frozenset({"event_catalog_event", "event_filter", "ack_tracking", "ignore_own_changes", "mappings"})
OF_A_MAPPING = frozenset({"id", "name", "enabled", "jsonata_expression", "delivery", "created_at", "updated_at"})
ACK_TRACKING = ("on", "off")
POISON_POLICIES = ("dead_letter", "block")
ORDERINGS = ("none", "entity")
ON_FAILURE = ("continue", "block")
RETENTION_DAYS = 30
"""How long a message waits for the ERP, where a mapping says nothing else."""
MOST_ATTEMPTS = 5
"""Leases of a message before its poison policy applies, likewise."""
POLL_EXPRESSION_CHARACTERS = 10_000
URL_CHARACTERS = 8 * 1024


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """To a webhook, which may not be there.

    is_ordered: what concerns one entity goes one after the other. blocks: a delivery that failed for good holds back
    those of its entity until it is sent again; else they go on, and that their order is broken is told.
    """

    webhook_id: str
    is_ordered: bool = False
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class PollDelivery:
    """Into the queue that the ERP takes messages from. blocks: a message that fails holds back those behind it."""

    retention_days: int = RETENTION_DAYS
    blocks: bool = False
    most_attempts: int = MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class FileDelivery:
    """Through an upload recipe of the same integration."""

    use_case_slug: str


DeliveryTarget = WebhookDelivery | PollDelivery | FileDelivery


@dataclass(frozen=True, slots=True)
class OutboundMapping:
    """One target of an event. id None: the server gives it one. delivery None: it was refused."""

    id: UUID | None
    name: str
    enabled: bool
    jsonata_expression: str | None
    delivery_type: str
    delivery: DeliveryTarget | None = None


@dataclass(frozen=True, slots=True)
class OutboundConfiguration:
    """Which event is delivered where."""

    event_catalog_event: str
    event_filter: str | None
    tracks_acknowledgement: bool
    ignores_own_changes: bool
    """Whether changes that came from the same integration are left out, so that the ERP does not get its own data."""
    mappings: tuple[OutboundMapping, ...]
    expressions: tuple[tuple[JSONPath, str], ...]
    warnings: tuple[ErrorDetail, ...]

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> OutboundConfiguration:
        """Raises Invalid with every finding."""
        findings = Findings()
        findings.warn_of_others(raw, at, OF_A_USE_CASE)
        tracking = findings.optional_word(raw.get("ack_tracking"), at.key("ack_tracking"), ACK_TRACKING, default="on")
        configuration = cls(
            event_catalog_event=findings.text(raw.get("event_catalog_event"), at.key("event_catalog_event")),
            event_filter=findings.optional_expression(
                raw.get("event_filter"), at.key("event_filter"), most_characters=CONDITION_CHARACTERS
            ),
            tracks_acknowledgement=tracking == "on",
            ignores_own_changes=findings.optional_boolean(
                raw.get("ignore_own_changes"), at.key("ignore_own_changes"), default=True
            ),
            mappings=_mappings(raw.get("mappings"), at.key("mappings"), findings),
            expressions=tuple(findings.expressions),
            warnings=tuple(findings.warnings),
        )
        findings.raise_if_any()
        return configuration


def _mappings(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[OutboundMapping, ...]:
    parsed = [(_mapping(one, place, findings), place) for one, place in findings.objects(raw, at, least=1)]
    seen: set[UUID] = set()
    has_poll = False
    for mapping, place in parsed:
        if mapping.id is not None and mapping.id in seen:
            findings.error(place.key("id"), "stands in the list twice")
        if mapping.delivery_type == "poll" and has_poll:
            findings.error(place.key("delivery"), "is the second poll delivery; a use case has one at most")
        seen |= {mapping.id} if mapping.id else set()
        has_poll = has_poll or mapping.delivery_type == "poll"
    return tuple(mapping for mapping, _ in parsed)


def _mapping(raw: JSONObject, at: JSONPath, findings: Findings) -> OutboundMapping:
    delivery = findings.object(raw.get("delivery"), at.key("delivery"))
    delivery_type = _delivery(delivery, at.key("delivery"), findings.inside(raw.get("delivery")))
    findings.warn_of_others(raw, at, OF_A_MAPPING)
    if delivery_type:  # members of other types of delivery are refused, and need no warning besides
        findings.warn_of_others(delivery, at.key("delivery"), {"type", *OF_ONE_DELIVERY[delivery_type]})
    return OutboundMapping(
        id=None if raw.get("id") is None else findings.identifier(raw["id"], at.key("id")),
        name=findings.text(raw.get("name"), at.key("name")),
        enabled=findings.optional_boolean(raw.get("enabled"), at.key("enabled"), default=True),
        jsonata_expression=_expression(raw, at, findings, delivery_type),
        delivery_type=delivery_type,
        delivery=_target(delivery, delivery_type),
    )


def _target(raw: JSONObject, delivery_type: str) -> DeliveryTarget | None:
    """The delivery in its type, once it was looked at."""
    if delivery_type == "webhook":
        webhook_id = str(raw.get("webhook_id") or "")
        return WebhookDelivery(webhook_id, raw.get("ordering") == "entity", raw.get("on_failure") == "block")
    if delivery_type == "file_proxy":
        return FileDelivery(str(raw.get("use_case_slug") or ""))
    if delivery_type != "poll":
        return None
    attempts, days = raw.get("max_delivery_attempts"), raw.get("retention_days")
    return PollDelivery(
        days if isinstance(days, int) else RETENTION_DAYS,
        raw.get("poison_policy") == "block",
        attempts if isinstance(attempts, int) else MOST_ATTEMPTS,
    )


def _expression(raw: JSONObject, at: JSONPath, findings: Findings, delivery_type: str) -> str | None:
    expression, place = raw.get("jsonata_expression"), at.key("jsonata_expression")
    if delivery_type == "webhook":
        if isinstance(expression, str) and "file_data" in expression and (advice := advice_about_files(expression)):
            findings.warn(place, advice)
        return findings.expression(expression, place)
    if delivery_type == "file_proxy":
        findings.refuse(raw, at, ("jsonata_expression",), "is not allowed with a file_proxy delivery")
        return None
    return findings.optional_expression(expression, place, most_characters=POLL_EXPRESSION_CHARACTERS)


def _delivery(raw: JSONObject, at: JSONPath, findings: Findings) -> str:
    """The type of a delivery; empty when it has none that is known."""
    type = raw.get("type")
    if not isinstance(type, str) or type not in DELIVERY_TYPES:
        findings.word(type, at.key("type"), DELIVERY_TYPES)
        return ""
    others = (name for other, names in OF_ONE_DELIVERY.items() if other != type for name in names)
    findings.refuse(raw, at, others, f"is not allowed with a {type} delivery")
    {"webhook": _check_webhook, "poll": _check_poll, "file_proxy": _check_file_proxy}[type](raw, at, findings)
    return type


def _check_webhook(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    findings.text(raw.get("webhook_id"), at.key("webhook_id"))
    findings.optional_text(raw.get("webhook_name"), at.key("webhook_name"))
    findings.optional_text(raw.get("webhook_url"), at.key("webhook_url"), longest=URL_CHARACTERS)
    findings.optional_word(raw.get("ordering"), at.key("ordering"), ORDERINGS, default=ORDERINGS[0])
    findings.optional_word(raw.get("on_failure"), at.key("on_failure"), ON_FAILURE, default=ON_FAILURE[0])


def _check_poll(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    findings.optional_whole(raw.get("retention_days"), at.key("retention_days"), least=1, most=90)
    findings.optional_whole(raw.get("max_delivery_attempts"), at.key("max_delivery_attempts"), least=1, most=100)
    findings.optional_word(
        raw.get("poison_policy"), at.key("poison_policy"), POISON_POLICIES, default=POISON_POLICIES[0]
    )


def _check_file_proxy(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    findings.slug(raw.get("use_case_slug"), at.key("use_case_slug"))
