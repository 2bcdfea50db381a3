"""/v1/metering/reading and /v2/metering/readings: the readings of a counter, and new ones (entities.md)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability, allows, missing
from hub.api.idempotency import once_per_key
from hub.api.meter_reading_documents import MOST_READINGS, documented_list, documented_post
from hub.api.pagination import InvalidCursor, decode_cursor, encode_cursor, keyset_cursor, parse_keyset_cursor
from hub.api.query_fields import moment_of, uuid_of, whole_in, word_of, wrong
from hub.api.views import HubAPIView
from hub.entities.operations import Source
from hub.entities.readings.documents import document_of
from hub.entities.readings.posting import PostedReading, post_readings
from hub.entities.readings.rules import SOURCES
from hub.entities.readings.series import Interval, Position, list_readings
from hub.entities.readings.writing import Matching, ReadingResult
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONPath, JSONValue

DEFAULT_LIMIT = 50
MOST_LISTED = 1_000


class _MeteringView(HubAPIView):
    """Readings belong to meters: a grant for the schema meter is enough."""

    checks_each_integration: ClassVar[bool] = True

    def require_for_meters(self, capability: Capability) -> None:
        """Raise Forbidden unless the caller holds the capability for meters."""
        if not allows(self.principal, capability, None, "meter"):
            raise missing(capability)


@documented_list
class MeterReadings(_MeteringView):
    """The readings of one counter of a meter."""

    requires = {"GET": Capability.ENTITY_VIEW}

    def get(self, request: Request, meter_id: UUID, counter_id: UUID) -> Response:
        """A page, newest first."""
        self.require_for_meters(Capability.ENTITY_VIEW)
        asked: JSONObject = {name: str(value) for name, value in request.query_params.items()}
        page = list_readings(
            organization=self.organization,
            counter=(meter_id, counter_id),
            limit=whole_in(asked, "limit", default=DEFAULT_LIMIT, most=MOST_LISTED),
            interval=_interval(asked),
            source=word_of(asked, "source", SOURCES),
            after=_position(asked),
        )
        cursor = page.next and encode_cursor(
            keyset_cursor("timestamp", page.next.timestamp, "id", str(page.next.reading_id))
        )
        data = [document_of(reading) for reading in page.readings]
        return Response({"data": data, "next_cursor": cursor, "has_more": cursor is not None})


def _interval(asked: JSONObject) -> Interval:
    interval = Interval(moment_of(asked, "from_date", "from"), moment_of(asked, "to_date", "to"))
    if interval.first and interval.last and interval.first > interval.last:
        raise Invalid("from_date lies after to_date.", details=[ErrorDetail("from_date", "must not lie after to_date")])
    return interval


def _position(asked: JSONObject) -> Position | None:
    if "cursor" not in asked:
        return None
    cursor = parse_keyset_cursor(decode_cursor(str(asked["cursor"])), "timestamp", "id")
    if cursor is None:
        return None
    try:
        return Position(cursor[0], UUID(cursor[1]))
    except ValueError as error:
        raise InvalidCursor from error


@documented_post
class PostMeterReadings(_MeteringView):
    """Writes readings; each has an outcome of its own."""

    requires = {"POST": Capability.ENTITY_EDIT}

    @once_per_key
    def post(self, request: Request) -> Response:
        """What became of each reading, in the order of the request."""
        self.require_for_meters(Capability.ENTITY_EDIT)
        body = self.body_object()
        matching = Matching(word_of(body, "reading_matching", tuple(Matching)) or Matching.EXTERNAL_ID)
        posted = _posted(body.get("readings"), matching, JSONPath("readings"))
        results = post_readings(
            organization_id=self.organization.pk,
            readings=[msgspec.structs.replace(one, correlation_id=self.correlation_id) for one in posted],
            matching=matching,
            at=clock.now(),
            writer=Source(self.actor.type, self.actor.id),
        )
        return Response({"results": [_shown(result) for result in results]})


def _posted(raw: JSONValue, matching: Matching, at: JSONPath) -> list[PostedReading]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_READINGS:
        raise wrong(at, f"must be a list of 1 to {MOST_READINGS} readings")
    return [_reading(item, matching, at.index(place)) for place, item in enumerate(raw)]


def _reading(raw: JSONValue, matching: Matching, at: JSONPath) -> PostedReading:
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object")
    attributes = {name: value for name, value in raw.items() if name not in {"meter_id", "counter_id"}}
    meter_id, counter_id = _id(raw, "meter_id", at), _id(raw, "counter_id", at)
    if meter_id is None:
        raise wrong(at.key("meter_id"), "must be a UUID")
    if counter_id is None and matching is Matching.STRICT_DATE:
        raise wrong(at.key("counter_id"), "is needed with strict-date: a day belongs to a counter")
    return PostedReading(meter_id, counter_id, attributes)


def _id(raw: JSONObject, name: str, at: JSONPath) -> UUID | None:
    try:
        return uuid_of(raw, name)
    except Invalid as error:
        raise wrong(at.key(name), "must be a UUID") from error


def _shown(result: ReadingResult) -> dict[str, object]:
    shown: dict[str, object] = {"outcome": result.outcome, "code": result.code}
    if result.message:
        shown["message"] = result.message
    if result.reading_id is not None:
        shown["reading_id"] = result.reading_id
    return shown
