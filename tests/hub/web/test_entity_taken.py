"""Pages that would give two entities one identifier: nothing is written, and a link leads to whoever has it."""

from __future__ import annotations

import pytest

from tests.hub.entities.conftest import delete
from tests.hub.web.conftest import address_of
from tests.hub.web.test_entity_forms import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(store):
    """Kern, who has C-1 since Groß lies in the recycle bin."""
    store.upsert(external_id="E-1", last_name="Groß")
    store.upsert(external_id="E-1", customer_number="C-1")
    store.write(delete(external_id="E-1"))
    store.upsert(external_id="E-2", customer_number="C-1", last_name="Kern")
    return store.entities()[1]


def assert_leads_to(page: str, holder) -> None:
    assert f'href="{address_of(holder)}"' in page
    assert "Kern</a>" in page


def test_the_form_leads_to_whoever_has_the_identifier(admin, store, holder):
    store.upsert(external_id="E-3")
    answer = edit(admin, store.entities()[2], customer_number="C-1")
    assert answer.status_code == 409
    assert_leads_to(answer.content.decode(), holder)


def test_restoring_leads_to_whoever_has_the_identifier(admin, store, holder):
    binned = store.entities()[0]
    assert_leads_to(admin.post(address_of(binned, "/restore"), follow=True).content.decode(), holder)
    assert store.entities()[0].deleted_at is not None


def test_undoing_leads_to_whoever_has_the_identifier(admin, store, holder):
    binned = store.entities()[0]
    address = address_of(binned, f"/changes/{store.changes(binned.pk)[-1].pk}/undo")
    answer = admin.post(address)
    assert answer.status_code == 409
    assert_leads_to(answer.content.decode(), holder)


def test_applying_leads_to_whoever_has_the_identifier(admin, store, holder):
    store.upsert(external_id="E-3")
    store.park(external_id="E-3", customer_number="C-1", mode="approval")
    page = admin.post(
        address_of(store.entities()[2], "/changesets/customer_number/apply"),
        {"expected": store.entities()[2].version},
        follow=True,
    )
    assert_leads_to(page.content.decode(), holder)
    assert "customer_number" not in store.entities()[2].attributes
