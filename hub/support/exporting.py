"""export_rows: what a list shows of chosen rows as CSV, with an entry in the audit trail of each organization."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any, Final

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.accounts.audit import Act, actor_at, record
from hub.accounts.models import Organization
from hub.support.facts import FactsPage

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would carry out."""


@admin.action(description=_("Export what the list shows (CSV)"), permissions=["act"])
def export_rows(page: FactsPage, request: HttpRequest, rows: models.QuerySet[models.Model]) -> HttpResponse:
    """At most one page of rows, in the order of the list."""
    chosen = list(rows[: page.list_per_page])
    stored = {field.attname for field in page.model._meta.concrete_fields}
    columns = [str(name) for name in page.list_display if name in stored or name in page.told]
    page.keep_facts(chosen)
    for organization, number in organizations_of(chosen).items():
        act = Act("support.export", page.model._meta.model_name or "", changes={"rows": number})
        record(
            organization=organization, actor=actor_at(request, "user", str(request.user.pk)), act=act, at=clock.now()
        )
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.model._meta.model_name}.csv"'
    writer = csv.writer(answer)
    writer.writerow(columns)
    writer.writerows(
        [_cell(getattr(page, column)(row) if column in page.told else getattr(row, column)) for column in columns]
        for row in chosen
    )
    return answer


def organizations_of(rows: list[models.Model]) -> dict[Organization | None, int]:
    """Organization → how many of the rows are its own; None for those that belong to none. One query."""
    counted = Counter(getattr(row, "organization_id", None) for row in rows)
    known = Organization.objects.in_bulk([key for key in counted if key is not None])
    return {known.get(key): number for key, number in counted.items()}


def _cell(value: Any) -> str:  # Any: whatever a column holds
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
