"""What the server writes into the mappings of an outbound use case."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from outbound.stored_mappings import with_server_fields
from tests.builders import NOW
from tests.integrations.configurations import OUTBOUND

LATER = NOW + timedelta(hours=1)
NOW_TEXT = "2026-01-15T08:00:00.000Z"
LATER_TEXT = "2026-01-15T09:00:00.000Z"
OWN_ID = "6f1d3f5e-9a54-4f0e-8f43-7f0a4f7c2c11"


def stored(raw=OUTBOUND):
    """What is stored for a new use case."""
    return with_server_fields(raw, stored=None, moment=NOW)


def changed(before, **fields):
    """The first mapping after it was sent again with other fields."""
    sent = before | {"mappings": [before["mappings"][0] | fields]}
    return with_server_fields(sent, stored=before, moment=LATER)["mappings"][0]


def test_a_mapping_without_id_gets_one():
    assert UUID(stored()["mappings"][0]["id"])


def test_an_id_that_is_sent_is_kept():
    raw = OUTBOUND | {"mappings": [OUTBOUND["mappings"][0] | {"id": OWN_ID.upper()}]}
    assert stored(raw)["mappings"][0]["id"] == OWN_ID


def test_moments_that_are_sent_are_ignored():
    raw = OUTBOUND | {"mappings": [OUTBOUND["mappings"][0] | {"created_at": "1999", "updated_at": 7}]}
    mapping = stored(raw)["mappings"][0]
    assert (mapping["created_at"], mapping["updated_at"]) == (NOW_TEXT, NOW_TEXT)


def test_a_changed_mapping_keeps_its_creation_and_moves_its_update():
    mapping = changed(stored(), name="Other")
    assert (mapping["created_at"], mapping["updated_at"]) == (NOW_TEXT, LATER_TEXT)


def test_an_unchanged_mapping_keeps_both_moments():
    before = stored()
    assert changed(before) == before["mappings"][0]


def test_sending_the_same_mappings_without_ids_changes_nothing():
    raw = OUTBOUND | {"mappings": OUTBOUND["mappings"] * 2}
    before = stored(raw)
    assert with_server_fields(raw, stored=before, moment=LATER) == before


def test_a_mapping_never_takes_the_id_of_one_that_is_named():
    before = stored()
    named = before["mappings"][0]
    sent = OUTBOUND | {"mappings": [OUTBOUND["mappings"][0], {"id": named["id"]} | OUTBOUND["mappings"][0]]}
    first, second = with_server_fields(sent, stored=before, moment=LATER)["mappings"]
    assert (first["id"] != named["id"], second["id"]) == (True, named["id"])


def test_members_that_nobody_knows_are_kept():
    raw = OUTBOUND | {"note": 1, "mappings": [OUTBOUND["mappings"][0] | {"note": 2}]}
    assert (stored(raw)["note"], stored(raw)["mappings"][0]["note"]) == (1, 2)


def test_what_was_sent_is_not_touched():
    stored()
    assert "id" not in OUTBOUND["mappings"][0]
