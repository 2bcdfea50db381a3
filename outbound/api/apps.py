"""/v1/apps: apps are registered, listed and deleted, and their automation actions called (outbound.md section 19)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of, wrong
from hub.api.views import HubAPIView
from hub.json_types import JSONObject
from integrations.operations.author import Author
from outbound.actions.taking import ActionKey
from outbound.api.action_answers import taken_document
from outbound.api.app_answers import app_document
from outbound.api.app_documents import described_app
from outbound.registered_apps.calling import ComponentCall, call_component
from outbound.registered_apps.operations import delete_app, register_app
from outbound.registered_apps.queries import MappedApp, get_mapped_app, mapped_apps
from outbound.registered_apps.sent import SentApp

TRUTHS: Final = {"true": True, "false": False}
CALL_MEMBERS: Final = frozenset(
    {"execution_id", "action_id", "entity_id", "execution_status", "action_config", "trigger_event"}
)


class AppView(HubAPIView):
    """Base of the views about apps, which belong to the organization as a whole."""

    def author(self) -> Author:
        """The caller as the operations know them, now."""
        is_admin = self.may(Capability.ADMIN)
        return Author(organization=self.organization, actor=self.actor, is_admin=is_admin, at=clock.now())


class Apps(AppView):
    """All apps, and new ones."""

    requires: ClassVar = {"GET": Capability.READ, "POST": Capability.WRITE}

    @described_app("listApps")
    def get(self, request: Request) -> Response:
        """Every app with its components, oldest first."""
        return Response({"results": [app_document(one) for one in mapped_apps(self.organization)]})

    @described_app("registerApp")
    @once_per_key
    def post(self, request: Request) -> Response:
        """201 with the app as it is stored, ids that were not sent included."""
        sent = SentApp.parse(self.body_object())
        app = register_app(author=self.author(), registrar=self.principal, sent=sent)
        return Response(app_document(MappedApp(app)), status=201)


class OneApp(AppView):
    """One app."""

    requires: ClassVar = {"GET": Capability.READ, "DELETE": Capability.WRITE}

    @described_app("getApp")
    def get(self, request: Request, app_id: UUID) -> Response:
        """The app with its components and their mappings."""
        return Response(app_document(get_mapped_app(organization=self.organization, app_id=app_id)))

    @described_app("deleteApp")
    def delete(self, request: Request, app_id: UUID) -> Response:
        """Ends the app and what it still holds."""
        text = request.query_params.get("force", "false").lower()
        if text not in TRUTHS:
            raise wrong("force", "must be true or false")
        delete_app(author=self.author(), app_id=app_id, force=TRUTHS[text])
        return Response({"message": "The app is deleted."})


class CallComponent(AppView):
    """One automation action of an app."""

    requires: ClassVar = {"POST": Capability.SEND}

    @described_app("callAppComponent")
    @once_per_key
    def post(self, request: Request, app_id: UUID, component_id: UUID) -> Response:
        """200 with what became of it, also where the app failed."""
        call = replace(_call(self.body_object(), app_id, component_id), hop=self.hop)
        taken = call_component(organization=self.organization, call=call, actor=self.actor, at=clock.now())
        return Response(taken_document(taken))


def _call(body: JSONObject, app_id: UUID, component_id: UUID) -> ComponentCall:
    if unknown := sorted(body.keys() - CALL_MEMBERS):
        raise wrong(unknown[0], "is not allowed here")
    return ComponentCall(
        app_id=app_id,
        component_id=component_id,
        key=ActionKey(_required(body, "execution_id"), _required(body, "action_id")),
        entity_id=_required(body, "entity_id"),
        config=_object(body, "action_config"),
        trigger_event=_object(body, "trigger_event"),
        execution_status=text_of(body, "execution_status"),
    )


def _required(body: JSONObject, name: str) -> str:
    text = text_of(body, name)
    if not text:
        raise wrong(name, "is required")
    return text


def _object(body: JSONObject, name: str) -> JSONObject:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(name, "must be an object")
    return value
