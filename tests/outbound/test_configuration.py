"""What the configuration of an outbound use case must look like."""

from __future__ import annotations

import copy

import pytest

from hub.errors import Invalid
from hub.json_types import ROOT, JSONPath
from outbound.configuration import OutboundConfiguration
from tests.integrations.configurations import OUTBOUND

MAPPING = OUTBOUND["mappings"][0]
WEBHOOK = {"type": "webhook", "webhook_id": "wh-1"}
POLL = {"type": "poll"}
UPLOAD = {"type": "file_proxy", "use_case_slug": "upload"}
POLLED = {"name": "Queue", "delivery": POLL}
UPLOADED = {"name": "Files", "delivery": UPLOAD}
SAME_ID = "6f1d3f5e-9a54-4f0e-8f43-7f0a4f7c2c11"


def with_mapping(**fields):
    """The sample with other fields of its mapping."""
    return OUTBOUND | {"mappings": [MAPPING | fields]}


def errors_of(raw, at=ROOT):
    """The places that are refused."""
    with pytest.raises(Invalid) as refused:
        OutboundConfiguration.parse(raw, at)
    return [detail.path for detail in refused.value.details]


@pytest.mark.parametrize(
    "raw",
    [
        OUTBOUND,
        OUTBOUND | {"event_filter": "status = 'won'", "ack_tracking": "off"},
        OUTBOUND | {"mappings": [MAPPING, POLLED, UPLOADED]},
        OUTBOUND | {"mappings": [MAPPING, MAPPING]},
        with_mapping(id=SAME_ID, created_at="whatever", unknown=1),
        with_mapping(delivery=WEBHOOK | {"webhook_name": "ERP", "webhook_url": "https://x.example.com", "extra": 1}),
        OUTBOUND | {"mappings": [POLLED | {"jsonata_expression": "$"}]},
        OUTBOUND
        | {
            "mappings": [
                {
                    "name": "Queue",
                    "delivery": POLL | {"retention_days": 90, "poison_policy": "block", "max_delivery_attempts": 100},
                }
            ]
        },
    ],
)
def test_documented_forms_are_accepted(raw):
    assert OutboundConfiguration.parse(raw, ROOT).mappings


def test_a_member_that_nobody_knows_is_told_wherever_it_stands():
    raw = with_mapping(expression="$", delivery=WEBHOOK | {"retention_day": 3}) | {"event_filtr": "a", "note": None}
    assert [(one.path, one.message) for one in OutboundConfiguration.parse(raw, ROOT).warnings] == [
        (place, "is not known, so it has no effect")
        for place in ("event_filtr", "mappings[0].expression", "mappings[0].delivery.retention_day")
    ]


def test_a_function_that_may_see_a_placeholder_instead_of_a_file_is_a_warning():
    raw = with_mapping(jsonata_expression='{"length": $length(file_data[0].base64)}')
    [warning] = OutboundConfiguration.parse(raw, ROOT).warnings
    assert (warning.path, "$length" in warning.message) == ("mappings[0].jsonata_expression", True)


def test_what_is_absent_has_its_default():
    raw = copy.deepcopy(OUTBOUND)
    del raw["mappings"][0]["enabled"]
    parsed = OutboundConfiguration.parse(raw, ROOT)
    assert (parsed.tracks_acknowledgement, parsed.event_filter, parsed.mappings[0].enabled) == (True, None, True)


def test_every_expression_is_named_for_compiling():
    parsed = OutboundConfiguration.parse(OUTBOUND | {"event_filter": "a"}, JSONPath("configuration"))
    expected = ["configuration.event_filter", "configuration.mappings[0].jsonata_expression"]
    assert [path for path, _ in parsed.expressions] == expected


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"mappings": [MAPPING]}, "event_catalog_event"),
        (OUTBOUND | {"event_catalog_event": ""}, "event_catalog_event"),
        (OUTBOUND | {"event_catalog_event": 1}, "event_catalog_event"),
        ({"event_catalog_event": "x"}, "mappings"),
        (OUTBOUND | {"mappings": []}, "mappings"),
        (OUTBOUND | {"mappings": {}}, "mappings"),
        (OUTBOUND | {"mappings": ["x"]}, "mappings[0]"),
        (OUTBOUND | {"event_filter": ""}, "event_filter"),
        (OUTBOUND | {"event_filter": "x" * 15_001}, "event_filter"),
        (OUTBOUND | {"ack_tracking": "maybe"}, "ack_tracking"),
        (with_mapping(name=None), "mappings[0].name"),
        (with_mapping(enabled="yes"), "mappings[0].enabled"),
        (with_mapping(id="1"), "mappings[0].id"),
        (with_mapping(jsonata_expression=None), "mappings[0].jsonata_expression"),
        (with_mapping(jsonata_expression=" "), "mappings[0].jsonata_expression"),
        (with_mapping(jsonata_expression="x" * 32_769), "mappings[0].jsonata_expression"),
        (with_mapping(delivery=None), "mappings[0].delivery"),
        (with_mapping(delivery="webhook"), "mappings[0].delivery"),
        (with_mapping(delivery={}), "mappings[0].delivery.type"),
        (with_mapping(delivery={"type": "mail"}), "mappings[0].delivery.type"),
        (with_mapping(delivery={"type": ["webhook"]}), "mappings[0].delivery.type"),
        (with_mapping(delivery={"type": "webhook"}), "mappings[0].delivery.webhook_id"),
        (with_mapping(delivery=WEBHOOK | {"webhook_id": ""}), "mappings[0].delivery.webhook_id"),
        (with_mapping(delivery=WEBHOOK | {"retention_days": 3}), "mappings[0].delivery.retention_days"),
        (with_mapping(delivery=WEBHOOK | {"use_case_slug": "x"}), "mappings[0].delivery.use_case_slug"),
        (with_mapping(delivery=POLL | {"webhook_id": "x"}), "mappings[0].delivery.webhook_id"),
        (with_mapping(delivery=POLL | {"retention_days": 91}), "mappings[0].delivery.retention_days"),
        (with_mapping(delivery=POLL | {"retention_days": 0}), "mappings[0].delivery.retention_days"),
        (with_mapping(delivery=POLL | {"poison_policy": "x"}), "mappings[0].delivery.poison_policy"),
        (with_mapping(delivery=POLL | {"max_delivery_attempts": 101}), "mappings[0].delivery.max_delivery_attempts"),
        (with_mapping(delivery=POLL, jsonata_expression="x" * 10_001), "mappings[0].jsonata_expression"),
        (with_mapping(delivery=UPLOAD), "mappings[0].jsonata_expression"),
        (
            OUTBOUND | {"mappings": [UPLOADED | {"delivery": {"type": "file_proxy"}}]},
            "mappings[0].delivery.use_case_slug",
        ),
        (
            OUTBOUND | {"mappings": [UPLOADED | {"delivery": UPLOAD | {"use_case_slug": "A B"}}]},
            "mappings[0].delivery.use_case_slug",
        ),
        (OUTBOUND | {"mappings": [POLLED, POLLED | {"enabled": False}]}, "mappings[1].delivery"),
        (OUTBOUND | {"mappings": [MAPPING | {"id": SAME_ID}] * 2}, "mappings[1].id"),
    ],
)
def test_whatever_breaks_a_rule_is_refused_by_its_path(raw, path):
    assert errors_of(raw) == [path]


def test_paths_begin_where_the_configuration_stands():
    assert errors_of({}, JSONPath("use_cases[2].configuration")) == [
        "use_cases[2].configuration.event_catalog_event",
        "use_cases[2].configuration.mappings",
    ]
