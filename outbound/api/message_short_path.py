"""MessagePath: poll and acknowledgement without framework overhead, answered as outbound/api/messages.py does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.db import Error
from django.http import HttpRequest

from hub import clock, strict_json
from hub.accounts.grants import Capability, require
from hub.accounts.principals import Principal
from hub.api.converters import IdConverter
from hub.api.short_path import Answer, LongWay, ShortPath
from hub.database import is_transient
from hub.errors import HubError, Unavailable
from hub.json_encoding import encode
from hub.json_types import JSONObject
from integrations.models import Integration
from integrations.remembered import integration_as_of
from outbound.api.message_answers import acknowledged, polled
from outbound.api.message_requests import MOST_BYTES, acks_in, poll_limit
from outbound.queue.acknowledging import acknowledge
from outbound.queue.polling import poll
from outbound.queue.stream import ConfigurationMoved

PATH = re.compile(rf"/v1/integrations/({IdConverter.regex})/outbound/messages/(poll|ack)")


class Unsettled(Unavailable):
    """The database went away while messages were handed out or taken back."""


class MessagePath(ShortPath):
    """The two routes that an ERP calls all day."""

    answered_here: ClassVar[tuple[type[HubError], ...]] = (Unsettled,)

    def most_bytes(self, path: str) -> int | None:
        """As the view says."""
        return MOST_BYTES if path.endswith(("/poll", "/ack")) and PATH.fullmatch(path) else None

    def answer(self, request: HttpRequest, principal: Principal) -> Answer:
        """The locking statement proves that the caller still counts."""
        integration_id, act = _parts(request.path_info)
        body = strict_json.parse(request.body)
        if not isinstance(body, dict):
            raise LongWay
        require(principal, Capability.CONSUME, integration_id)
        integration = integration_as_of(principal.organization_id, principal.config_version, integration_id)
        try:
            return Answer(encode(_ACTS[act](integration, body, principal)))
        except ConfigurationMoved:
            raise LongWay from None
        except Error as failure:
            if not is_transient(failure):
                raise RuntimeError("a statement of the queue failed") from failure
            raise Unsettled("The database cannot be reached. Try again soon.") from failure


def _parts(path: str) -> tuple[UUID, str]:
    found = PATH.fullmatch(path)
    if found is None:
        raise LongWay
    return UUID(found[1]), found[2]


def _poll(integration: Integration, body: JSONObject, principal: Principal) -> dict[str, object]:
    limit = poll_limit(body)
    lease = poll(integration=integration, limit=limit, at=clock.now(), as_of=principal.config_version)
    return polled(lease, principal.organization_id)


def _acknowledge(integration: Integration, body: JSONObject, principal: Principal) -> dict[str, object]:
    acks = acks_in(body)
    statuses = acknowledge(integration=integration, acks=acks, at=clock.now(), as_of=principal.config_version)
    return acknowledged(acks, statuses)


_ACTS: dict[str, Callable[[Integration, JSONObject, Principal], dict[str, object]]] = {
    "poll": _poll,
    "ack": _acknowledge,
}
