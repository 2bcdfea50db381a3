"""run: a managed call with everything that belongs to it: found, executed, noted, handed on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.accounts.principals import Principal
from hub.environments.resolve import ConfigurationError
from hub.errors import HubError
from hub.jsonata.pool import Busy, NoChild
from hub.observing.traced import traced
from hub.tracing.spans import Kind
from inbound.intake import Identify
from proxies.managed_call.calls import ManagedCall, get_managed_call
from proxies.managed_call.execution import Course, execute
from proxies.managed_call.failures import of_any
from proxies.managed_call.handing_on import hand_on
from proxies.managed_call.recording import note
from proxies.managed_call.requests import Asked
from proxies.waiting import TooManyWaiting


@dataclass(frozen=True, slots=True)
class Ran:
    """result is JSON text; inbound_event_id is empty where nothing was queued."""

    result: bytes = field(repr=False)
    inbound_event_id: str = ""


def run(*, asked: Asked, identify: Identify, at: datetime, course: Course | None = None) -> Ran:
    """Call, map, hand on, in the organization of whoever identify names, to the intake as well.

    course is filled in for whoever wants to look at it. The caller's config_version is that of this request. No
    transaction may be open. Raises CallFailed, which monitoring knows by then; IntegrationNotFound and UseCaseNotFound;
    TooManyWaiting, Busy and NoChild where nothing was sent for lack of room.
    """
    call = _found(identify(False), asked)
    result = called(call, asked, at=at, course=course)
    return Ran(result, hand_on(call, asked, result, identify=identify, at=at))


def called(call: ManagedCall, asked: Asked, *, at: datetime, course: Course | None = None) -> bytes:
    """The result, JSON text, once monitoring knows of the call. Raises as run does, but for what is not found."""
    course = course or Course()
    ids = {"hub.integration_id": str(call.integration_id), "hub.use_case_id": str(call.use_case_id)}
    with traced("managed call", Kind.CLIENT, attributes=ids) as work:
        try:
            result = execute(call, asked, at=at, course=course)
        except (TooManyWaiting, Busy, NoChild):
            raise
        except HubError as error:
            failure = of_any(error).redacted(course.secrets)
            work.fail(failure.code)
            note(call, asked, course, at=at, failure=failure)
            raise failure from error
        finally:
            if course.answer is not None:
                work.note({"http.response.status_code": course.answer.status})
    note(call, asked, course, at=at, failure=None)
    return result


def _found(principal: Principal, asked: Asked) -> ManagedCall:
    try:
        return get_managed_call(
            organization_id=principal.organization_id,
            config_version=principal.config_version,
            integration_id=asked.integration_id,
            slug=asked.slug,
        )
    except ConfigurationError as error:
        raise of_any(error) from error
