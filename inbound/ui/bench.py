"""Bench: what lies on the simulation page: payload, configuration, and what is known of the event they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from django.http import QueryDict

from hub import strict_json
from hub.accounts.models import Organization, TenantQuerySet
from hub.ids import find_id, to_text
from hub.json_types import JSONValue
from hub.retention.purged import Purged, find_purged
from hub.web.first_event import sample_payload
from hub.web.templatetags.source_code import json_text
from inbound.events import EVENT_PREFIX
from inbound.mapping.result import Facts
from inbound.models import InboundEvent
from inbound.query import bodies_of
from inbound.simulate import facts_of, fresh_facts
from inbound.ui.payloads import indented
from integrations.models import UseCase, UseCaseType

FORMATS = ("json", "xml")
EVENT_TYPES = ("", "CREATE", "UPDATE", "DELETE")
OWN = ""
"""In place of a use case: the configuration is the author's own."""
FIRST_CONFIGURATION: JSONValue = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [
                {"attribute": "customer_number", "field": "id"},
                {"attribute": "last_name", "jsonataExpression": "name"},
            ],
        }
    ]
}
FIRST_PAYLOAD: JSONValue = {"id": "C-1", "name": "Kern"}
"""What the page opens with where there is nothing to start from."""


@dataclass(frozen=True, slots=True)
class Bench:
    """payload and configuration are texts, as they stand in their editors."""

    payload: str
    configuration: str
    format: str = "json"
    event_type: str = ""
    use_case: UseCase | None = None
    event: InboundEvent | None = None
    is_payload_gone: bool = False
    """The event's own payload is not kept any more; one has to be brought along."""
    purged: Purged | None = None
    """When and by which rule it went, where that is known."""

    @property
    def event_id(self) -> str:
        """The public id of the event that was taken along; empty without one."""
        return to_text(EVENT_PREFIX, self.event.pk) if self.event else ""

    def facts(self) -> Facts:
        """What expressions know beside the payload: all of the event's facts, where there is one."""
        if self.event is None:
            slug = self.use_case.slug if self.use_case else ""
            return fresh_facts(event_type=self.event_type, use_case_slug=slug)
        return msgspec.structs.replace(facts_of(self.event), event_type=self.event_type)

    def parsed(self) -> JSONValue:
        """The configuration. Raises MalformedJSON."""
        return strict_json.parse(self.configuration.encode("utf-8", "replace"))

    @property
    def subject(self) -> str:
        """What the configuration is called: the version it equals, or whose draft it is."""
        if self.use_case is None:
            return ""
        is_stored = self.configuration.split() == configuration_text(self.use_case).split()
        return f"{self.use_case.slug}@v{self.use_case.version}" if is_stored else f"{self.use_case.slug}*"


def opened(organization: Organization, query: QueryDict) -> Bench:
    """What the address brings along: an event with its use case, a use case, or the first one there is."""
    event = _event(organization, query.get("event", ""))
    wanted = str(event.use_case_id) if event and event.use_case_id else query.get("use_case", "")
    use_case = _use_case(organization, wanted) or (None if wanted else _first(organization))
    configuration = configuration_text(use_case) if use_case else json_text(FIRST_CONFIGURATION)
    if event is None:
        payload = json_text(sample_payload(use_case.configuration) if use_case else FIRST_PAYLOAD)
        return Bench(payload, configuration, use_case=use_case)
    body = bodies_of([event]).get(event.pk)
    bench = Bench(indented(body or b"", event.format), configuration, event.format, event.event_type, use_case, event)
    return bench if body is not None else replace(bench, is_payload_gone=True, purged=find_purged(event.pk))


def submitted(organization: Organization, form: QueryDict) -> Bench:
    """What the form says; what it may not say counts as not said."""
    return Bench(
        payload=_text(form, "payload"),
        configuration=_text(form, "configuration"),
        format=_word(form, "format", FORMATS),
        event_type=_word(form, "event_type", EVENT_TYPES),
        use_case=_use_case(organization, form.get("use_case", OWN)),
        event=_event(organization, form.get("event", "")),
    )


def reloaded(bench: Bench) -> Bench:
    """The same with the configuration of the chosen use case as it is stored; one's own is left as it is."""
    return replace(bench, configuration=configuration_text(bench.use_case)) if bench.use_case else bench


def configuration_text(use_case: UseCase) -> str:
    """The stored configuration as it stands in the editor."""
    return json_text(use_case.configuration or {})


def _word(form: QueryDict, name: str, words: tuple[str, ...]) -> str:
    """One of the words; the first of them where the form says something else."""
    said = form.get(name, "")
    return said if said in words else words[0]


def _text(form: QueryDict, name: str) -> str:
    """Browsers send line ends as two characters."""
    return re.sub("\r\n?", "\n", form.get(name, ""))


def _event(organization: Organization, public_id: str) -> InboundEvent | None:
    event_id = find_id(EVENT_PREFIX, public_id)
    return InboundEvent.objects.of(organization).filter(pk=event_id).first() if event_id else None


def _use_case(organization: Organization, text: str) -> UseCase | None:
    try:
        identifier = UUID(text)
    except ValueError:
        return None
    return _inbound(organization).filter(pk=identifier).first()


def _first(organization: Organization) -> UseCase | None:
    return _inbound(organization).order_by("created_at", "id").first()


def _inbound(organization: Organization) -> TenantQuerySet[UseCase]:
    return UseCase.objects.of(organization).filter(type=UseCaseType.INBOUND)
