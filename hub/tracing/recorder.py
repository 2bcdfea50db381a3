"""Recorder: spans as OpenTelemetry makes them, sent by OTLP over HTTP from a thread that nothing waits for.

The only module that imports the library, which comes with the extra otel. What its own variables (OTEL_*) say of
headers, certificates, sampling and batches holds; the address is HUB_OTEL_ENDPOINT's.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_BSP_MAX_QUEUE_SIZE
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from hub.tracing.reach import Reach
from hub.tracing.spans import Attribute, Kind, Span
from hub.tracing.traceparent import TraceParent

SIGNAL_PATH: Final = "/v1/traces"
EXPORT_S: Final = 5.0
"""How long a batch may take with all its repetitions; then it is lost (hub.tracing.reach)."""
CLOSE_S: Final = 1.0
"""How long a process that ends waits for its last batch: much shorter than anybody's patience with it."""
WAITING: Final = 2048
"""Spans that wait for the thread that sends them where OTEL_BSP_MAX_QUEUE_SIZE names no other number."""
_sender_log: Final = logging.getLogger(OTLPSpanExporter.__module__)
"""Of the library: a line or two for every batch that it could not send."""


class Recorder:
    """Sends to one collector for as long as the process lives."""

    def __init__(self, endpoint: str) -> None:
        named = {"service.name": "integration-hub", "deployment.environment.name": settings.HUB_ENVIRONMENT}
        resource = Resource.create(named).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._exporter = OTLPSpanExporter(endpoint=_address_of(endpoint), timeout=EXPORT_S)
        most = _most_waiting()
        self._reach = Reach(most)
        self._provider.add_span_processor(_Admitting(_Telling(self._exporter, self._reach), self._reach, most))
        _sender_log.addFilter(self._reach.hear)
        self._tracer = self._provider.get_tracer("hub")
        atexit.register(self.close)

    @contextmanager
    def span(
        self, name: str, kind: Kind, *, parent: str, links: Iterable[str], attributes: Mapping[str, Attribute]
    ) -> Iterator[Span]:
        """See hub.tracing.spans."""
        made = self._tracer.start_span(
            name,
            context=_context_of(parent),
            kind=trace.SpanKind[kind.value],
            attributes=attributes,
            links=[trace.Link(_remote(one)) for one in _readable(links)],
            record_exception=False,
            set_status_on_exception=False,
        )
        recorded = _Recorded(made)
        token = context.attach(trace.set_span_in_context(made))
        try:
            yield recorded
        except BaseException as error:
            recorded.fail_unless_failed(type(error).__qualname__)
            raise
        finally:
            context.detach(token)
            recorded.end()

    def present(self) -> str:
        """See hub.tracing.spans."""
        return _header_of(trace.get_current_span().get_span_context())

    def close(self) -> None:
        """A collector that does not answer keeps nobody for longer than CLOSE_S."""
        atexit.unregister(self.close)
        closing = threading.Thread(target=self._provider.shutdown, name="traces-closing", daemon=True)
        closing.start()
        closing.join(CLOSE_S)
        if closing.is_alive():
            # It would try again for as long as EXPORT_S; now what is left is lost at once, and so are its threads.
            self._exporter.shutdown()  # type: ignore[no-untyped-call]
            closing.join(CLOSE_S)
        self._reach.end()
        _sender_log.removeFilter(self._reach.hear)


class _Admitting(BatchSpanProcessor):
    """Lets no more spans wait than may, so that each one that is lost is counted."""

    def __init__(self, exporter: SpanExporter, reach: Reach, most: int) -> None:
        super().__init__(exporter, max_queue_size=most)
        self._reach = reach

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is not None and span.context.trace_flags.sampled and self._reach.admit():
            super().on_end(span)


class _Telling(SpanExporter):
    """Sends, and tells whether that went well."""

    def __init__(self, exporter: SpanExporter, reach: Reach) -> None:
        self._exporter = exporter
        self._reach = reach

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._reach.taken(len(spans))
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._reach.arrived(len(spans))
        else:
            self._reach.failed(len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class _Recorded:
    """A Span."""

    def __init__(self, made: trace.Span) -> None:
        self._made = made
        self._is_told = True
        self._has_failed = False

    @property
    def traceparent(self) -> str:
        return _header_of(self._made.get_span_context())

    def rename(self, name: str) -> None:
        self._made.update_name(name)

    def note(self, attributes: Mapping[str, Attribute]) -> None:
        self._made.set_attributes(attributes)

    def fail(self, reason: str) -> None:
        self._has_failed = True
        self._made.set_attribute("error.type", reason)
        self._made.set_status(trace.Status(trace.StatusCode.ERROR))

    def fail_unless_failed(self, reason: str) -> None:
        """For what says less than whoever has failed it before."""
        if not self._has_failed:
            self.fail(reason)

    def discard(self) -> None:
        """A span that never ends is never sent."""
        self._is_told = False

    def end(self) -> None:
        if self._is_told:
            self._made.end()


def _address_of(endpoint: str) -> str:
    """With the path of traces, whether or not it is written already."""
    return endpoint.rstrip("/").removesuffix(SIGNAL_PATH) + SIGNAL_PATH


def _most_waiting() -> int:
    text = os.environ.get(OTEL_BSP_MAX_QUEUE_SIZE, "")
    return int(text) if text.isdecimal() and int(text) else WAITING


def _context_of(parent: str) -> context.Context | None:
    """None is the present context."""
    found = TraceParent.find(parent)
    return trace.set_span_in_context(trace.NonRecordingSpan(_remote(found))) if found else None


def _readable(headers: Iterable[str]) -> Iterator[TraceParent]:
    """Each once."""
    return (found for found in map(TraceParent.find, dict.fromkeys(headers)) if found)


def _remote(parent: TraceParent) -> trace.SpanContext:
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if parent.is_sampled else trace.TraceFlags.DEFAULT)
    return trace.SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)


def _header_of(made: trace.SpanContext) -> str:
    return str(TraceParent(made.trace_id, made.span_id, made.trace_flags.sampled)) if made.is_valid else ""
