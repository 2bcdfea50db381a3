"""Parallel submissions: one new key makes one entity, one deduplication id is accepted once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from tests.drills.erp import Erp, Note, in_parallel
from tests.drills.ledger import Faults, effects, waiting
from tools.running import wait_for

pytestmark = pytest.mark.drill


def test_fifty_parallel_submissions_of_one_new_key_make_one_entity(erp: Erp) -> None:
    for name in ("one", "two", "three"):
        erp.hub.start_worker(name)
    # Groups of their own spread the events over lanes that several workers serve at once.
    notes = [Note("K-new", str(place), group_id=f"group {place}") for place in range(50)]
    in_parallel(partial(erp.send, [note]) for note in notes)
    wait_for(lambda: waiting(erp.hub) == 0, "the queue to drain")
    found = effects(erp.hub)
    assert found.faults == Faults()
    assert found.outcomes == {"success": 50}
    assert sorted(found.histories["K-new"]) == sorted(note.value for note in notes)


def test_twenty_parallel_submissions_of_one_deduplication_id_are_one_success_that_the_others_name(erp: Erp) -> None:
    note = Note("K-1", "one", deduplication_id="K-1-one")
    results = [result for [result] in in_parallel([partial(erp.send, [note])] * 20)]
    assert Counter(result["status"] for result in results) == {"success": 1, "skipped": 19}
    [first] = [result["event_id"] for result in results if result["status"] == "success"]
    assert {result["message"] for result in results if result["status"] == "skipped"} == {f"Duplicate of {first}"}
