"""The facts beside a delivery, and those of its acknowledgement."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hub.entities.read import title
from hub.ids import to_text
from outbound.delivery_facts import DeliveryFacts
from outbound.models import DELIVERY_PREFIX, Acknowledgement
from outbound.ui.names import Names
from outbound.ui.story import time_to_acknowledge
from outbound.uploads.receivers import is_upload

Inputs = dict[str, Any]  # Any: named inputs of a component
MESSAGE_PREFIX = "msg_"


def facts_list(facts: DeliveryFacts, names: Names) -> list[Inputs]:
    """Keys and values of the rail; what a delivery does not have is left out."""
    delivery = facts.row.delivery
    listed: list[Inputs] = [
        _copied(_("Delivery id"), to_text(DELIVERY_PREFIX, delivery.id)),
        _copied(_("Message id"), to_text(MESSAGE_PREFIX, delivery.message_id)),
        {"label": _("Made"), "at": delivery.created_at},
        {"label": _("Ended"), "at": delivery.finished_at} if delivery.finished_at else {},
        _receiver(facts, names),
        _event(facts),
        _entity(facts),
        _use_case(facts, names),
        _copied(_("Correlation"), delivery.correlation_id),
        _linked(_("Same correlation"), _("Trace"), find_url("monitoring:trace", delivery.correlation_id)),
        _linked(_("Same correlation"), _("Inbound events"), _correlated("inbound:events", delivery.correlation_id)),
        _linked(_("Same correlation"), _("Deliveries"), _correlated("outbound:deliveries", delivery.correlation_id)),
        _original(facts),
        _linked(_("Reason"), delivery.reason, ""),
    ]
    return [fact for fact in listed if fact]


def acknowledgement_of(one: Acknowledgement | None) -> dict[str, Any] | None:  # Any: what a template shows
    """The status of an acknowledgement, and its facts; None where nobody tracks the event."""
    if one is None:
        return None
    statuses = {
        Acknowledgement.State.PENDING: ("pending", _("Pending")),
        Acknowledgement.State.ACKNOWLEDGED: ("acknowledged", _("Acknowledged")),
        Acknowledgement.State.TIMED_OUT: ("warning", _("Expired")),
        Acknowledgement.State.FAILED: ("error", _("Not processed")),
    }
    status, words = statuses[Acknowledgement.State(one.state)]
    took = time_to_acknowledge(one)
    listed: list[Inputs] = [
        {"label": _("Delivered"), "at": one.delivered_at} if one.delivered_at else {},
        {"label": _("Time ends"), "at": one.due_at} if one.due_at else {},
        {"label": _("Closed"), "at": one.closed_at} if one.closed_at else {},
        _linked(_("Took"), took, "") if one.state == Acknowledgement.State.ACKNOWLEDGED else {},
        _linked(_("Message"), one.message, ""),
        _copied(_("Ack id"), str(one.pk)),
    ]
    return {"status": status, "words": words, "facts": [fact for fact in listed if fact]}


def find_url(name: str, *args: object) -> str:
    """The address of a page, or nothing where it is not mounted."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _copied(label: str, value: str) -> Inputs:
    return {"label": label, "value": value, "mono": True, "copyable": True} if value else {}


def _linked(label: str, value: str, url: str) -> Inputs:
    return {"label": label, "value": value, "url": url} if value else {}


def _receiver(facts: DeliveryFacts, names: Names) -> Inputs:
    """The webhook, or the recipe by which files go out."""
    delivery = facts.row.delivery
    if not is_upload(delivery.webhook_id):
        return _linked(_("Webhook"), names.webhook(delivery.webhook_id), _webhook_url(facts))
    kept = facts.detail.body.request.get("upload") if facts.detail.body else None
    slug = str(kept["use_case_slug"]) if isinstance(kept, dict) else ""
    recipe = next(
        (one for one in names.use_cases.values() if (one.integration_id, one.slug) == (delivery.integration_id, slug)),
        None,
    )
    url = find_url("integrations:use-case", recipe.integration_id, recipe.pk) if recipe else ""
    return _linked(_("Recipe"), slug, url) | ({"mono": True} if slug else {})


def _webhook_url(facts: DeliveryFacts) -> str:
    return find_url("outbound:webhook", facts.webhook.pk) if facts.webhook else ""


def _event(facts: DeliveryFacts) -> Inputs:
    event = facts.event
    if event is None:
        return {}
    identifier = to_text("", event.pk)
    url = find_url("web:past-core-event", event.name, identifier)
    return {"label": _("Core event"), "value": f"{event.name} {event.version}", "url": url, "mono": True}


def _entity(facts: DeliveryFacts) -> Inputs:
    entity = facts.entity
    if entity is None:
        return {}
    return _linked(_("Entity"), title(entity), find_url("web:entity", entity.schema, entity.pk))


def _use_case(facts: DeliveryFacts, names: Names) -> Inputs:
    delivery = facts.row.delivery
    slug = names.places.use_case(delivery.use_case_id)
    if not slug:
        return {}
    shown = f"{slug}@v{delivery.use_case_version}" if delivery.use_case_version else slug
    known = delivery.use_case_id in names.use_cases
    url = find_url("integrations:use-case", delivery.integration_id, delivery.use_case_id) if known else ""
    return {"label": _("Use case"), "value": shown, "url": url, "mono": True}


def _correlated(page: str, correlation_id: str) -> str:
    url = find_url(page)
    return f"{url}?{urlencode({'correlation': correlation_id})}" if url and correlation_id else ""


def _original(facts: DeliveryFacts) -> Inputs:
    if facts.original is None:
        return {}
    identifier = to_text(DELIVERY_PREFIX, facts.original.id)
    return _linked(_("Sends again"), identifier, find_url("outbound:delivery", identifier)) | {"mono": True}
