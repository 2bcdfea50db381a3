"""Which automations read a variable."""

from __future__ import annotations

from outbound.automations.env_uses import places
from tests.outbound.automations.builders import make_automation, mapped


def test_an_automation_whose_expression_reads_a_key_is_named(organization):
    make_automation(organization, mapped('{"host": $lookup($env, "erp.host")}'), name="Tell the ERP")
    make_automation(organization, name="Another")
    assert [str(place) for place in places(organization.pk) if place.mentioned.has("erp.host")] == [
        "automation Tell the ERP"
    ]


def test_an_automation_of_a_neighbour_is_not_named(stage):
    make_automation(stage.next_door, mapped("$env.host"))
    assert places(stage.home.pk) == []
