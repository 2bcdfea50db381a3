"""PAGES: integrations, use cases and their versions in the admin for support, and switching use cases off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.accounts.audit import actor_at
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.support.facts import Facts
from hub.support.pages import Rows, SupportPage, link
from integrations.changes.use_case import UseCaseChanges
from integrations.models import Integration, UseCase
from integrations.operations.author import Author
from integrations.operations.use_cases import update_use_case

SWITCHED_OFF = "Switched off by support"


class IntegratedPage(SupportPage):
    """Of rows that belong to integrations, with the names of these."""

    def facts_of(self, rows: Sequence[Model]) -> list[Facts]:
        """One query more."""
        facts = super().facts_of(rows)
        keys: list[UUID | None] = [getattr(row, "integration_id", None) for row in rows]
        known = Integration.objects.filter(pk__in=[key for key in keys if key is not None])
        names: dict[UUID | None, str] = dict(known.values_list("pk", "name"))
        for one, key in zip(facts, keys, strict=True):
            one["integration_name"] = names.get(key, str(key or ""))
        return facts

    @admin.display(description=_("integration"))
    def integration_name(self, row: Model) -> str:
        """Its id where it is gone."""
        return self.fact(row, "integration_name")


class IntegrationPage(SupportPage):
    """Without its settings and connector, which may hold what was written into them."""

    list_display = ("id", "organization_id", "name", "integration_type", "protected", "version", "in_hub")
    fields = ("updated_at",)
    ordering = ("pk",)

    @admin.display(description=_("in the hub"))
    def in_hub(self, integration: Integration) -> SafeString:
        """Its page."""
        return link(reverse("integrations:detail", args=[integration.pk]), _("open"))


class UseCasePage(IntegratedPage):
    """Without its configuration; its page in the hub compares versions."""

    list_display = ("id", "organization_id", "integration_id", "slug", "type", "enabled", "version", "in_hub")
    fields = ("name", "created_at", "updated_at", "change_description")
    ordering = ("pk",)
    looked_up_by = ("integration_id",)
    actions = (*SupportPage.actions, "switch_off")

    @admin.display(description=_("in the hub"))
    def in_hub(self, use_case: UseCase) -> SafeString:
        """Its history."""
        return link(reverse("integrations:use-case-history", args=[use_case.integration_id, use_case.pk]), _("open"))

    @admin.action(description=_("Switch off"), permissions=["act"])
    def switch_off(self, request: HttpRequest, rows: Rows) -> None:
        """A version more for each, audited; what waits in its lane is kept."""
        actor = actor_at(request, "user", str(request.user.pk))
        chosen = rows.values_list("organization_id", "integration_id", "pk", "type")[: self.list_per_page]
        for organization_id, integration_id, use_case_id, kind in chosen:
            organization = Organization.objects.get(pk=organization_id)
            author = Author(organization, actor, is_admin=True, at=clock.now())
            changes = UseCaseChanges(type=kind, enabled=False, change_description=SWITCHED_OFF)
            try:
                done = update_use_case(
                    author=author, integration_id=integration_id, use_case_id=use_case_id, changes=changes
                )
            except HubError as error:
                messages.error(request, error.message)
            else:
                messages.info(request, f"{organization.slug}: {done.slug} is off.")


class VersionPage(IntegratedPage):
    """One version of a use case: who saved it, and why."""

    plural = "versions of use cases"
    list_display = ("history_id", "id", "version", "enabled", "history_date", "actor_type", "actor_id", "in_hub")
    fields = ("integration_id", "change_description", "history_change_reason")
    ordering = ("-history_date", "-pk")
    looked_up_by = ("id",)

    @admin.display(description=_("in the hub"))
    def in_hub(self, version: Any) -> SafeString:  # Any: simple-history makes the model
        """The history of its use case."""
        return link(reverse("integrations:use-case-history", args=[version.integration_id, version.id]), _("open"))


PAGES = ((Integration, IntegrationPage), (UseCase, UseCasePage), (UseCase.history.model, VersionPage))
