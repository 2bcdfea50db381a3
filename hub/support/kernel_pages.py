"""PAGES: organizations, people, tokens, the audit trail and entities, without anything secret."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import ApiToken, AuditEntry, Organization, User
from hub.entities.models import Entity
from hub.support.pages import SupportPage, link


class OrganizationPage(SupportPage):
    """Found by slug."""

    list_display = ("id", "slug", "name", "created_at", "config_version")
    searched = "slug"


class UserPage(SupportPage):
    """Found by e-mail address; no password, not even its hash."""

    list_display = ("id", "email", "name", "is_active", "is_staff", "is_superuser", "last_login", "created_at")
    searched = "email"


class TokenPage(SupportPage):
    """The id is the visible beginning of a token; its digest is never read."""

    plural = "API tokens"
    list_display = (
        "id",
        "organization_id",
        "name",
        "read_only",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "in_hub",
    )
    fields = ("grants", "integration_ids")
    ordering = ("-created_at", "pk")

    @admin.display(description=_("in the hub"))
    def in_hub(self, token: ApiToken) -> SafeString:
        """All tokens of an organization stand on one page."""
        return link(reverse("web:tokens"), _("open"))


class AuditPage(SupportPage):
    """Newest first, over all organizations."""

    plural = "audit entries"
    list_display = (
        "id",
        "organization_id",
        "at",
        "actor_type",
        "actor_id",
        "action",
        "object_type",
        "object_id",
        "result",
    )
    fields = ("sequence", "impersonator_id", "source_address", "user_agent", "request_id")


class EntityPage(SupportPage):
    """Without attributes: the hub's own page shows these to those who may see them."""

    plural = "entities"
    list_display = ("id", "organization_id", "schema", "version", "created_at", "updated_at", "deleted_at", "in_hub")

    @admin.display(description=_("in the hub"))
    def in_hub(self, entity: Entity) -> SafeString:
        """The entity's page."""
        return link(reverse("web:entity", args=[entity.schema, entity.pk]), _("open"))


PAGES = (
    (Organization, OrganizationPage),
    (User, UserPage),
    (ApiToken, TokenPage),
    (AuditEntry, AuditPage),
    (Entity, EntityPage),
)
