"""The portals that mappings refer to."""

from __future__ import annotations

from datetime import timedelta

from hub.accounts.models import Organization
from hub.environments import remembered
from hub.environments.changes import PortalChanges
from hub.environments.models import Portal
from hub.environments.operations.portals import delete_portal, put_portal
from hub.environments.portals import portals_of
from tests.builders import NOW, make_portal


def ids(organization):
    return [portal["portal_id"] for portal in portals_of(organization.pk)]


def test_portals_come_oldest_first_those_of_unknown_age_before_all_others(organization):
    ages = {"d": 1, "b": 0, "c": 0, "z": None, "y": None}
    for portal_id, days in ages.items():
        at = None if days is None else NOW + timedelta(days=days)
        make_portal(organization=organization, portal_id=portal_id, created_at=at)
    assert ids(organization) == ["y", "z", "b", "c", "d"]


def test_ids_are_compared_by_their_bytes(organization):
    for portal_id in ("b", "A", "a", "B", "a-1", "a.1"):
        make_portal(organization=organization, portal_id=portal_id)
    assert ids(organization) == ["A", "B", "a", "a-1", "a.1", "b"]


def test_a_portal_shows_what_filters_and_expressions_ask_for(organization):
    make_portal(organization=organization, portal_id="p", domain="portal.example", name="Customers", is_dummy=True)
    assert portals_of(organization.pk) == [
        {
            "portal_id": "p",
            "origin": "END_CUSTOMER_PORTAL",
            "domain": "portal.example",
            "name": "Customers",
            "enabled": True,
            "is_dummy": True,
            "is_epilot_domain": False,
            "created_at": "2026-01-15T08:00:00.000Z",
        }
    ]


def test_an_unknown_age_is_left_out(organization):
    make_portal(organization=organization, created_at=None)
    assert "created_at" not in portals_of(organization.pk)[0]


def test_a_neighbours_portals_are_not_listed(stage):
    make_portal(organization=stage.next_door)
    assert ids(stage.home) == []


def test_a_change_counts_at_once(organization, author):
    put_portal(author=author, portal_id="p", changes=PortalChanges.parse({"origin": "B2B_PORTAL"}))
    assert portals_of(organization.pk)[0]["origin"] == "B2B_PORTAL"
    put_portal(author=author, portal_id="p", changes=PortalChanges.parse({"name": "Partners"}))
    assert portals_of(organization.pk)[0]["name"] == "Partners"
    delete_portal(author=author, portal_id="p")
    assert ids(organization) == []


def test_a_change_behind_the_hubs_back_counts_after_five_minutes(organization, monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(remembered.clock, "monotonic", lambda: seconds[0])
    make_portal(organization=organization, portal_id="p")
    assert ids(organization) == ["p"]
    Portal.objects.all().delete()
    seconds[0] = 299.0
    assert ids(organization) == ["p"]
    seconds[0] = 300.0
    assert ids(organization) == []


def test_portals_are_read_with_one_query_and_without_any_by_whoever_knows_the_version(organization, count_queries):
    make_portal(organization=organization)
    version = Organization.objects.get(pk=organization.pk).config_version
    portals_of(organization.pk)
    with count_queries() as counted:
        portals_of(organization.pk)
        portals_of(organization.pk, version)
    assert len(counted) == 1
