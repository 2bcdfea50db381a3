"""What the documentation says about each operation on core events, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "listEvents": """Every event: those that the hub brings, then your own. `enabled` tells whether anything publishes
the event now; what the hub brings is off until its first use case is enabled, or you switch it on.""",
    "createEvent": """A draft of an event of your own, at version 1.0. Its expressions are compiled first: a 400 names
each one that does not compile, with line and column. 409 when the name is taken, 422 for a definition above 256 KB.""",
    "getEvent": """One event, as it counts in your organization.""",
    "changeEvent": """Switches an event. `enabled` off: nothing may fire it. `auto_trigger` off: changes of entities do
not publish it, while clients and automations may. `attributes` are watched in the place of those of the catalogue;
null brings those back, an empty list watches all. `keeps_history` stores the event even when nobody listens.
`success_criteria` are advice; an empty list brings back those of the definition. A draft or a deprecated event is a
409 `EVENT_NOT_PUBLISHED`.""",
    "replaceEventDraft": """Another definition for a draft. 400 for a bad one, or another name than in the path; 409 for
an event that the hub brings, and for one that was published. Answers about a draft carry an `ETag`; sent back as
`If-Match`, a draft that somebody else has replaced meanwhile is answered with 412.""",
    "deprecateEvent": """Ends an event of your own, and there is no way back; what it has published stays in the
history. A draft is removed, and its name is free again. 409 for an event that the hub brings.""",
    "publishEvent": """Ends a draft: the definition stays as it is from now on. `base_auto_trigger_enabled` switches
`auto_trigger` of the event that this one was made from, so that not both are published.""",
    "previewEvent": """The payload that `:trigger` would publish, of a draft or a disabled event, too. `errors` tells
where it departs from its JSON Schema; 400 `MALFORMED_PAYLOAD` when a field cannot be worked out. Nothing is
published. Needs the permission to see entities as well.""",
    "triggerEvent": """Fires an event by hand. An event with a graph needs a `seed`: an entity, and the node that it
stands in; the other nodes are found from there. `fields` brings what no projection makes. 400 for a wrong seed, and
for a payload that would not fit its JSON Schema; 403 `EVENT_DISABLED` while the event is off. An event that only
automations fire is published once per `_trigger_source`: a repetition answers the same `event_id`, and 409
`TRIGGER_SOURCE_REUSED` when its seed or its fields are others. The event is stored and ready when the answer comes, so
that 425 is never answered; 503 means that nothing was stored.""",
    "getEventJSONSchema": """The payload as a JSON Schema of draft 2020-12, with your own schemas in it.
`_trigger_source_type` is `operation` for a change by people or clients, and `inbound` for one that an inbound use case
has written, so that a filter can leave those out.""",
    "getEventExample": """A payload that validates against the JSON Schema, the same each time.""",
    "listEventVersions": """The versions of the payload, oldest first, with what changed from one to the next.""",
    "listEventHistory": """Events that were published in the last 90 days, newest first, each with its entities as they
were then. One that could not be worked out is listed with its `_problem` when `include_malformed` asks for it, and
found by its `event_id`. Needs the permission to see entities as well.""",
    "listEventHistoryV2": """The same with `_schema`, `_id` and `_title` of each entity alone. `fields` chooses among
the members of the payload; metadata always stays.""",
    "getEventOfHistory": """One event with its entities as they were when it was published. One that could
not be worked out has a `_problem` beside what is known of it.""",
}
