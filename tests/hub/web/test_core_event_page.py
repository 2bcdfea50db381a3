"""The page of one core event: what fires it, what it carries, who listens, its history, its switches."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.events.definitions import get_event
from tests.builders import NOW
from tests.hub.events.builders import make_core_event, make_own_event, switch

pytestmark = pytest.mark.django_db

DETAILS = "/app/core-events/CustomerDetailsUpdated"


@pytest.fixture(autouse=True)
def _alone(settings):
    settings.CORE_EVENT_SUBSCRIBERS = settings.CORE_EVENT_AUDIENCES = settings.CORE_EVENT_READY_STAGES = []
    settings.CORE_EVENT_LISTENERS = settings.CORE_EVENT_REACH = []


@pytest.mark.parametrize("tab", ["about", "payload", "payload&as=schema", "versions", "history"])
@pytest.mark.parametrize("name", ["CustomerDetailsUpdated", "MeterReadingAdded", "LocationMoveRequested"])
def test_every_tab_of_an_event_is_shown(seen, name, tab):
    assert name in seen(f"/app/core-events/{name}?tab={tab}")


def test_what_fires_an_event_is_said_in_words(seen):
    text = seen(DETAILS)
    assert "Contact is changed" in text
    assert "communication_preference" in text


def test_the_entities_of_an_event_stand_as_a_tree(viewer):
    [root] = viewer.get("/app/core-events/MeterReadingAdded").context["branches"]
    assert root.node.id == "meter"
    assert [one.node.id for one in root.branches] == ["meter_counters", "contract", "contracts"]


def test_an_older_version_has_its_own_sample(viewer):
    shown = viewer.get("/app/core-events/LocationMoveRequested?tab=payload&version=1.0").context
    assert (shown["version"], shown["shown"]["_event_version"]) == ("1.0", "1.0")


def test_an_event_that_nobody_knows_is_not_found(seen):
    seen("/app/core-events/NobodyKnows", status=404)


def test_an_own_event_of_the_neighbour_is_not_found(viewer, stage):
    make_own_event(organization=stage.next_door, name="NeighboursOwn")
    assert viewer.get("/app/core-events/NeighboursOwn").status_code == 404


def test_the_history_is_paged_newest_first(viewer, organization):
    make_own_event(organization=organization)
    stored = [make_core_event(organization=organization, at=NOW - timedelta(minutes=one)) for one in range(30)]
    first = viewer.get("/app/core-events/ContactSeen?tab=history").context
    second = viewer.get("/app/core-events/ContactSeen", {"tab": "history", "before": first["older"]}).context
    found = [one.event_id for one in (*first["past"], *second["past"])]
    assert found == [one.public_id for one in stored]


def test_an_event_of_the_past_shows_its_payload(viewer, organization):
    make_own_event(organization=organization)
    stored = make_core_event(organization=organization)
    shown = viewer.get(f"/app/core-events/ContactSeen/history/{stored.public_id}")
    assert shown.context["payload"]["_event_id"] == stored.public_id
    assert "Ute Jensen" in shown.content.decode()


def test_a_past_event_says_why_nobody_got_it(viewer, organization):
    make_own_event(organization=organization)
    stored = make_core_event(organization=organization, state="malformed", problem="number: must be a text")
    shown = viewer.get(f"/app/core-events/ContactSeen/history/{stored.public_id}")
    assert "number: must be a text" in shown.content.decode()


def test_an_event_of_the_neighbours_past_is_not_found(viewer, stage):
    make_own_event(organization=stage.home)
    stored = make_core_event(organization=stage.next_door)
    assert viewer.get(f"/app/core-events/ContactSeen/history/{stored.public_id}").status_code == 404


def test_enabling_asks_first_and_is_done_by_the_answer(admin, organization):
    assert "Enable Customer details updated?" in admin.get(f"{DETAILS}/switch/enable").content.decode()
    admin.post(f"{DETAILS}/switch/enable")
    organization.refresh_from_db()
    assert get_event(organization=organization, name="CustomerDetailsUpdated").is_published


def test_an_event_stops_being_published_by_changes(admin, organization):
    switch(organization, "CustomerDetailsUpdated")
    admin.post(f"{DETAILS}/switch/stop")
    organization.refresh_from_db()
    assert not get_event(organization=organization, name="CustomerDetailsUpdated").switch.auto_trigger


def test_somebody_who_may_only_look_switches_nothing(viewer):
    assert viewer.post(f"{DETAILS}/switch/enable").status_code == 403


def test_an_act_that_does_not_exist_is_not_found(admin):
    assert admin.get(f"{DETAILS}/switch/explode").status_code == 404


def test_the_watched_attributes_are_chosen(admin, organization):
    admin.post(
        f"{DETAILS}/settings", {"watches": "chosen", "attributes": "last_name\naddress\n", "keeps_history": "on"}
    )
    organization.refresh_from_db()
    chosen = get_event(organization=organization, name="CustomerDetailsUpdated").switch
    assert (chosen.attributes, chosen.keeps_history) == (("last_name", "address"), True)


def test_a_choice_without_attributes_is_refused_at_its_field(admin):
    answer = admin.post(f"{DETAILS}/settings", {"watches": "chosen", "attributes": " "})
    assert answer.status_code == 422
    assert answer.context["form"].errors["attributes"]
