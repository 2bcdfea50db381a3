"""span: a stretch of work that a collector is told of; without a collector nothing happens and nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from django.conf import settings

from hub.plugins import load

Attribute = str | int | float | bool
NO_ATTRIBUTES: Final[Mapping[str, Attribute]] = {}
RECORDER: Final = "hub.tracing.recorder.Recorder"
"""By name: what stands behind it is imported only where a collector is named."""


class Kind(StrEnum):
    """Which part the hub plays, in the words of OpenTelemetry."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    CONSUMER = "CONSUMER"
    INTERNAL = "INTERNAL"


class Span(Protocol):
    """The work that goes on within span()."""

    @property
    def traceparent(self) -> str:
        """The header that names this span as the parent; empty where nobody records it."""

    def rename(self, name: str) -> None:
        """For what is known only later."""

    def note(self, attributes: Mapping[str, Attribute]) -> None:
        """Ids, numbers and words of the hub's own: never anything out of a body, a query string or a header."""

    def fail(self, reason: str) -> None:
        """It went wrong. reason is a code or the name of a class, never a message: those may quote what was sent."""

    def discard(self) -> None:
        """Nobody is told of it."""


class Records(Protocol):
    """What makes spans."""

    def span(
        self, name: str, kind: Kind, *, parent: str, links: Iterable[str], attributes: Mapping[str, Attribute]
    ) -> AbstractContextManager[Span]:
        """As span() below."""

    def present(self) -> str:
        """As present() below."""

    def close(self) -> None:
        """Send what is left, for a moment at most."""


class _Unheard:
    """The span of a hub without a collector."""

    traceparent = ""

    def rename(self, name: str) -> None:
        pass

    def note(self, attributes: Mapping[str, Attribute]) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass

    def discard(self) -> None:
        pass


_NOTHING: Final = nullcontext[Span](_Unheard())


def is_on() -> bool:
    """Whether a collector is told of anything."""
    return bool(settings.HUB_OTEL_ENDPOINT)


def span(
    name: str,
    kind: Kind = Kind.INTERNAL,
    *,
    parent: str = "",
    links: Iterable[str] = (),
    attributes: Mapping[str, Attribute] = NO_ATTRIBUTES,
) -> AbstractContextManager[Span]:
    """The span within the one at work, or within that of parent, a header traceparent; an exception fails it.

    links are such headers of what caused it. Those that are malformed are left out, a malformed parent is none. With
    no collector links is not even looked at.
    """
    if not is_on():
        return _NOTHING
    return _recorder().span(name, kind, parent=parent, links=links, attributes=attributes)


def present() -> str:
    """The header traceparent of the span at work; empty without one, and where nobody records it."""
    return _recorder().present() if is_on() else ""


def close() -> None:
    """Send what is left, and begin anew with the next span."""
    if _recorder.cache_info().currsize:
        _recorder().close()
        _recorder.cache_clear()


@cache
def _recorder() -> Records:
    made: Records = load(RECORDER)(settings.HUB_OTEL_ENDPOINT)
    return made
