"""Facts of the organization travel with the plan; a configuration by itself comes with nothing known."""

from __future__ import annotations

import orjson
import pytest

from hub.accounts.models import Organization
from inbound.lookups import lookups_of
from inbound.mapping.lookups import NOTHING_KNOWN, Lookups, closed, opened
from inbound.mapping.plan import plan_of

CONFIGURATION = {"entities": [{"entity_schema": "contact", "unique_ids": ["a"], "fields": [{"attribute": "a"}]}]}
KNOWN = Lookups({"a": "1"}, [{"portal_id": "p1"}], "https://hub.example.org", "org_1", "i-1")


@pytest.mark.parametrize("lookups", [KNOWN, NOTHING_KNOWN])
def test_a_plan_is_opened_into_what_it_was_closed_from(lookups):
    assert opened(orjson.loads(orjson.dumps(closed(CONFIGURATION, lookups)))) == (CONFIGURATION, lookups)


@pytest.mark.parametrize("plan", [CONFIGURATION, {}, [], {"configuration": {}}])
def test_a_configuration_by_itself_knows_nothing(plan):
    assert opened(plan) == (plan, NOTHING_KNOWN)


def test_the_plan_of_bytes_takes_either_form():
    for plan in (CONFIGURATION, closed(CONFIGURATION, KNOWN)):
        assert plan_of(orjson.dumps(plan), "jsonatapy", 1000).failure.path == "entities[0].fields[0]"


@pytest.mark.django_db
def test_simulation_knows_no_address_of_the_hub(organization: Organization):
    assert lookups_of(organization=organization).file_proxy_base is None
