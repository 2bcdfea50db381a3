"""configured_events: what a webhook of the organization can listen to."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from hub.accounts.models import Organization
from hub.json_types import JSONValue
from integrations.models import UseCase, UseCaseType
from outbound.models import Webhook
from outbound.webhooks.configuration import CATALOGUE_PREFIX

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class ConfiguredEvent(NamedTuple):
    """As webhooks name it, and as people read it."""

    name: str
    label: str


def configured_events(organization: Organization) -> list[ConfiguredEvent]:
    """The events that webhooks and outbound use cases of the organization name, by label. Two queries."""
    names = set(Webhook.objects.of(organization).values_list("event_name", flat=True))
    use_cases = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND)
    for configuration in use_cases.values_list("configuration", flat=True):
        name = _event_of(configuration)
        names |= {f"{CATALOGUE_PREFIX}{name}"} if name else set()
    return sorted((ConfiguredEvent(name, label_of(name)) for name in names), key=lambda event: event[::-1])


def label_of(name: str) -> str:
    """``event_ContractCreated`` and ``contract.created`` read as Contract created."""
    words = [word if word.isupper() else word.lower() for word in _WORDS.findall(name.removeprefix(CATALOGUE_PREFIX))]
    text = " ".join(words) or name
    return text[0].upper() + text[1:]


def _event_of(configuration: JSONValue) -> str:
    name = configuration.get("event_catalog_event") if isinstance(configuration, dict) else None
    return name if isinstance(name, str) else ""
