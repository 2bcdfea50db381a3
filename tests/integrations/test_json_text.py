"""Configurations come back as they were sent."""

from __future__ import annotations

import pytest

from integrations.models import UseCase
from tests.builders import make_use_case


@pytest.mark.parametrize(
    "document",
    [{"zz": 1, "a": {"y": 1, "x": [2.50, 1e30, -0.0]}}, {"long key": "ü\u2028😀", "b": None}, {}, None],
)
def test_a_document_keeps_its_keys_their_order_and_its_numbers(integration, document):
    made = make_use_case(integration=integration, configuration=document)
    stored = UseCase.objects.get(pk=made.pk).configuration
    assert repr(stored) == repr(document)
