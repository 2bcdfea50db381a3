"""configured_events: what a webhook of the organization can listen to."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from hub.accounts.models import Organization
from hub.events.definitions import events_of
from outbound.models import Webhook
from outbound.webhooks.configuration import CATALOGUE_PREFIX

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LISTENED_TO: Final = "active"


class ConfiguredEvent(NamedTuple):
    """As webhooks name it, and as people read it."""

    name: str
    label: str


def configured_events(organization: Organization) -> list[ConfiguredEvent]:
    """The core events of the organization, its own published ones among them, switched on or not, and the other names
    that its webhooks have; by label. Two queries."""
    names = Webhook.objects.of(organization).order_by().values_list("event_name", flat=True).distinct()
    labels = {name: label_of(name) for name in names}
    for name, event in events_of(organization).items():
        if event.lifecycle == LISTENED_TO:
            labels[f"{CATALOGUE_PREFIX}{name}"] = event.definition.title
    return sorted((ConfiguredEvent(name, label) for name, label in labels.items()), key=lambda event: event[::-1])


def label_of(name: str) -> str:
    """``event_ContractCreated`` and ``contract.created`` read as Contract created."""
    words = [word if word.isupper() else word.lower() for word in _WORDS.findall(name.removeprefix(CATALOGUE_PREFIX))]
    text = " ".join(words) or name
    return text[0].upper() + text[1:]
