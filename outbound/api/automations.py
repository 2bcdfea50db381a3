"""/v1/automations: automations, and rehearsals of them."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.etags import expected_versions, tagged
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of, uuid_of, wrong
from hub.api.views import HubAPIView
from hub.errors import NotFound
from hub.events.public_ids import find_event_id
from hub.json_types import ROOT, JSONObject
from integrations.findings import Findings
from integrations.operations.author import Author
from outbound.api.automation_answers import automation_document, rehearsal_document
from outbound.api.automation_documents import described_automation
from outbound.automations.advice import advice_about
from outbound.automations.changes import SentAutomation
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.operations import (
    create_automation,
    delete_automation,
    refuse_broken_expressions,
    replace_automation,
)
from outbound.automations.powers import refuse_more_than_held
from outbound.automations.queries import automations_of, get_automation
from outbound.automations.subjects import Wanted, subject_of
from outbound.automations.trying import rehearse

SUBJECTS: Final = ("event_id", "entity_id", "payload")


class AutomationView(HubAPIView):
    """Base of the views about automations, which belong to the organization as a whole."""

    def author(self) -> Author:
        """The caller as the operations know them, now."""
        is_admin = self.may(Capability.ADMIN)
        return Author(organization=self.organization, actor=self.actor, is_admin=is_admin, at=clock.now())


class Automations(AutomationView):
    """All automations, and new ones."""

    requires: ClassVar = {"GET": Capability.AUTOMATION_VIEW, "POST": Capability.AUTOMATION_MANAGE}

    @described_automation("listAutomations")
    def get(self, request: Request) -> Response:
        """Every automation, oldest first."""
        return Response({"automations": [automation_document(one) for one in automations_of(self.organization)]})

    @described_automation("createAutomation")
    @once_per_key
    def post(self, request: Request) -> Response:
        """A new automation, enabled unless it says otherwise; the events that it needs are enabled with it."""
        author = self.author()
        sent = SentAutomation.parse(self.body_object())
        refuse_more_than_held(self.principal, sent.configuration)
        automation = create_automation(author=author, sent=sent)
        warnings = advice_about(organization=self.organization, configuration=sent.configuration)
        return tagged(automation_document(automation, warnings=warnings), automation.version, status=201)


class OneAutomation(AutomationView):
    """One automation."""

    requires: ClassVar = {
        "GET": Capability.AUTOMATION_VIEW,
        "PUT": Capability.AUTOMATION_MANAGE,
        "DELETE": Capability.AUTOMATION_MANAGE,
    }

    @described_automation("getAutomation")
    def get(self, request: Request, automation_id: UUID) -> Response:
        """The automation as it is."""
        automation = get_automation(organization=self.organization, automation_id=automation_id)
        return tagged(automation_document(automation), automation.version)

    @described_automation("replaceAutomation")
    def put(self, request: Request, automation_id: UUID) -> Response:
        """Replaces the automation; runs that were planned before go on with the version that they were planned with."""
        stored = get_automation(organization=self.organization, automation_id=automation_id)
        raw = self.body_object()
        refuse_more_than_held(self.principal, SentAutomation.parse(raw, stored=stored.configuration).configuration)
        automation, sent = replace_automation(
            author=self.author(), automation_id=automation_id, raw=raw, expected=expected_versions(request)
        )
        warnings = advice_about(organization=self.organization, configuration=sent.configuration)
        return tagged(automation_document(automation, warnings=warnings), automation.version)

    @described_automation("deleteAutomation")
    def delete(self, request: Request, automation_id: UUID) -> Response:
        """Deletes the automation; runs that are on their way end as failed."""
        delete_automation(author=self.author(), automation_id=automation_id, expected=expected_versions(request))
        return Response(status=204)


class RehearseAutomation(AutomationView):
    """A rehearsal."""

    requires: ClassVar = {"POST": Capability.AUTOMATION_MANAGE}

    @described_automation("testAutomation")
    def post(self, request: Request, automation_id: UUID) -> Response:
        """What condition and steps make of an event, an entity, a payload or the sample; nothing is written or sent."""
        automation = get_automation(organization=self.organization, automation_id=automation_id)
        body = self.body_object() if request.data is not None else {}
        configuration = _configuration(body, automation.configuration)
        wanted, at = _wanted(body), clock.now()
        subject = subject_of(organization=self.organization, trigger=configuration.trigger, wanted=wanted, at=at)
        rehearsal = rehearse(
            organization=self.organization,
            configuration=configuration,
            subject=subject,
            at=at,
            automation_id=automation.pk,
        )
        return Response(rehearsal_document(rehearsal))


def _configuration(body: JSONObject, stored: JSONObject) -> AutomationConfiguration:
    """What is to be rehearsed: the automation as it is stored, or as somebody is about to store it."""
    findings = Findings()
    findings.refuse_others(body, ROOT, ("configuration", *SUBJECTS))
    sent = findings.optional_object(body.get("configuration"), ROOT.key("configuration"))
    findings.raise_if_any()
    configuration = SentAutomation.parse(stored if sent is None else sent, stored=stored).configuration
    if sent is not None:
        refuse_broken_expressions(configuration)
    return configuration


def _wanted(body: JSONObject) -> Wanted:
    named = [name for name in SUBJECTS if body.get(name) is not None]
    if len(named) > 1:
        raise wrong(named[1], f"cannot be given beside {named[0]}")
    findings = Findings()
    payload = findings.optional_object(body.get("payload"), ROOT.key("payload"))
    findings.raise_if_any()
    return Wanted(event_id=_event_id(body), entity_id=uuid_of(body, "entity_id"), payload=payload)


def _event_id(body: JSONObject) -> UUID | None:
    text = text_of(body, "event_id")
    found = find_event_id(text) if text else None
    if text and found is None:
        raise NotFound("There is no event with this id.")
    return found
