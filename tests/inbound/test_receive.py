"""Intake: what is accepted, where it goes, what is stored."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from hub import database
from hub.errors import HubError, Invalid, NotFound
from hub.ids import find_id
from hub.web.templatetags.numbers import GROUP
from inbound.models import DeduplicationKey, InboundBody, InboundEvent, InboundOutcome, Lane, QueuedEvent
from inbound.receive import receive_batch, store
from inbound.receive.arrivals import Sender
from inbound.receive.envelope import parse_batch
from inbound.receive.store import ConfigurationMoved
from integrations.models import UseCase
from monitoring.models import MonitoringEvent
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, customer

pytestmark = pytest.mark.django_db


def statuses(results: Any) -> list[str]:
    return [result.status for result in results]


def test_an_accepted_event_is_stored_with_its_bytes_and_queued(erp: Erp) -> None:
    [result] = erp.send(erp.event(customer("1")))
    event = InboundEvent.objects.get(pk=find_id("evt_", result.event_id))
    assert bytes(InboundBody.objects.get(pk=event.pk).body) == b'{"KUNNR": "1", "NAME": {"NACHNAME": "M\\u00fcller"}}'
    assert QueuedEvent.objects.get().event_id == event.pk


def test_results_stand_in_request_order(erp: Erp) -> None:
    results = erp.send(erp.event(customer("1")), erp.event(customer("2"), use_case_slug="nobody"))
    assert statuses(results) == ["success", "ignored"]


def test_a_known_deduplication_id_is_skipped_and_names_the_first_event(erp: Erp) -> None:
    [first] = erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))
    [second] = erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))
    assert (second.status, first.event_id in second.message) == ("skipped", True)


def test_a_deduplication_id_repeated_within_a_batch_is_skipped(erp: Erp) -> None:
    event = erp.event(customer("1"), deduplication_id="C1-v1")
    assert statuses(erp.send(event, event)) == ["success", "skipped"]


def test_a_deduplication_id_is_free_again_after_24_hours(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))
    clock.move(timedelta(hours=24))
    assert statuses(erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))) == ["success"]


def test_a_deduplication_id_is_taken_until_24_hours_have_passed(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))
    clock.move(timedelta(hours=23, minutes=59))
    assert statuses(erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))) == ["skipped"]


def test_an_ignored_event_does_not_take_its_deduplication_id(erp: Erp) -> None:
    erp.send(erp.event(customer("1"), use_case_slug="later", deduplication_id="C1-v1"))
    assert statuses(erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))) == ["success"]


def test_integrations_do_not_share_deduplication_ids(erp: Erp, other_erp: Erp) -> None:
    erp.send(erp.event(customer("1"), deduplication_id="C1-v1"))
    assert statuses(other_erp.send(other_erp.event(customer("1"), deduplication_id="C1-v1"))) == ["success"]


def test_a_skipped_event_leaves_an_outcome_and_a_span(erp: Erp) -> None:
    event = erp.event(customer("1"), deduplication_id="C1-v1")
    erp.send(event, event)
    assert InboundOutcome.objects.get().code == "DUPLICATE_EVENT"
    assert MonitoringEvent.objects.get().level == "info"


def test_a_request_is_stored_with_the_outcomes_of_what_ended_at_the_door_or_not_at_all(
    erp: Erp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(outcomes: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_outcomes", die)
    with pytest.raises(KeyboardInterrupt):
        erp.send(erp.event(customer("1"), deduplication_id="C1-v1"), erp.event({"a": 1}, use_case_slug="unknown"))
    assert not any(table.objects.exists() for table in (InboundEvent, InboundBody, QueuedEvent, DeduplicationKey))


def test_an_ignored_event_keeps_its_bytes(erp: Erp) -> None:
    [result] = erp.send(erp.event(customer("1"), use_case_slug="nobody"))
    assert InboundBody.objects.filter(pk=find_id("evt_", result.event_id)).exists()
    assert InboundOutcome.objects.get().code == "EVENT_NOT_CONFIGURED"


@pytest.mark.parametrize("text", ["{nonsense", '"text"', "<a><b></a>", '{"a": NaN}', '{"a": "\\ud800"}', "[" * 5000])
def test_a_text_payload_that_cannot_be_read_is_an_error_and_kept(erp: Erp, text: str) -> None:
    form = "xml" if text.startswith("<") else "json"
    [result] = erp.send(erp.event(text, format=form))
    assert (result.status, InboundOutcome.objects.get().code) == ("error", "MALFORMED_PAYLOAD")
    assert bytes(InboundBody.objects.get().body) == text.encode()


@override_settings(HUB_EVENT_MAX_BYTES=2000)
def test_a_payload_above_the_limit_is_an_error_and_spares_its_neighbours(erp: Erp) -> None:
    results = erp.send(erp.event(customer("1", "x" * 3000)), erp.event(customer("2")))
    assert statuses(results) == ["error", "success"]
    assert results[0].message.replace(GROUP, " ") == "3.0 kB, 2.0 kB are allowed"


@override_settings(HUB_EVENT_MAX_BYTES=2000)
def test_a_payload_hardly_above_the_limit_is_told_by_the_byte(erp: Erp) -> None:
    [result] = erp.send(erp.event({"a": "x" * 1992}))
    assert result.message.replace(GROUP, " ") == "2 001 bytes, 2 000 are allowed"


def test_a_slug_of_another_type_is_an_error(erp: Erp) -> None:
    erp.add_use_case("proxy", None, type="secure_proxy")
    [result] = erp.send(erp.event(customer("1"), use_case_slug="proxy"))
    assert (result.status, InboundOutcome.objects.get().code) == ("error", "USE_CASE_INVALID_TYPE")


def test_a_disabled_use_case_ignores_events(erp: Erp) -> None:
    UseCase.objects.update(enabled=False)
    erp.configuration_changed()
    assert statuses(erp.send(erp.event(customer("1")))) == ["ignored"]


@pytest.mark.parametrize("name", ["Customer Sync", "customer-sync", "CUSTOMER SYNC", "customer"])
def test_a_name_finds_the_use_case_by_name_slug_or_slug_without_sync(erp: Erp, name: str) -> None:
    UseCase.objects.all().delete()
    Lane.objects.all().delete()
    use_case = erp.add_use_case("customer-sync", CONTACT)
    UseCase.objects.filter(pk=use_case.pk).update(name="Customer Sync")
    erp.configuration_changed()
    assert statuses(erp.send(erp.event(customer("1"), object_type=name))) == ["success"]


def test_a_slug_that_matches_nothing_does_not_fall_back_to_the_name(erp: Erp) -> None:
    event = erp.event(customer("1"), use_case_slug="unknown", event_name="customer")
    assert statuses(erp.send(event)) == ["ignored"]


@pytest.mark.parametrize(
    ("request_fields", "event_fields", "expected"),
    [
        ({"correlation_id": "top", "meta": {"correlation_id": "meta"}}, {"correlation_id": "own"}, "own"),
        ({"correlation_id": "top", "meta": {"correlation_id": "meta"}}, {}, "top"),
        ({"meta": {"correlation_id": "meta"}}, {}, "meta"),
    ],
)
def test_the_nearest_correlation_id_wins(erp: Erp, request_fields: Any, event_fields: Any, expected: str) -> None:
    erp.send(erp.event(customer("1"), **event_fields), **request_fields)
    assert InboundEvent.objects.get().correlation_id == expected


def test_without_a_correlation_id_the_event_id_is_one(erp: Erp) -> None:
    [result] = erp.send(erp.event(customer("1")))
    assert InboundEvent.objects.get().correlation_id == result.event_id


def test_an_empty_batch_is_valid(erp: Erp) -> None:
    assert erp.send() == []


def test_more_than_100_events_are_refused_and_nothing_is_stored(erp: Erp) -> None:
    with pytest.raises(Invalid) as refused:
        erp.send(*[erp.event(customer("1"))] * 101)
    assert (refused.value.code, InboundEvent.objects.count()) == ("TOO_MANY_EVENTS", 0)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"timestamp": "yesterday"}, "events[1].timestamp"),
        ({"timestamp": None}, "events[1].timestamp"),
        ({"timestamp": "2026-01-15T08:00Z"}, "events[1].timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "events[1].timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-14:00"}, "events[1].timestamp"),
        ({"format": None}, "events[1].format"),
        ({"format": "csv"}, "events[1].format"),
        ({"payload": 7}, "events[1].payload"),
        ({"payload": {}}, "events[1].payload"),
        ({"payload": "x"}, "events[1].payload"),
        ({"payload": {"a": 1}, "format": "xml"}, "events[1].payload"),
        ({"use_case_slug": "Not A Slug"}, "events[1].use_case_slug"),
        ({"deduplication_id": "a b"}, "events[1].deduplication_id"),
        ({"deduplication_id": "abc\n"}, "events[1].deduplication_id"),
        ({"use_case_slug": "customer\n"}, "events[1].use_case_slug"),
        ({"event_type": "MERGE"}, "events[1].event_type"),
        ({"event_name": "a\x00b"}, "events[1].event_name"),
        ({"event_name": "\ud800"}, "events[1].event_name"),
        ({"correlation_id": "x" * 256}, "events[1].correlation_id"),
    ],
)
def test_a_broken_rule_refuses_the_request_and_names_the_place(erp: Erp, fields: Any, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        erp.send(erp.event(customer("1")), erp.event(customer("2")) | fields)
    assert [detail.path for detail in refused.value.details] == [path]
    assert InboundEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-15T08:00:00+02:00", "2026-01-15T06:00:00+00:00"),
        ("2026-01-15T08:00:00+23:59", "2026-01-14T08:01:00+00:00"),
        ("2026-01-15T08:00:00.123456789Z", "2026-01-15T08:00:00.123457+00:00"),
        ("2026-01-15t08:00:00z", "2026-01-15T08:00:00+00:00"),
        ("2026-01-15T08:00:00", "2026-01-15T08:00:00+00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_a_timestamp_is_kept_in_utc(erp: Erp, sent: str, kept: str) -> None:
    erp.send(erp.event(customer("1"), timestamp=sent))
    assert InboundEvent.objects.get().sent_at.isoformat() == kept


def test_an_event_without_any_name_is_refused(erp: Erp) -> None:
    with pytest.raises(Invalid, match="needs one of use_case_slug"):
        erp.send({"timestamp": "2026-01-15T07:59:00Z", "payload": {"a": 1}})


def test_version_2_needs_an_event_type(erp: Erp) -> None:
    with pytest.raises(Invalid) as refused:
        erp.send(erp.event(customer("1")), version=2)
    assert refused.value.details[0].path == "events[0].event_type"


def test_an_unknown_integration_is_not_found(erp: Erp) -> None:
    with pytest.raises(NotFound):
        erp.send(erp.event(customer("1")), integration_id=str(uuid4()))


def test_a_foreign_integration_is_not_found(erp: Erp, other_erp: Erp) -> None:
    with pytest.raises(NotFound):
        erp.send(erp.event(customer("1")), integration_id=str(other_erp.integration.pk))


def test_a_change_of_the_configuration_counts_for_the_next_event(erp: Erp) -> None:
    erp.send(erp.event(customer("1")))
    erp.add_use_case("meter", CONTACT)
    assert statuses(erp.send(erp.event(customer("1"), use_case_slug="meter"))) == ["success"]


def test_events_of_one_group_share_a_lane_and_leave_the_main_one(erp: Erp) -> None:
    erp.send(erp.event(customer("1"), group_id="a"), erp.event(customer("2"), group_id="a"), erp.event(customer("3")))
    lanes = list(InboundEvent.objects.order_by("sequence").values_list("lane_id", flat=True))
    assert lanes[0] == lanes[1] != lanes[2]


def test_the_number_of_statements_does_not_grow_with_the_batch(erp: Erp, count_queries: Any) -> None:
    erp.send(erp.event(customer("0")))
    with count_queries() as one:
        erp.send(erp.event(customer("1")))
    with count_queries() as hundred:
        erp.send(*[erp.event(customer(str(number))) for number in range(100)])
    assert len(hundred) == len(one)


def test_a_plain_request_is_one_statement_on_postgresql_and_one_transaction_on_sqlite(
    erp: Erp, count_queries: Any
) -> None:
    request = erp.request(erp.event(customer("1")), erp.event(customer("2")))
    batch = parse_batch(json.dumps(request).encode(), version=3, most_events=100)
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    receive_batch(sender=sender, batch=batch, at=NOW)
    with count_queries() as sent:
        receive_batch(sender=sender, batch=batch, at=NOW)
    assert len(sent) == {"postgresql": 1, "sqlite": 7}[database.vendor()]


@pytest.mark.parametrize("body", [b"", b"[]", b"nul", b"\xff", b"[" * 20_000, b'{"events": 1}', b"{}"])
def test_a_body_that_is_no_request_is_refused(erp: Erp, body: bytes) -> None:
    from inbound.receive.envelope import parse_batch

    with pytest.raises(HubError):
        parse_batch(body, version=3, most_events=100)


def test_what_was_checked_against_an_older_configuration_is_not_stored(erp: Erp) -> None:
    batch = parse_batch(json.dumps(erp.request(erp.event(customer("1")))).encode(), version=3, most_events=100)
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    receive_batch(sender=sender, batch=batch, at=NOW)
    erp.configuration_changed()
    with pytest.raises(ConfigurationMoved):
        receive_batch(sender=sender, batch=batch, at=NOW)
    assert InboundEvent.objects.count() == 1
