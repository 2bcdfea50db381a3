"""The uploads of a recipe: what it does step by step, who hands it files, and what became of the last ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.errors import Invalid, NotFound
from hub.web.access import may, page
from hub.web.requests import HubRequest
from integrations.models import UseCase, UseCaseType
from integrations.queries import get_use_case
from outbound.configuration import FileDelivery
from outbound.delivery_list import Wanted, list_deliveries
from outbound.subscriptions import configuration_of
from outbound.ui.names import names_of
from outbound.ui.rows import rows_of
from outbound.uploads.receivers import receiver_id_of
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.file_proxy.steps import Step
from proxies.file_proxy.written_secrets import masked
from proxies.uploading.recipes import CONFIGURATION

SHOWN_DELIVERIES: Final = 10


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in words: body is what it sends, one of "file", "document" and nothing."""

    number: int
    method: str
    url: str
    body: str
    condition: str


@page(Capability.READ)
@require_safe
def uploads_page(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Of a file proxy that uploads. Raises NotFound for any other use case."""
    organization = request.organization
    use_case = get_use_case(organization=organization, integration_id=integration_id, use_case_id=use_case_id)
    configuration = _recipe(use_case)
    senders = senders_of(organization, use_case)
    wanted = Wanted(webhook_ids=frozenset(receiver_id_of(one.pk) for one in senders))
    rows = list_deliveries(organization=organization, wanted=wanted, limit=SHOWN_DELIVERIES) if senders else []
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "may_edit": may(request, Capability.WRITE),
        "recipe": configuration,
        "limits": configuration.upload,
        "steps": [_row(position, step) for position, step in enumerate(configuration.steps)],
        "senders": senders,
        "rows": rows_of(rows, names_of(organization)),
    }
    return render(request, "outbound/uploads.html", context)


def senders_of(organization: Organization, recipe: UseCase) -> list[UseCase]:
    """The outbound use cases of the integration with a mapping, on or off, that names the recipe; one query."""
    rows = UseCase.objects.of(organization).filter(integration_id=recipe.integration_id, type=UseCaseType.OUTBOUND)
    return [row for row in rows.order_by("created_at", "id") if _names(row, recipe.slug)]


def _names(row: UseCase, slug: str) -> bool:
    configuration = configuration_of(row)
    deliveries = [one.delivery for one in configuration.mappings] if configuration else []
    return any(isinstance(one, FileDelivery) and one.use_case_slug == slug for one in deliveries)


def _recipe(use_case: UseCase) -> FileProxyConfiguration:
    if use_case.type == UseCaseType.FILE_PROXY:
        try:
            configuration = FileProxyConfiguration.parse(masked(use_case.configuration or {}), CONFIGURATION)
        except Invalid:
            raise NotFound("This use case cannot be used as it is configured.") from None
        if configuration.upload is not None:
            return configuration
    raise NotFound("This use case uploads nothing.")


def _row(position: int, step: Step) -> StepRow:
    has_body = step.method != "GET"
    body = ("document" if step.body_jsonata.strip() else "file") if has_body else ""
    condition = step.enabled if isinstance(step.enabled, str) else "" if step.enabled else "false"
    return StepRow(position, step.method, step.url, body, condition)
