"""Edit modes over HTTP: what is parked, what goes past it, what is decided, and what the schema says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from tests.builders import make_token
from tests.cast import NEIGHBOUR
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store

OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"
MODES = [
    {"name": "iban", "type": "string", "edit_mode": "external", "match": "suffix"},
    {"name": "last_name", "edit_mode": "approval"},
]


@pytest.fixture
def contact(api: Api, store: Store) -> str:
    """``contact/<id>`` of one whose IBAN waits for the ERP and whose name waits for approval."""
    assert api.send("put", "schemas/contact", {"attributes": MODES}).status_code == 200
    return f"contact/{store.upsert(customer_number='C-1', iban=OLD, last_name='Kern').entity_id}"


def mode_of(answer: Any, name: str) -> tuple[str, str | None]:
    [found] = [one for one in answer.json()["attributes"] if one["name"] == name]
    return found["edit_mode"], found.get("match")


def test_a_schema_shows_its_edit_modes(api: Api, contact: str):
    answer = api.get("schemas/contact")
    assert (mode_of(answer, "iban"), mode_of(answer, "last_name")) == (("external", "suffix"), ("approval", None))
    assert (mode_of(answer, "first_name"), answer.json()["source"]) == (("direct", None), "extended")
    assert next(one["type"] for one in answer.json()["attributes"] if one["name"] == "last_name") == "string"


def test_an_edit_mode_is_a_version_of_the_schema(api: Api, contact: str):
    assert api.send("put", "schemas/contact", {"attributes": MODES}).json()["version"] == 2
    changed = api.send("put", "schemas/contact", {"attributes": MODES[:1]})
    assert (changed.json()["version"], mode_of(changed, "last_name")) == (3, ("direct", None))
    assert mode_of(api.get("schemas/contact", version="2"), "last_name") == ("approval", None)


def test_a_schema_that_is_sent_back_stays_as_it_is(api: Api, contact: str):
    shown = api.get("schemas/contact").json()
    assert api.send("put", "schemas/contact", shown).json() == shown


def test_an_installed_group_leaves_edit_modes_as_they_are(api: Api, store: Store):
    api.send("put", "schemas/ticket", {"attributes": [{"name": "remark", "type": "string", "edit_mode": "approval"}]})
    body = api.get("schemas/ticket").json() | {"groups": ["self_service"]}
    assert mode_of(api.send("put", "schemas/ticket", body), "remark") == ("approval", None)


OWN = {"name": "part_number", "type": "string", "identifier": True}


@pytest.mark.parametrize(
    ("slug", "attribute", "path"),
    [
        ("contact", {"name": "account", "edit_mode": "external"}, "edit_mode"),
        ("contact", {"name": "customer_number", "edit_mode": "approval"}, "edit_mode"),
        ("contact", {"name": "address_ref", "type": "reference", "edit_mode": "external"}, "edit_mode"),
        ("contact", {"name": "iban", "type": "string", "edit_mode": "sometimes"}, "edit_mode"),
        ("contact", {"name": "iban", "type": "string", "edit_mode": "external", "match": "prefix"}, "match"),
        ("contact", {"name": "iban", "type": "string", "edit_mode": "approval", "match": "suffix"}, "match"),
        ("contact", {"name": "iban", "edit_mode": "external"}, "type"),
        ("contract", {"name": "balance_decimal", "type": "decimal", "edit_mode": "external"}, "edit_mode"),
        ("spare-part", {"name": "bin", "type": "string", "identifier": True, "edit_mode": "external"}, "edit_mode"),
    ],
)
def test_a_wrong_edit_mode_names_its_place(api: Api, slug: str, attribute: dict[str, Any], path: str):
    answer = api.send(
        "put",
        f"schemas/{slug}",
        {"name": "Part", "attributes": [OWN, attribute]} if slug == "spare-part" else {"attributes": [attribute]},
    )
    place = 1 if slug == "spare-part" else 0
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, f"attributes[{place}].{path}")


def test_a_decimal_and_a_currency_wait_as_their_amount_does(api: Api, store: Store):
    api.send("put", "schemas/contract", {"attributes": [{"name": "balance", "edit_mode": "external"}]})
    stored = {"balance": 100, "balance_decimal": "1.00", "balance_currency": "EUR"}
    path = f"contract/{store.upsert('contract', contract_number='V-1', **stored).entity_id}"
    wanted = {"balance": 200, "balance_decimal": "2.00", "balance_currency": "CHF"}
    entity = api.send("patch", path, wanted).json()
    assert {name: entity[name] for name in stored} == stored
    applied = api.send("post", f"{path}/changesets/balance:apply").json()
    assert {name: applied[name] for name in wanted} == wanted
    assert "_changesets" not in applied


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "{contact}", {"iban": NEW}),
        ("put", "{contact}", {"customer_number": "C-1", "iban": NEW, "last_name": "Kern"}),
        (
            "patch",
            "contact:upsert",
            {"unique_key": ["customer_number"], "entity": {"customer_number": "C-1", "iban": NEW}},
        ),
    ],
)
def test_clients_park_unless_they_write_directly(api: Api, contact: str, method: str, path: str, body: Any):
    path = path.format(contact=contact)
    parked = api.send(method, path, body)
    assert (parked.status_code, parked.json()["iban"], parked.json()["_version"]) == (200, OLD, 2)
    assert parked.json()["_changesets"]["iban"]["value"] == NEW
    direct = api.send(method, f"/v1/entity/{path}?direct=true", body).json()
    assert (direct["iban"], "_changesets" in direct) == (NEW, False)


def test_direct_is_true_or_false(api: Api, contact: str):
    assert api.send("patch", f"/v1/entity/{contact}?direct=yes", {"iban": NEW}).status_code == 400


def test_a_new_entity_is_written_as_it_is(api: Api, contact: str):
    entity = api.send("post", "contact", {"customer_number": "C-2", "iban": NEW}).json()
    assert (entity["iban"], "_changesets" in entity) == (NEW, False)
    body = {"unique_key": ["customer_number"], "entity": {"customer_number": "C-3", "iban": NEW}}
    assert api.send("patch", "contact:upsert", body).json()["iban"] == NEW


def imported(api: Api, **more: Any) -> Any:
    rows = [{"customer_number": "C-1", "iban": NEW, "last_name": "Kern"}]
    body = {"schema": "contact", "unique_key": ["customer_number"], "rows": rows} | more
    return api.send("post", "/v1/entity:import", body).json()


def test_an_import_parks_and_says_so_beforehand(api: Api, contact: str, store: Store):
    [row] = imported(api, dry_run=True)["rows"]
    assert (row["outcome"], row["changes"]) == ("updated", {"iban": {"old": OLD, "new": NEW}})
    assert row["note"] == "Parked until confirmed or applied: iban."
    assert imported(api)["counts"]["updated"] == 1
    assert (store.only().attributes["iban"], store.parked()) == (OLD, {"iban": NEW})
    assert imported(api)["counts"]["no_op"] == 1


def test_an_export_that_is_imported_again_leaves_what_is_parked(api: Api, contact: str, store: Store):
    api.send("patch", contact, {"iban": NEW})
    rows = json.loads(api.send("post", "/v1/entity:export", {"schema": "contact"}).getvalue())
    assert rows[0]["_changesets"]["iban"]["value"] == NEW
    report = imported(api, rows=rows, unique_key=["_id"])
    assert (report["counts"]["no_op"], "_changesets" in report["ignored_columns"]) == (1, True)
    assert store.parked() == {"iban": NEW}


def test_changesets_are_listed_with_their_source(client_of: Callable[[Any], Client], contact: str, store: Store):
    token = make_token(organization=store.organization)
    api = Api(client_of(token))
    since = api.send("patch", contact, {"last_name": "Korn", "iban": NEW}).json()["_updated_at"]
    answer = api.get(f"{contact}/changesets")
    source = {"source": {"type": "token", "id": token.id}, "since": since}
    assert answer.json()["results"] == [
        {"attribute": "iban", "proposed": NEW, "current": OLD, "edit_mode": "external"} | source,
        {"attribute": "last_name", "proposed": "Korn", "current": "Kern", "edit_mode": "approval"} | source,
    ]
    assert answer["ETag"] == api.get(contact)["ETag"]


def test_nothing_parked_is_an_empty_list(api: Api, contact: str):
    assert api.get(f"{contact}/changesets").json() == {"results": []}


def test_a_changeset_is_applied_and_the_audit_trail_says_why(api: Api, contact: str, store: Store):
    api.send("patch", contact, {"last_name": "Korn"})
    answer = api.send("post", f"{contact}/changesets/last_name:apply", {"reason": "She married."})
    assert (answer.status_code, answer.json()["last_name"], answer["ETag"]) == (200, "Korn", '"3.2"')
    entry = AuditEntry.objects.filter(organization=store.organization).latest("sequence")
    assert (entry.action, entry.object_type, entry.object_id) == ("changeset.apply", "entity", str(store.only().pk))
    assert entry.changes == {"schema": "contact", "attribute": "last_name", "version": 3, "reason": "She married."}


def test_a_changeset_is_dismissed(api: Api, contact: str, store: Store):
    api.send("patch", contact, {"iban": NEW})
    answer = api.send("post", f"{contact}/changesets/iban:dismiss")
    assert (answer.json()["iban"], "_changesets" in answer.json()) == (OLD, False)
    assert AuditEntry.objects.filter(action="changeset.dismiss").get().changes["reason"] == ""


@pytest.mark.parametrize("act", ["apply", "dismiss"])
def test_where_nothing_is_parked_there_is_nothing_to_decide(api: Api, contact: str, store: Store, act: str):
    answer = api.send("post", f"{contact}/changesets/iban:{act}")
    assert (answer.status_code, store.only().version) == (404, 1)
    assert not AuditEntry.objects.filter(action__startswith="changeset").exists()


@pytest.mark.parametrize("act", ["apply", "dismiss"])
def test_a_stale_version_is_not_decided_about(api: Api, contact: str, act: str):
    api.send("patch", contact, {"iban": NEW})
    path = f"{contact}/changesets/iban:{act}"
    assert api.send("post", path, headers={"If-Match": '"1.2"'}).status_code == 412
    assert api.send("post", path, headers={"If-Match": '"2.2"'}).status_code == 200


def test_nothing_is_decided_in_the_recycle_bin(api: Api, contact: str, store: Store):
    api.send("patch", contact, {"iban": NEW})
    api.send("delete", contact)
    answer = api.send("post", f"{contact}/changesets/iban:apply")
    assert (answer.status_code, answer.json()["code"]) == (409, "ENTITY_DELETED")
    assert store.only().deleted_at is not None


def test_a_reason_is_a_short_text(api: Api, contact: str):
    api.send("patch", contact, {"iban": NEW})
    for reason in (7, "x" * 501):
        assert api.send("post", f"{contact}/changesets/iban:apply", {"reason": reason}).status_code == 400


def test_a_neighbour_finds_no_changesets(client_of: Callable[[Any], Client], api: Api, contact: str, store: Store):
    api.send("patch", contact, {"iban": NEW})
    neighbour = Api(client_of(NEIGHBOUR))
    assert neighbour.get(f"{contact}/changesets").status_code == 404
    for act in ("apply", "dismiss"):
        assert neighbour.send("post", f"{contact}/changesets/iban:{act}").status_code == 404
    assert store.parked() == {"iban": NEW}


def test_whoever_may_only_look_decides_nothing(
    client_of: Callable[[Any], Client], api: Api, contact: str, store: Store
):
    api.send("patch", contact, {"iban": NEW})
    reader = Api(client_of(make_token(organization=store.organization, grants=("entity:view",))))
    assert reader.get(f"{contact}/changesets").status_code == 200
    for act in ("apply", "dismiss"):
        assert reader.send("post", f"{contact}/changesets/iban:{act}").status_code == 403
    assert store.parked() == {"iban": NEW}


def test_the_activity_names_what_happened_to_a_changeset(api: Api, contact: str, store: Store):
    api.send("patch", contact, {"last_name": "Korn", "iban": NEW})
    api.send("post", f"{contact}/changesets/last_name:apply")
    store.upsert(customer_number="C-1", iban="****2051")
    api.send("patch", contact, {"iban": NEW})
    api.send("post", f"{contact}/changesets/iban:dismiss")
    results = api.get(f"{contact}/activity").json()["results"]
    assert [one["type"] for one in results] == ["dismissed", "parked", "confirmed", "applied", "parked", "created"]
    assert results[2]["changes"]["iban"] == {"old": OLD, "new": "****2051"}


def test_entities_with_something_parked_are_found(api: Api, contact: str, store: Store):
    store.upsert(customer_number="C-2", iban=OLD)
    api.send("patch", contact, {"iban": NEW})
    found = api.send("post", "/v1/entity:search", {"q": "_schema:contact AND _changesets:*"}).json()
    assert [one["customer_number"] for one in found["results"]] == ["C-1"]
