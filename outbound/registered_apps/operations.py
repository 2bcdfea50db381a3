"""Register and delete apps; each write is audited."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hub.accounts.audit import Act
from hub.accounts.grants import may_pass_on
from hub.accounts.principals import Principal
from hub.environments.operations.author import check_room
from hub.errors import Conflict, ErrorDetail, Forbidden
from hub.json_types import JSONObject
from integrations.models import AppMapping
from integrations.operations.author import Author, recorded
from outbound.models import RegisteredApp
from outbound.registered_apps.queries import get_app
from outbound.registered_apps.sent import SentApp
from outbound.registered_apps.tokens import revoke_tokens

MOST_APPS: Final = 200
"""The list is answered whole."""


class AppExists(Conflict):
    """The organization has registered the app already."""

    code = "APP_EXISTS"


class AppInUse(Conflict):
    """Events that are addressed by the app go to an integration."""

    code = "APP_IN_USE"


def register_app(*, author: Author, registrar: Principal, sent: SentApp) -> RegisteredApp:
    """A new app. Raises AppExists, LimitReached, and Forbidden for grants that the registrar does not hold."""
    refused = [
        ErrorDetail(f"grants[{place}]", "is more than you may do yourself")
        for place, grant in enumerate(sent.grants)
        if not grant.is_deny and not may_pass_on(registrar, grant)
    ]
    if refused:
        raise Forbidden("An app may get only what its registrar holds.", details=refused)
    with recorded(author) as acts:
        apps = RegisteredApp.objects.of(author.organization)
        if apps.filter(app_id=sent.app_id).exists():
            raise AppExists("An app with this app_id is registered already: delete it first to register it anew.")
        check_room(apps.count(), MOST_APPS, "apps")
        app = RegisteredApp.objects.create(
            organization=author.organization,
            app_id=sent.app_id,
            name=sent.name,
            description=sent.description,
            version=sent.version,
            configuration=sent.configuration,
            options=sent.options,
            grants=[grant.as_json() for grant in sent.grants],
            components=list(sent.components),
            created_at=author.at,
        )
        acts.append(_act("app.register", app))
    return app


def delete_app(*, author: Author, app_id: UUID, force: bool) -> None:
    """Delete the app, and with force its mappings, so that events addressed by it are refused from then on.

    Raises NotFound, AppInUse while something is mapped, IntegrationProtected.
    """
    with recorded(author) as acts:
        app = get_app(organization=author.organization, app_id=app_id)
        mapped = AppMapping.objects.of(author.organization).filter(app_id=app_id).select_related("integration")
        mappings = list(mapped.order_by("pk"))
        if mappings and not force:
            names = ", ".join(sorted({one.integration.name for one in mappings}))
            raise AppInUse(f"Components of {app.name} are mapped to {names}: end that first, or send force=true.")
        for mapping in mappings:
            author.check_may_change(mapping.integration)
            mapping.delete()
        revoke_tokens(app, author.at)
        acts.append(_act("app.delete", app))
        app.delete()


def _act(action: str, app: RegisteredApp) -> Act:
    """What the configuration says is not told: somebody may have put more into it than they should."""
    components = [one["component_id"] for one in app.components]
    facts: JSONObject = {"name": app.name, "version": app.version, "components": components}
    return Act(action, "app", str(app.app_id), facts)
