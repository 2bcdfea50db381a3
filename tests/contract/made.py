"""What stands in the home organization for the requests, where one builder does not make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from hub.jobs.acts import Asked, Asker, pause, start
from hub.jobs.models import Job
from hub.json_types import JSONObject
from integrations.models import AppMapping, UseCase, UseCaseType
from outbound.automations.queries import RUN_PREFIX
from outbound.models import QueuedMessage, RunState
from outbound.queue.enqueueing import NewMessage, enqueue
from outbound.queue.polling import poll
from proxies.models import PullKind
from proxies.pulling.handing_on import RUN_PREFIX as PULL_PREFIX
from proxies.pulling.planning import pull_of, run_of
from proxies.pulling.schedules import schedule_of
from tests.builders import NOW, make_use_case
from tests.cast import Stage
from tests.inbound.conftest import Erp
from tests.outbound.automations.builders import make_automation, make_run


def component_of(erp: Erp) -> AppMapping:
    """The component of an app that leads to the integration."""
    ids = {"app_id": UUID(int=1), "component_id": UUID(int=2)}
    return AppMapping.objects.create(organization=erp.organization, integration=erp.integration, created_at=NOW, **ids)


def make_call(erp: Erp, other_system: str) -> None:
    """A managed call of the integration that leads to this URL."""
    erp.integration.connector_config = {"base_url": other_system}
    erp.integration.save()
    configuration = {"operation": {"method": "GET", "path": "/customers/{{number}}"}}
    make_use_case(integration=erp.integration, slug="get-customer", type="managed_call", configuration=configuration)


def secure_proxy(erp: Erp) -> UseCase:
    """Of the mode that reaches public addresses; what stands there is the business of the conftest."""
    configuration = {"vpc_mode": "static_ip", "allowed_domains": [], "allowed_ips": []}
    return make_use_case(integration=erp.integration, type=UseCaseType.SECURE_PROXY, configuration=configuration)


def file_address(erp: Erp) -> str:
    """Where a file proxy of the integration would hand out a file."""
    named = f"orgId={erp.organization.public_id}&integrationId={erp.integration.pk}&useCaseSlug=documents"
    return f"{settings.HUB_BASE_URL}/download?{named}"


def automated(stage: Stage) -> dict[str, str]:
    """An automation and a run of it that has failed."""
    automation = make_automation(stage.home)
    run = make_run(automation, state=RunState.FAILED)
    return {"automation_id": str(automation.pk), "run_id": to_text(RUN_PREFIX, run.id)}


def paused_job(organization: Organization) -> Job:
    """A replay that waits for somebody to let it go on."""
    asker = Asker(organization, SYSTEM, NOW)
    request: JSONObject = {"scope": {"by": "selection", "ids": []}, "options": {}}
    job = start(asker, Asked("inbound_replay", request, {}))
    pause(asker, job.pk)
    return job


def scheduled(erp: Erp) -> dict[str, str]:
    """A call with a schedule, and a run of it on demand: one that is on its way and keeps no other from beginning."""
    pull = {"every_minutes": 15, "items": "customers", "cursor": {"parameter": "since", "initial": "2026-01-01"}}
    configuration = {
        "operation": {"method": "GET", "path": "/customers"},
        "inbound_use_case_slug": erp.use_case.slug,
        "pull": pull,
    }
    call = make_use_case(integration=erp.integration, slug="read", type="managed_call", configuration=configuration)
    one = schedule_of(call)
    assert one is not None
    run = run_of(pull_of(one, NOW), PullKind.ON_DEMAND, NOW)
    run.save(force_insert=True)
    return {"pull_id": str(call.pk), "pull_run_id": to_text(PULL_PREFIX, run.pk)}


def messages(erp: Erp) -> dict[str, str]:
    """A dead letter, and a message that is leased; ids as the API shows them."""
    usual = NewMessage(
        organization_id=erp.organization.pk,
        integration_id=erp.integration.pk,
        use_case_id=erp.use_case.pk,
        mapping_id=None,
        event_id=new_id(),
        event_name="contract.created",
        occurred_at=NOW - timedelta(minutes=2),
        raw_payload=b"{}",
        mapping_failure="boom",
    )
    later = NOW - timedelta(minutes=1)
    enqueue([usual, replace(usual, event_id=new_id(), occurred_at=later, mapping_failure="")], NOW)
    lease = poll(integration=erp.integration, limit=10, at=NOW)
    [letter] = QueuedMessage.objects.dead(erp.integration.pk, NOW)
    return {
        "letter_id": to_text("msg_", letter.pk),
        "message_id": to_text("msg_", lease.messages[0].id),
        "lease_token": to_text("lt_", lease.token),
    }
