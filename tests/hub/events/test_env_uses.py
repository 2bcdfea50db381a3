"""Which events of an organization read a variable."""

from __future__ import annotations

from hub.events.env_uses import places
from tests.hub.events.builders import field, make_own_event


def test_an_own_event_whose_field_reads_a_key_is_named_until_it_is_deprecated(organization):
    reading = {"host": field("$env.host")}
    make_own_event(organization=organization, name="ContactSeen", schema_fields=reading)
    make_own_event(organization=organization, name="ContactGone", schema_fields=reading, status="deprecated")
    assert [str(place) for place in places(organization.pk) if place.mentioned.has("host")] == [
        "core event ContactSeen"
    ]
