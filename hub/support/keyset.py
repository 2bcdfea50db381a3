"""KeysetList: one page of a table after the last row of another one, at the same cost wherever it lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.http import HttpRequest

from hub.support.facts import FactsPage

OLDER: Final = "older"
"""Names the row, by its primary key, behind which a page begins."""
MOST_COUNTED: Final = 2_000
"""Rows that are counted where the database keeps no estimate."""


class KeysetList(ChangeList):
    """No COUNT and no OFFSET of a large table: what lies behind a page is estimated."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:  # Any: the library's
        """Without the place, which filters nothing."""
        return {name: value for name, value in super().get_filters_params(params).items() if name != OLDER}

    def get_results(self, request: HttpRequest) -> None:
        """One row more is read than is shown: it tells whether there are others."""
        rows = self.queryset
        self.is_first = OLDER not in request.GET
        if not self.is_first:
            rows = rows.filter(_behind(self._ordering(), self._last(request.GET[OLDER])))
        found = list(rows[: self.list_per_page + 1])
        self.has_older = len(found) > self.list_per_page
        self.result_list = found[: self.list_per_page]
        if isinstance(self.model_admin, FactsPage):
            self.model_admin.keep_facts(self.result_list)
        self.result_count = len(self.result_list)
        self.full_result_count = None if self.query else self.result_count  # the form tells of a search alone
        self.show_full_result_count, self.show_admin_actions = False, bool(found)
        self.can_show_all = self.multi_page = False
        self.paginator = None

    @property
    def older_link(self) -> str:
        """The query string of the next page."""
        return self.get_query_string({OLDER: str(self.result_list[self.result_count - 1].pk)})

    @property
    def newest_link(self) -> str:
        """The query string of the first page."""
        return self.get_query_string(remove=[OLDER])

    @property
    def is_whole_table(self) -> bool:
        """Whether nothing is searched or filtered, so that an estimate of the table is one of the list."""
        return not self.query and not self.get_filters_params()

    def estimate(self) -> int:
        """About how many rows the table has; 0 where nobody knows."""
        if connection.vendor != "postgresql":
            return self.root_queryset.order_by()[:MOST_COUNTED].count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [self._table()])
            return max(0, int(cursor.fetchone()[0]))

    def _table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    def _ordering(self) -> Sequence[str]:
        return [str(name) for name in self.model_admin.ordering or ("-pk",)]

    def _last(self, text: str) -> models.Model:
        if "\0" in text:
            raise IncorrectLookupParameters
        try:
            key = self.model._meta.pk.to_python(text)
        except (ValidationError, ValueError) as error:
            raise IncorrectLookupParameters from error
        last: models.Model | None = self.root_queryset.filter(pk=key).first()
        if last is None:
            raise IncorrectLookupParameters
        return last


def _behind(ordering: Sequence[str], last: models.Model) -> Q:
    """What comes after the row in that ordering, whose last name is unique."""
    condition, same = Q(), dict[str, object]()
    for name in ordering:
        column = name.removeprefix("-")
        value = getattr(last, column)
        condition |= Q(**same, **{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        same[column] = value
    return condition
