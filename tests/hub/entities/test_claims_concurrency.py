"""People who give the same identifier to several entities at the same moment: one of them succeeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from hub.accounts.audit import SYSTEM
from hub.entities.applying import AlreadyExists
from hub.entities.editing import change_entity, create_entity, restore_entity
from hub.entities.editor import Editor
from hub.entities.models import Entity
from tests.builders import NOW
from tests.hub.entities.conftest import Store, delete, in_threads


def told(work: Callable[[], object]) -> Callable[[], str]:
    """How an attempt ends."""

    def attempt() -> str:
        try:
            work()
        except AlreadyExists:
            return "refused"
        return "written"

    return attempt


def test_one_of_many_gets_the_identifier(file_store: Store):
    editor = Editor(file_store.organization, SYSTEM, NOW)
    ids = [file_store.upsert(customer_number=f"C-{number}").entity_id for number in range(4)]
    binned = file_store.upsert(customer_number="wanted").entity_id
    file_store.write(delete(customer_number="wanted"))

    def change(entity_id: UUID | None) -> Callable[[], object]:
        assert entity_id is not None
        wish = {"customer_number": "wanted"}
        return lambda: change_entity(
            editor=editor, schema="contact", entity_id=entity_id, attributes=wish, expected=None, is_whole=False
        )

    def make() -> object:
        attributes = {"external_id": "E-1", "customer_number": "wanted"}
        return create_entity(editor=editor, schema="contact", attributes=attributes)

    def restore() -> object:
        assert binned is not None
        return restore_entity(editor=editor, schema="contact", entity_id=binned, expected=None)

    outcomes = Counter(in_threads(*[told(change(one)) for one in ids], told(restore)))
    assert outcomes == {"written": 1, "refused": 4}
    assert Entity.objects.filter(attributes__customer_number="wanted", deleted_at=None).count() == 1
    assert told(make)() == "refused"
