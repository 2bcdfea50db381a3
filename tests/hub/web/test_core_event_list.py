"""The list of core events: states, listeners, figures, filters."""

from __future__ import annotations

import pytest

from hub.events.catalogue import built_ins
from tests.builders import NOW
from tests.hub.events.builders import make_core_event, make_own_event, switch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone(settings):
    settings.CORE_EVENT_LISTENERS = settings.CORE_EVENT_REACH = []


def test_an_organization_that_uses_none_is_told_how_the_first_is_enabled(seen):
    assert "Events that the hub brings start disabled." in seen("/app/core-events")


def test_events_that_are_on_stand_first(viewer, organization):
    switch(organization, "ProductOrderCompleted")
    rows = viewer.get("/app/core-events").context["rows"]
    assert rows[0].event.name == "ProductOrderCompleted"
    assert len(rows) == len(built_ins())


def test_a_row_tells_how_often_its_event_was_fired_lately_and_when_last(viewer, organization):
    make_own_event(organization=organization)
    make_core_event(organization=organization)
    [row] = viewer.get("/app/core-events?q=contactseen").context["rows"]
    assert (row.fired.count, row.fired.last_at) == (1, NOW)


def test_filters_and_a_text_find_events(viewer, organization):
    switch(organization, "ProductOrderCompleted")
    rows = viewer.get("/app/core-events?status=enabled&status=draft&tag=manufacturing&q=ORDER").context["rows"]
    assert [row.event.name for row in rows] == ["ProductOrderCompleted"]


def test_a_filter_that_finds_nothing_leads_back_to_all(seen):
    assert "No core event is like that" in seen("/app/core-events?q=nothing-of-the-kind")


def test_events_of_the_neighbour_are_not_listed(viewer, stage):
    make_own_event(organization=stage.next_door, name="NeighboursOwn")
    assert "NeighboursOwn" not in viewer.get("/app/core-events").content.decode()


def test_the_list_takes_the_same_queries_however_many_events_are_on(viewer, organization, count_queries):
    switch(organization, "ProductOrderCompleted")
    viewer.get("/app/core-events")
    with count_queries() as few:
        viewer.get("/app/core-events")
    for number in range(5):
        make_own_event(organization=organization, name=f"Own{number}xx")
        make_core_event(organization=organization, name=f"Own{number}xx")
    viewer.get("/app/core-events")
    with count_queries() as many:
        viewer.get("/app/core-events")
    assert len(few) == len(many)
