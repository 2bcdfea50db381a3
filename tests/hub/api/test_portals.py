"""/v1/portals."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from hub.environments.models import Portal
from hub.environments.operations import portals
from tests.builders import make_portal
from tests.cast import MACHINE

PATH = "/v1/portals"


@pytest.fixture
def machine(client_of):
    return client_of(MACHINE)


def put(client, portal_id, **body):
    return client.put(f"{PATH}/{portal_id}", body, content_type="application/json")


def test_a_portal_is_made_changed_and_deleted(machine):
    made = put(machine, "p-1", origin="B2B_PORTAL", domain="b2b.example")
    changed = put(machine, "p-1", name="Partners", enabled=False)
    assert (made.status_code, changed.status_code) == (201, 200)
    assert changed.json() == made.json() | {"name": "Partners", "enabled": False}
    assert machine.get(PATH).json() == {"items": [changed.json()]}
    assert [machine.delete(f"{PATH}/p-1").status_code for _ in range(2)] == [204, 404]


def test_a_new_portal_is_enabled_and_as_old_as_the_moment(machine):
    assert put(machine, "p", origin="ADDITIONAL_PORTAL").json() == {
        "portal_id": "p",
        "origin": "ADDITIONAL_PORTAL",
        "domain": "",
        "name": "",
        "enabled": True,
        "is_dummy": False,
        "is_epilot_domain": False,
        "created_at": "2026-01-15T08:00:00.000Z",
    }


def test_an_age_is_taken_as_it_is_told(machine):
    told = put(machine, "p", origin="B2B_PORTAL", created_at="2020-01-01T01:00:00+01:00").json()
    assert told["created_at"] == "2020-01-01T00:00:00.000Z"
    assert "created_at" not in put(machine, "p", created_at=None).json()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "origin"),
        ({"origin": "SHOP"}, "origin"),
        ({"origin": None}, "origin"),
        ({"name": 1}, "name"),
        ({"domain": "x" * 256}, "domain"),
        ({"enabled": "yes"}, "enabled"),
        ({"is_dummy": None}, "is_dummy"),
        ({"created_at": "soon"}, "created_at"),
        ({"created_at": "2026-01-15T08:00:00"}, "created_at"),
        ({"created_at": "2026-13-15T08:00:00Z"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at"),
        ({"created_at": 1}, "created_at"),
    ],
)
def test_a_wrong_body_is_a_400_that_names_the_place_and_stores_nothing(machine, body, path):
    answer = put(machine, "p", **({} if path == "origin" else {"origin": "B2B_PORTAL"}) | body)
    assert (answer.status_code, [detail["path"] for detail in answer.json()["details"]]) == (400, [path])
    assert Portal.objects.count() == 0


@pytest.mark.parametrize("portal_id", ["-p", "a b", "ü", "x" * 129])
def test_an_id_that_is_no_word_makes_no_portal(machine, portal_id):
    assert put(machine, portal_id, origin="B2B_PORTAL").status_code == 400
    assert machine.delete(f"{PATH}/{portal_id}").status_code == 404


def test_an_organization_has_room_for_so_many_portals(machine, organization, monkeypatch):
    monkeypatch.setattr(portals, "MOST_PORTALS", 1)
    make_portal(organization=organization)
    assert put(machine, "p", origin="B2B_PORTAL").json()["code"] == "LIMIT_REACHED"


def test_changes_are_audited(machine, organization):
    put(machine, "p", origin="B2B_PORTAL")
    put(machine, "p", name="Partners")
    put(machine, "p", name="Partners")
    machine.delete(f"{PATH}/p")
    rows = AuditEntry.objects.of(organization).order_by("sequence").values_list("action", "changes")
    assert [action for action, _ in rows] == ["portal.create", "portal.update", "portal.delete"]
    assert rows[1][1] == {"portal_id": "p", "name": ["", "Partners"]}
