"""confirmation: what an action is about to do to which rows, asked before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse

from hub.accounts.models import Organization
from hub.support.exporting import export_rows, organizations_of
from hub.support.facts import FactsPage
from hub.web import once

CONFIRMED: Final = "confirmed"


def confirmation(page: FactsPage, request: HttpRequest, action: str, rows: Sequence[models.Model]) -> TemplateResponse:
    """A page that names the action, the organizations and every row as the list does, and posts the same with
    CONFIRMED, once."""
    page.keep_facts(rows)
    counted = organizations_of(list(rows))
    described = dict(page.get_action_choices(request)).get(action, action)
    context = {
        **page.admin_site.each_context(request),
        "title": described,
        "action": action,
        "is_harmless": action == export_rows.__name__,
        "heads": [label_for_field(name, page.model, page) for name in _columns(page, request)],
        "rows": [(row, _cells(page, request, row)) for row in rows],
        "organizations": [(_name(one), number) for one, number in counted.items()],
        "confirmed": CONFIRMED,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
        "checkbox": ACTION_CHECKBOX_NAME,
        "opts": page.model._meta,
        "heading": getattr(page, "heading", page.model._meta.verbose_name_plural),
    }
    return TemplateResponse(request, "support/confirm.html", context)


def _columns(page: FactsPage, request: HttpRequest) -> list[str]:
    """Without the links, which would lead away from the question."""
    return [str(name) for name in page.get_list_display(request) if name != "in_hub"]


def _cells(page: FactsPage, request: HttpRequest, row: models.Model) -> list[str]:
    """As the list writes them."""
    cells = []
    for name in _columns(page, request):
        field, _attribute, value = lookup_field(name, row, page)
        cells.append(display_for_field(value, field, "–") if field else display_for_value(value, "–"))
    return cells


def _name(organization: Organization | None) -> str:
    return organization.slug if organization else "–"
