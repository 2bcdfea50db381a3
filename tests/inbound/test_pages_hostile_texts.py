"""Whatever strangers name and send is shown as text on every page that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import OWNER
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db

EVIL = '<img src=x onerror="alert(1)">'
CLOSING = "</script><script>alert(2)</script>"
SCRIPTS = re.compile(r"<script\b([^>]*)>")


@pytest.fixture
def owner(client_of: Callable[..., Client]) -> Client:
    """Somebody who may see everything."""
    return client_of(OWNER)


@pytest.fixture
def event_id(erp: Erp) -> str:
    """An event of an integration with such a name, all of whose texts are such ones."""
    erp.integration.name = EVIL
    erp.integration.description = CLOSING
    erp.integration.save()
    return erp.sync(customer(f"{EVIL}{CLOSING}", last_name=EVIL, VORNAME=CLOSING), correlation_id=EVIL).event_id


@pytest.mark.parametrize(
    "path",
    [
        *("/app/", "/app/integrations", "/app/integrations/{integration}", "/app/events", "/app/events/{event}"),
        *("/app/events/{event}?tab=payload", "/app/events/{event}?tab=trace", "/app/entities/contact"),
    ],
)
def test_hostile_texts_are_shown_as_text(erp: Erp, owner: Client, event_id: str, path: str) -> None:
    answer = owner.get(path.format(integration=erp.integration.pk, event=event_id), follow=True)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<img src=x" not in shown
    assert "<script>alert" not in shown
    assert "</script><script>" not in shown


def test_no_script_of_a_page_runs_without_its_nonce(owner: Client, event_id: str) -> None:
    answer = owner.get(f"/app/events/{event_id}")
    policy = answer["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    for attributes in SCRIPTS.findall(answer.content.decode()):
        assert "src=" in attributes or "nonce=" in attributes or 'type="application/json"' in attributes
