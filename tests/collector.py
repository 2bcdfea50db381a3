"""Collector: a real receiver of OTLP over HTTP that unpacks the spans it gets."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from hub.tracing import spans
from hub.tracing.traceparent import TraceParent
from tests.receiver import Received, Receiver, listening


@dataclass(frozen=True)
class Told:
    """One span as it arrived; ids as the header traceparent writes them, links as trace and span."""

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    links: list[tuple[str, str]]
    attributes: dict[str, Any]
    has_failed: bool

    @property
    def place(self) -> tuple[str, str]:
        """What a link to it holds."""
        return self.trace_id, self.span_id


class Collector:
    """What the hub has told of; asking makes it send what it still holds."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    @property
    def spans(self) -> list[Told]:
        """In the order in which they ended."""
        spans.close()
        return [_told(one) for request in self._unpacked() for one in _spans_of(request)]

    @property
    def resource(self) -> dict[str, Any]:
        """What the hub says of itself."""
        spans.close()
        return _texts(self._unpacked()[0].resource_spans[0].resource.attributes)

    def named(self, name: str) -> Told:
        """The only span of that name."""
        [found] = [one for one in self.spans if one.name == name]
        return found

    def _unpacked(self) -> list[ExportTraceServiceRequest]:
        return [_parsed(request) for request in self.receiver.requests]


@pytest.fixture
def collector(settings: Any) -> Iterator[Collector]:
    """The hub sends its traces here for as long as the test runs."""
    with listening() as receiver:
        settings.HUB_OTEL_ENDPOINT = receiver.url
        yield Collector(receiver)
        spans.close()


def place_in(header: str) -> tuple[str, str]:
    """Trace and span of a header traceparent."""
    found = TraceParent.find(header)
    assert found is not None, header
    return f"{found.trace_id:032x}", f"{found.span_id:016x}"


def _parsed(request: Received) -> ExportTraceServiceRequest:
    assert (request.path, request.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
    is_packed = request.headers.get("content-encoding") == "gzip"
    return ExportTraceServiceRequest.FromString(gzip.decompress(request.body) if is_packed else request.body)


def _spans_of(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans


def _told(one: Span) -> Told:
    return Told(
        name=one.name,
        kind=Span.SpanKind.Name(one.kind).removeprefix("SPAN_KIND_"),
        trace_id=one.trace_id.hex(),
        span_id=one.span_id.hex(),
        parent_id=one.parent_span_id.hex(),
        links=[(link.trace_id.hex(), link.span_id.hex()) for link in one.links],
        attributes=_texts(one.attributes),
        has_failed=one.status.code == Status.STATUS_CODE_ERROR,
    )


def _texts(attributes: Any) -> dict[str, Any]:
    values: list[KeyValue] = list(attributes)
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in values}
