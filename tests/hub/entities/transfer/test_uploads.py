"""EntityImport: kept for one person, written once as it was looked at, forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.entities.editor import Editor
from hub.entities.models import EntityImport
from hub.entities.operations import Outcome
from hub.entities.transfer import results, uploads
from hub.entities.transfer.results import ImportResult
from hub.entities.transfer.uploads import KEPT_UNWRITTEN, KEPT_WRITTEN, Upload
from hub.errors import Conflict, NotFound
from hub.retention import running
from hub.strict_json import parse
from tests.builders import NOW
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.hub.entities.conftest import Store, upsert

pytestmark = pytest.mark.django_db

FILE = b"customer_number;last_name;first_name\nC-1;Kern;Ada\nC-2;Jensen;Bo\n"


@pytest.fixture
def store(organization: Organization) -> Store:
    """The store of Home."""
    return Store(organization)


def editor(organization: Organization, actor_id: str = "1", after: timedelta = timedelta()) -> Editor:
    """Somebody at Home, some time later."""
    return Editor(organization, Actor("user", actor_id), NOW + after)


def keep(organization: Organization, content: bytes = FILE, **fields: Any) -> EntityImport:
    """A file at Home. Any: parts of an Upload."""
    return uploads.keep(editor=editor(organization), upload=Upload("contact", content, **fields), parse=parse)


def found(organization: Organization, kept: EntityImport, **of: Any) -> EntityImport | None:
    """The same import as somebody else sees it. Any: parts of an editor."""
    return uploads.find_import(editor=editor(organization, **of), schema="contact", import_id=kept.pk)


def carry_out(organization: Organization, kept: EntityImport, revision: int = 1) -> None:
    """Write it."""
    uploads.carry_out(editor=editor(organization), kept=kept, revision=revision, parse=parse)


def test_a_file_is_found_by_its_person_alone(stage: Stage, organization: Organization):
    kept = keep(organization)
    assert found(organization, kept) == kept
    assert found(organization, kept, actor_id="2") is None
    assert found(stage.next_door, kept) is None


def test_a_preview_is_forgotten_after_an_hour_and_a_report_after_a_day(organization: Organization, clock: FixedClock):
    looked_at, written = keep(organization), keep(organization)
    carry_out(organization, written)
    assert found(organization, looked_at, after=KEPT_UNWRITTEN) is None
    assert found(organization, written, after=KEPT_UNWRITTEN) is not None
    clock.move(KEPT_UNWRITTEN)
    running.apply()
    assert list(EntityImport.objects.all()) == [written]
    clock.move(KEPT_WRITTEN)
    running.apply()
    assert not EntityImport.objects.exists()


def test_a_report_tells_every_row_with_its_entity(organization: Organization, store: Store):
    kept = keep(organization)
    carry_out(organization, kept)
    result = ImportResult.read(EntityImport.objects.get().result)
    told = [(row.row, row.outcome, row.identity, row.entity_id) for row in result.rows]
    ids = {entity.attributes["customer_number"]: str(entity.pk) for entity in store.entities()}
    assert told == [(2, Outcome.CREATED, "C-1", ids["C-1"]), (3, Outcome.CREATED, "C-2", ids["C-2"])]


def test_an_import_that_was_rehearsed_again_is_not_written_by_an_older_page(organization: Organization, store: Store):
    kept = keep(organization)
    seen_before = EntityImport.objects.get()
    chosen = {"customer_number": "customer_number"}
    uploads.rehearse_again(editor=editor(organization), kept=kept, mapping=chosen, unique_key=[], parse=parse)
    for one in (seen_before, EntityImport.objects.get()):
        with pytest.raises(Conflict):
            carry_out(organization, one, revision=1)
    assert store.entities() == []
    carry_out(organization, EntityImport.objects.get(), revision=2)
    assert [entity.attributes for entity in store.entities()] == [
        {"customer_number": "C-1"},
        {"customer_number": "C-2"},
    ]


def test_what_is_under_way_changes_no_more(organization: Organization):
    kept = keep(organization)
    EntityImport.objects.update(started_at=NOW)
    with pytest.raises(Conflict):
        uploads.rehearse_again(editor=editor(organization), kept=kept, mapping={}, unique_key=[], parse=parse)
    with pytest.raises(Conflict):
        carry_out(organization, kept)
    uploads.discard(editor=editor(organization), kept=kept)
    assert EntityImport.objects.exists()


def test_an_import_that_cannot_begin_may_be_tried_again(organization: Organization):
    kept = keep(organization)
    EntityImport.objects.update(schema="nothing")
    kept.refresh_from_db()
    with pytest.raises(NotFound):
        carry_out(organization, kept)
    assert EntityImport.objects.get().started_at is None


def test_a_row_keeps_a_bounded_part_of_its_values(organization: Organization, store: Store, monkeypatch):
    monkeypatch.setattr(results, "MOST_CHANGES", 1)
    monkeypatch.setattr(results, "MOST_TOLD", 1)
    monkeypatch.setattr(results, "LONGEST_TEXT", 3)
    store.write(upsert(customer_number="C-1", last_name="x"), upsert(customer_number="C-2", last_name="y"))
    first, second = ImportResult.read(keep(organization).result).rows
    assert ([len(row.changes) for row in (first, second)], first.more_changes, second.more_changes) == ([1, 0], 1, 2)
    assert first.identity == "C-1"


def test_a_name_of_a_file_holds_nothing_that_is_not_shown(organization: Organization):
    assert keep(organization, file_name="a\0b\u202ec\n" + "x" * 300).file_name == ("abc" + "x" * 300)[:200]
