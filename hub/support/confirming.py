"""confirmation: what an action is about to do to which rows, asked before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse

from hub.accounts.models import Organization
from hub.support.exporting import organizations_of
from hub.web import once

CONFIRMED: Final = "confirmed"


def confirmation(
    page: admin.ModelAdmin[models.Model], request: HttpRequest, action: str, rows: Sequence[models.Model]
) -> TemplateResponse:
    """A page that names the action, the organizations and every row, and posts the same with CONFIRMED, once."""
    counted = organizations_of(list(rows))
    described = dict(page.get_action_choices(request)).get(action, action)
    context = {
        **page.admin_site.each_context(request),
        "title": described,
        "action": action,
        "rows": rows,
        "organizations": [(_name(one), number) for one, number in counted.items()],
        "confirmed": CONFIRMED,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
        "checkbox": ACTION_CHECKBOX_NAME,
        "opts": page.model._meta,
        "heading": getattr(page, "heading", page.model._meta.verbose_name_plural),
    }
    return TemplateResponse(request, "support/confirm.html", context)


def _name(organization: Organization | None) -> str:
    return organization.slug if organization else "–"
