"""Every table of the hub has an age, or says why it has none."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps

from hub.retention.kinds import entries, fixed_ages, kept, kinds, rooms

pytestmark = pytest.mark.once


def test_every_table_is_named_once() -> None:
    named = Counter(model._meta.label for entry in entries() for model in entry.models)
    assert named == Counter(model._meta.label for model in apps.get_models())


def test_what_is_kept_says_why() -> None:
    assert all(str(one.how_long) for one in kept())


def test_a_part_is_kept_no_longer_than_its_whole_unless_somebody_chooses() -> None:
    ages = {kind.key: kind.default_days for kind in kinds()}
    assert all(kind.default_days <= ages[kind.within] for kind in kinds() if kind.within)


def test_labels_tell_entries_apart() -> None:
    labels = [str(entry.label) for entry in entries()]
    assert len(labels) == len(set(labels))


def test_labels_tell_rooms_apart() -> None:
    labels = [str(room.label) for room in rooms()]
    assert len(labels) == len(set(labels))


def test_no_age_lies_in_the_future() -> None:
    assert all(fixed.age.total_seconds() >= 0 for fixed in fixed_ages())
