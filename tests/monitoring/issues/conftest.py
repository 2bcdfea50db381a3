"""Failures as steps record them, and what became of their issue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from integrations.models import UseCase
from monitoring.issues.folding import fold
from monitoring.models.issues import Issue
from monitoring.record import Span, record
from tests.builders import NOW, make_integration, make_use_case

Failing = Callable[..., Issue]


@pytest.fixture
def use_case(organization):
    """One whose events fail."""
    integration = make_integration(organization=organization, name="SAP")
    return make_use_case(integration=integration, slug="contract-sync", name="Contracts")


@pytest.fixture
def failing(use_case) -> Failing:
    """``failing(times=2, at=…, code=…)``: failures of the use case, folded; answers their issue."""

    def fail(times: int = 1, **fields: object) -> Issue:
        one = span_of(use_case, **fields)
        record([one] * times)
        fold()
        return Issue.objects.order_by("-last_at", "-id")[0]

    return fail


def span_of(use_case: UseCase, *, at: datetime = NOW, **fields: object) -> Span:
    """A step of the use case that could not evaluate an expression, unless fields say otherwise."""
    usual = {
        "organization_id": use_case.organization_id,
        "integration_id": use_case.integration_id,
        "use_case_id": use_case.pk,
        "sync_type": "entity",
        "level": "error",
        "received_at": at,
        "completed_at": at,
        "code": "MAPPING_EXPRESSION_FAILED",
        "detail": {"path": "entities[0].fields[3].expression", "detail": {"field": "status"}},
    }
    return Span(**usual | fields)  # type: ignore[arg-type]  # fields of Span
