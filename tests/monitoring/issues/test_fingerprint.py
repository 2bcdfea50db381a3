"""What failures have in common, and what never tells them apart."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from monitoring.codes import Level, get_code
from monitoring.issues.fingerprint import REFUSED, WARNINGS_TO_ACT_ON, field_of, fingerprint_of, host_of
from monitoring.issues.telling import subject_of
from monitoring.record import Span
from tests.builders import NOW

HERE = UUID(int=1)


def failure(**fields: object) -> Span:
    usual = {"organization_id": 1, "integration_id": HERE, "sync_type": "entity", "level": "error", "code": "TIMEOUT"}
    return Span(**usual | {"received_at": NOW, "completed_at": NOW} | fields)  # type: ignore[arg-type]  # of Span


def id_of(**fields: object) -> UUID:
    fingerprint = fingerprint_of(failure(**fields))
    assert fingerprint is not None
    return fingerprint.issue_id


@pytest.mark.parametrize(
    "fields",
    [
        {"message": "contract 4711 of 2026-01-15"},
        {"completed_at": NOW + timedelta(days=1)},
        {"event_id": UUID(int=9), "correlation_id": "isu-1"},
        {"entity_id": UUID(int=9)},
        {"use_case_version": 7},
        {"detail": {"identifiers": {"number": "4711"}}},
        {"detail": {"detail": {"input": '"4711"', "line": 3}}},
    ],
)
def test_what_differs_from_event_to_event_makes_no_other_issue(fields):
    assert id_of(**fields) == id_of()


@pytest.mark.parametrize(
    "fields",
    [
        {"organization_id": 2},
        {"integration_id": UUID(int=2)},
        {"use_case_id": UUID(int=3)},
        {"sync_type": "outbound"},
        {"code": "MALFORMED_PAYLOAD"},
        {"detail": {"detail": {"field": "status"}}},
        {"detail": {"host": "erp.example.org"}},
    ],
)
def test_another_cause_is_another_issue(fields):
    assert id_of(**fields) != id_of()


def test_the_id_is_the_same_in_every_release():
    assert id_of() == UUID("4bceceb7-20de-3f95-cd39-2b3989fe24f4")


def test_what_a_middleware_writes_into_its_details_makes_no_other_issue():
    details = [{"host": "a.example", "path": "b", "detail": {"field": "c"}}, {"host": "d.example"}, "text", None]
    assert len({id_of(sync_type="external", detail=detail) for detail in details}) == 1


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_targets_that_were_refused_are_one_issue_however_many_a_caller_tries(code):
    tried = [{"host": f"{number}.example"} for number in range(3)]
    assert len({id_of(sync_type="secure_proxy", code=code, detail=detail) for detail in tried}) == 1


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ({"path": "entities[12].fields[3].expression"}, "entities[*].fields[*].expression"),
        ({"path": "/entities/12/fields/3"}, "/entities/*/fields/*"),
        ({"path": "entities[0]", "detail": {"field": "status"}}, "status"),
        ({"schema": "contract", "attribute": "meter"}, "contract.meter"),
        ({"schema": "contract", "missing": ["number", "division"]}, "contract.division+number"),
        ({"warnings": [{"schema": "contact", "field": "email", "message": "x@y"}], "count": 9}, "contact.email"),
        ({"schema": "contract", "identifiers": {"number": "4711"}}, "contract"),
        ({}, ""),
    ],
)
def test_the_field_is_told_without_the_number_of_an_item(detail, field):
    assert field_of(detail) == field


@pytest.mark.parametrize(
    ("detail", "host"),
    [
        ({"host": "erp.example.org:8443"}, "erp.example.org:8443"),
        ({"webhook_id": "wh_1", "delivery_id": "dlv_1"}, "wh_1"),
        ({"steps": [{"url": "https://a.example/x"}, {"url": "https://b.example/doc/4711?…"}]}, "b.example"),
        ({"steps": []}, ""),
    ],
)
def test_the_host_is_told_without_what_was_asked_of_it(detail, host):
    assert host_of(detail) == host


@pytest.mark.parametrize("code", sorted(WARNINGS_TO_ACT_ON))
def test_every_warning_that_makes_an_issue_is_one_with_advice(code):
    known = get_code(code, Level.WARNING)
    assert (known.level, bool(known.advice)) == (Level.WARNING, True)


def test_a_warning_that_passes_makes_no_issue():
    assert fingerprint_of(failure(level="warning", code="SOFT_DELETED_ENTITY_MATCHED")) is None


@pytest.mark.parametrize(("next_attempt_at", "is_issue"), [("2026-01-15T08:05:00+00:00", False), (None, True)])
def test_a_delivery_makes_an_issue_once_it_is_not_tried_again(next_attempt_at, is_issue):
    span = failure(level="warning", code="HTTP_503", detail={"next_attempt_at": next_attempt_at})
    assert (fingerprint_of(span) is not None) == is_issue


@pytest.mark.parametrize("level", ["success", "info"])
def test_what_went_well_makes_no_issue(level):
    assert fingerprint_of(failure(level=level)) is None


def test_what_a_middleware_says_of_a_next_attempt_makes_no_last_one():
    foreign = {"sync_type": "external", "level": "warning", "code": "LATE", "detail": {"next_attempt_at": None}}
    assert fingerprint_of(failure(**foreign)) is None


def test_an_address_that_is_none_names_no_host():
    assert host_of({"steps": [{"url": "http://["}]}) == ""


def test_what_a_middleware_says_of_an_entity_names_nobody():
    foreign = {"schema": "contact", "identifiers": {"number": "4711"}}
    assert subject_of(failure(sync_type="external", detail=foreign)) == ""
