"""traced: a span that carries the ids which log lines of the same work carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from hub.observing.context import told
from hub.tracing import spans
from hub.tracing.spans import NO_ATTRIBUTES, Attribute, Kind, Span


def traced(
    name: str,
    kind: Kind = Kind.INTERNAL,
    *,
    parent: str = "",
    links: Iterable[str] = (),
    attributes: Mapping[str, Attribute] = NO_ATTRIBUTES,
) -> AbstractContextManager[Span]:
    """As spans.span, with an attribute hub.NAME for every id that is told."""
    if not spans.is_on():
        return spans.span(name)
    ids = {f"hub.{one}": value for one, value in told().items()}
    return spans.span(name, kind, parent=parent, links=links, attributes={**ids, **attributes})
