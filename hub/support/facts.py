"""FactsPage: what a list shows of its rows that stands in other tables, read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization

if TYPE_CHECKING:
    Page = admin.ModelAdmin[models.Model]
else:
    Page = admin.ModelAdmin

KEPT: Final = "_support_facts"
"""Where a row keeps its facts."""
NAMED: Final = {"organization_id": "organization_slug", "integration_id": "integration_name"}
"""Columns that hold ids → the facts that are shown instead."""

Facts = dict[str, str]


class FactsPage(Page):
    """Subclasses add facts in facts_of, and a method for each that answers fact."""

    told: ClassVar[Sequence[str]] = ()
    """Facts that are columns of their own; exports have them, too."""

    def facts_of(self, rows: Sequence[models.Model]) -> list[Facts]:
        """One for each row; as many queries whatever their number. Subclasses fill in what super answers."""
        keys: list[int | None] = [getattr(row, "organization_id", None) for row in rows]
        known = Organization.objects.filter(pk__in=[key for key in keys if key is not None])
        slugs: dict[int | None, str] = dict(known.values_list("pk", "slug"))
        return [{"organization_slug": slugs.get(key, "" if key is None else str(key))} for key in keys]

    def keep_facts(self, rows: Sequence[models.Model]) -> None:
        """On the rows themselves, for the columns."""
        for row, facts in zip(rows, self.facts_of(rows) if rows else [], strict=True):
            setattr(row, KEPT, facts)

    def fact(self, row: models.Model, name: str) -> str:
        """Of a row that stands alone it is read now."""
        if not hasattr(row, KEPT):
            self.keep_facts([row])
        return str(getattr(row, KEPT).get(name, ""))

    def named(self, columns: Sequence[str]) -> list[str]:
        """The same columns with names in the place of ids, as far as the page knows them."""
        return [NAMED[one] if hasattr(self, NAMED.get(one, "-")) else one for one in columns]

    @admin.display(description=_("organization"))
    def organization_slug(self, row: models.Model) -> str:
        """Its number where it is gone."""
        return self.fact(row, "organization_slug")
