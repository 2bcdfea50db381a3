"""Trying a managed call out on its page: a payload, one real call, and everything that happened."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub import clock, strict_json
from hub.accounts.grants import Capability
from hub.accounts.members import find_membership, principal_of_member
from hub.accounts.principals import Principal
from hub.errors import Forbidden, HubError, NotFound
from hub.web.access import page
from hub.web.requests import HubRequest, render_fragment
from inbound.intake import Identify
from integrations.models import UseCase
from integrations.queries import get_use_case
from proxies.managed_call.execution import Course
from proxies.managed_call.failures import of_any
from proxies.managed_call.requests import Asked
from proxies.managed_call.running import run
from proxies.ui.trial import Trial, shown

EMPTY = "{}"


@page(Capability.SEND)
@require_POST
def try_call(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Makes the call once, as the API would, and shows how it went. Whoever may execute it over the API may do so."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    text = request.POST.get("payload", "").strip() or EMPTY
    context = {"use_case": use_case, "integration": use_case.integration, "payload": text}
    problem = _problem(text)
    context |= {"problem": problem} if problem else {"trial": _tried(request, use_case, text)}
    return render_fragment(request, "proxies/trial.html", "proxies/_trial.html", context)


def _problem(text: str) -> str:
    """Why the text is no payload, or empty."""
    try:
        document = strict_json.parse(text.encode("utf-8", "surrogatepass"))
    except strict_json.MalformedJSON as failure:
        return failure.message.replace("The body", _("The payload"))
    return "" if isinstance(document, dict) else _("The payload must be a JSON object.")


def _tried(request: HubRequest, use_case: UseCase, text: str) -> Trial:
    payload = strict_json.parse(text.encode())
    asked = Asked(
        integration_id=use_case.integration_id,
        slug=use_case.slug,
        payload=payload if isinstance(payload, dict) else {},
        payload_text=text.encode(),
        correlation_id=request.correlation_id,
    )
    course = Course()
    try:
        ran = run(asked=asked, identify=_identify(request), at=clock.now(), course=course)
    except NotFound:
        raise
    except HubError as failure:
        return shown(course, ran=None, failure=of_any(failure))
    return shown(course, ran=ran, failure=None)


def _identify(request: HubRequest) -> Identify:
    """The signed-in person, for the intake."""

    def identify(is_fresh: bool) -> Principal:
        if not is_fresh:
            return request.principal
        membership = find_membership(user_id=request.user.pk, organization_id=request.organization.pk)
        if membership is None:
            raise Forbidden("You are no member of this organization any more.")
        return principal_of_member(membership)

    return identify
