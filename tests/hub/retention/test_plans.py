"""A walk reads a range of an index, however large its table is: it neither scans nor sorts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from django.apps import apps
from django.db import connection

from hub.ids import first_id_at
from hub.retention.kinds import FixedAge, RetentionKind, fixed_ages, kinds
from hub.retention.walking import key_of
from tests.builders import NOW
from tests.plans import bad_nodes, explained

pytestmark = [pytest.mark.django_db, pytest.mark.services]
SMALL: Final = {"inbound_lane", "inbound_queuedevent", "inbound_laneleft", "monitoring_alertstate"}
"""A row for each lane, each move of a use case within a day, each subject of an alert rule: never many. The queue is
asked by an index whether a closed lane has anything in it."""
TABLES: Final = {model._meta.db_table for model in apps.get_models()} - SMALL


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.key)
def test_the_next_rows_are_a_range_of_an_index(kind: RetentionKind) -> None:
    key = key_of(kind.walks)
    after, limit = (first_id_at(NOW - timedelta(days=days)) for days in (120, 90))
    rows = kind.walks._default_manager.filter(**{f"{key}__gt": after, f"{key}__lt": limit}).order_by(key)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = rows.values_list(key, "organization_id")[:1000].explain()
    assert "Index" in plan
    assert "Index Cond" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("fixed", fixed_ages(), ids=lambda fixed: str(fixed.label))
def test_what_is_old_is_found_without_looking_at_all(fixed: FixedAge, monkeypatch: pytest.MonkeyPatch) -> None:
    with explained(monkeypatch, TABLES) as plans:
        fixed.expire(NOW - fixed.age, fixed.at_once)
    assert plans or set(SMALL) & {model._meta.db_table for model in fixed.models}
    assert not [bad for plan in plans for bad in bad_nodes(plan, TABLES)]
