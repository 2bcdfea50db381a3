"""Firing a core event by hand: the entity to begin with, fields, a preview, and for real."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from hub.events.definitions import get_event
from hub.events.models import CoreEvent
from hub.web.core_events.inputs import given_of
from tests.hub.entities.conftest import Store
from tests.hub.events.builders import field, make_own_event, switch

pytestmark = pytest.mark.django_db(transaction=True)

FIRE = "/app/core-events/ContactSeen/fire"


@pytest.fixture(autouse=True)
def _alone(settings):
    settings.CORE_EVENT_SUBSCRIBERS = settings.CORE_EVENT_AUDIENCES = settings.CORE_EVENT_READY_STAGES = []
    settings.CORE_EVENT_LISTENERS = settings.CORE_EVENT_REACH = []


@pytest.fixture
def contact(store, organization):
    make_own_event(organization=organization, schema_fields={"number": field("contact.customer_number")})
    return str(store.upsert(customer_number="C-1", last_name="Kern").entity_id)


def sent(client, path=FIRE, **more):
    mark = client.get(path).context["mark"]
    return client.post(path, {"node": "contact", "form_mark": mark} | more)


def test_those_who_were_changed_last_are_offered(admin, contact):
    assert [one.entity_id for one in admin.get(FIRE).context["candidates"]] == [contact]


def test_an_identifier_finds_whom_to_begin_with(admin, contact, store):
    store.upsert(customer_number="C-2")
    shown = sent(admin, do="find", search="C-1")
    assert [one.entity_id for one in shown.context["candidates"]] == [contact]


def test_a_preview_shows_the_payload_and_publishes_nothing(admin, contact):
    shown = sent(admin, do="preview", entity=contact)
    assert shown.context["shown"].payload["number"] == "C-1"
    assert not CoreEvent.objects.exists()


def test_firing_leads_to_the_event(admin, contact):
    answer = sent(admin, do="fire", entity=contact)
    row = CoreEvent.objects.get()
    assert (answer.status_code, row.payload["number"], row.source) == (302, "C-1", "user")
    assert admin.get(answer["Location"]).status_code == 200


def test_a_form_that_is_sent_again_fires_once(admin, contact):
    first = sent(admin, do="fire", entity=contact)
    again = admin.post(FIRE, first.wsgi_request.POST)
    assert (again.status_code, CoreEvent.objects.count()) == (422, 1)


def test_a_test_is_marked_as_one(admin, contact):
    sent(admin, do="fire", entity=contact, is_test="on")
    row = CoreEvent.objects.get()
    assert (row.is_test, row.payload["_event_source"]) == (True, "test")


def test_without_an_entity_the_finding_stands_at_the_choice(admin, contact):
    answer = sent(admin, do="fire")
    assert (answer.status_code, answer.context["seed_error"]) == (422, "choose an entity to begin with")


def test_a_missing_field_is_named_at_its_input(admin, store, organization):
    switch(organization, "MeterReadingAdded")
    meter = str(store.upsert("meter", meter_number="M-1").entity_id)
    answer = sent(admin, "/app/core-events/MeterReadingAdded/fire", do="fire", node="meter", entity=meter)
    errors = {one.name: one.error for one in answer.context["inputs"] if one.error}
    assert (answer.status_code, errors) == (422, {"reading_date": "is required"})


def test_text_that_is_no_json_is_named_at_its_input(organization):
    event = get_event(organization=organization, name="MeterReadingAdded")
    found = given_of(event, QueryDict("f:meter_readings=many"))
    assert [one.path for one in found.findings] == ["fields.meter_readings"]


def test_a_disabled_event_is_previewed_and_not_fired(admin, contact, organization):
    switch(organization, "ContactSeen", enabled=False)
    assert sent(admin, do="preview", entity=contact).status_code == 200
    assert sent(admin, do="fire", entity=contact).status_code == 422
    assert not CoreEvent.objects.exists()


def test_somebody_who_may_only_look_previews_and_does_not_fire(viewer, contact):
    assert sent(viewer, do="preview", entity=contact).status_code == 200
    assert sent(viewer, do="fire", entity=contact).status_code == 403


def test_an_entity_of_the_neighbour_is_as_unknown_as_any(admin, contact, stage):
    foreign = str(Store(stage.next_door).upsert("contact", customer_number="N-1").entity_id)
    answer = sent(admin, do="preview", entity=foreign)
    assert answer.status_code == 422
    assert "N-1" not in answer.content.decode()
