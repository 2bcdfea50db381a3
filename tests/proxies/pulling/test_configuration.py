"""The pull block of a managed call."""

from __future__ import annotations

from typing import Any

import pytest

from hub.errors import Invalid
from hub.json_types import ROOT
from proxies.managed_call.configuration import ManagedCallConfiguration
from tests.integrations.configurations import MANAGED_CALL

CALL = MANAGED_CALL | {"inbound_use_case_slug": "customers"}
PULL: dict[str, Any] = {"every_minutes": 15, "items": "customers"}


def errors_of(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        ManagedCallConfiguration.parse(raw, ROOT)
    return [one.path for one in refused.value.details]


def test_a_call_without_a_schedule_has_none() -> None:
    assert ManagedCallConfiguration.parse(MANAGED_CALL, ROOT).pull is None


def test_what_is_absent_has_its_default() -> None:
    pull = ManagedCallConfiguration.parse(CALL | {"pull": PULL}, ROOT).pull
    assert pull is not None
    assert (pull.payload, pull.cursor, pull.next_page, pull.most_pages, pull.on_demand) == ({}, None, None, 1000, None)


def test_every_expression_is_compiled_before_it_is_stored() -> None:
    pull = PULL | {
        "next_page": "next",
        "cursor": {"parameter": "since", "next": "last"},
        "on_demand": {"events": ["OnDemandSyncCustomerRequested"], "payload": "{}"},
    }
    found = ManagedCallConfiguration.parse(CALL | {"pull": pull}, ROOT).expressions
    assert {str(place) for place, _ in found} >= {
        "pull.items",
        "pull.next_page",
        "pull.cursor.next",
        "pull.on_demand.payload",
    }


@pytest.mark.parametrize(
    ("pull", "path"),
    [
        ({"items": None}, "pull.items"),
        ({"every_minutes": 0}, "pull.every_minutes"),
        ({"every_minutes": 10_081}, "pull.every_minutes"),
        ({"payload": []}, "pull.payload"),
        ({"cursor": {}}, "pull.cursor.parameter"),
        ({"cursor": {"parameter": "a", "initial": []}}, "pull.cursor.initial"),
        ({"cursor": {"parameter": "a", "initial": True}}, "pull.cursor.initial"),
        ({"cursor": {"parameter": "a", "next": "b", "overlap_seconds": 5}}, "pull.cursor.overlap_seconds"),
        ({"most_pages": 0}, "pull.most_pages"),
        ({"on_demand": {"events": [], "payload": "{}"}}, "pull.on_demand.events"),
        ({"on_demand": {"events": ["FileCreated"], "payload": "{}"}}, "pull.on_demand.events[0]"),
        ({"on_demand": {"events": ["OnDemandSyncCustomerRequested"]}}, "pull.on_demand.payload"),
    ],
)
def test_whatever_breaks_a_rule_is_refused_by_its_path(pull: dict[str, Any], path: str) -> None:
    assert path in errors_of(CALL | {"pull": PULL | pull})


def test_what_is_read_needs_an_inbound_use_case() -> None:
    assert errors_of(MANAGED_CALL | {"pull": PULL}) == ["inbound_use_case_slug"]


def test_a_member_that_nobody_knows_is_warned_of() -> None:
    pull = PULL | {"intervall": 5, "cursor": {"parameter": "since", "start": "2026"}}
    warnings = ManagedCallConfiguration.parse(CALL | {"pull": pull}, ROOT).warnings
    assert [one.path for one in warnings] == ["pull.intervall", "pull.cursor.start"]
