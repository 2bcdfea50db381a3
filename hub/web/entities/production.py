"""Production: where a product order stands, what is made, and how it may go on, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.grants import Capability
from hub.entities.links import RELATION, links_in
from hub.entities.models import Entity
from hub.entities.product_order_moves import Move, Status, moves_from, status_of
from hub.entities.read import find_entities, title
from hub.json_types import JSONObject
from hub.web.access import may, may_view
from hub.web.entities.lines import id_in
from hub.web.entities.production_facts import Fact, facts_of, parameters_of
from hub.web.entities.related import uuids_of
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WAY: Final[tuple[tuple[frozenset[Status], _StrPromise], ...]] = (
    (frozenset({Status.PLANNED}), gettext_lazy("Planned")),
    (frozenset({Status.RELEASED}), gettext_lazy("Released")),
    (frozenset({Status.IN_PROGRESS, Status.ON_HOLD}), gettext_lazy("In production")),
    (frozenset({Status.COMPLETED}), gettext_lazy("Completed")),
)
"""The stations of the usual way, each with the statuses that stand there."""

VERBS: Final[Mapping[str, _StrPromise]] = {
    "release": gettext_lazy("Release"),
    "start": gettext_lazy("Start"),
    "complete": gettext_lazy("Complete"),
    "hold": gettext_lazy("Put on hold"),
    "reopen": gettext_lazy("Reopen"),
    "cancel": gettext_lazy("Cancel order"),
}
"""Name of a move → what its button says."""
ICONS: Final[Mapping[str, str]] = {"release": "check", "start": "player-play", "complete": "check", "reopen": "restore"}
ASKED_FIRST: Final = frozenset({"complete", "reopen", "cancel"})
"""Moves that are asked about before they are made; the others are a click away from their opposite."""


@dataclass(frozen=True, slots=True)
class Way:
    """A button. is_asked: it leads to a question; is_next: the usual way on."""

    name: str
    label: _StrPromise | str
    icon: str
    is_asked: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class Production:
    """status: as it is stored; current: number of the present station, 0 where all lie behind or none counts."""

    status: str
    steps: tuple[dict[str, object], ...]
    current: int
    ways: tuple[Way, ...]
    facts: tuple[Fact, ...]
    parameters: tuple[Fact, ...]


def production_of(request: HubRequest, entity: Entity, *, is_present: bool) -> Production:
    """One query, for the article. is_present: the order is seen as it is now, and not in the bin."""
    attributes: JSONObject = entity.attributes
    article = _article(request, attributes)
    known: JSONObject = article.attributes if article else {}
    status = status_of(attributes)
    return Production(
        status=str(attributes.get("status") or Status.PLANNED),
        steps=tuple(_steps(status)),
        current=next((n for n, (stand, _label) in enumerate(WAY, 1) if status in stand - {Status.COMPLETED}), 0),
        ways=tuple(_ways(request, attributes)) if is_present else (),
        facts=(*_article_fact(request, attributes, article), *facts_of(attributes, known)),
        parameters=tuple(parameters_of(attributes, known)),
    )


def _article(request: HubRequest, attributes: JSONObject) -> Entity | None:
    ids = [id_in(one) for one in links_in(RELATION, attributes.get("article"))][:1]
    found = find_entities(organization=request.organization, ids=uuids_of(ids))
    return next((one for one in found if may_view(request, one.schema)), None)


def _article_fact(request: HubRequest, attributes: JSONObject, article: Entity | None) -> Iterator[Fact]:
    if article is not None:
        address = reverse("web:entity", args=[article.schema, article.pk])
        yield {"label": _("Article"), "value": title(article, request.organization), "url": address}
    elif number := attributes.get("article_number"):
        yield {"label": _("Article"), "value": str(number)}


def _steps(status: Status | None) -> Iterator[dict[str, object]]:
    reached = next((n for n, (stand, _label) in enumerate(WAY) if status in stand), -1)
    for number, (_stand, label) in enumerate(WAY):
        note = _("on hold") if status is Status.ON_HOLD and number == reached else ""
        yield {"label": label, "note": note, "done": number < reached or status is Status.COMPLETED}


def _ways(request: HubRequest, attributes: JSONObject) -> Iterator[Way]:
    if not may(request, Capability.PRODUCE):
        return
    for number, move in enumerate(moves_from(attributes)):
        if not move.is_for_admins or may(request, Capability.ADMIN):
            yield Way(
                name=move.name,
                label=_label(move, attributes),
                icon=ICONS.get(move.name, ""),
                is_asked=move.name in ASKED_FIRST,
                is_next=number == 0 and not move.is_for_admins,
            )


def _label(move: Move, attributes: JSONObject) -> _StrPromise | str:
    resumes = move.name == "start" and attributes.get("status") == Status.ON_HOLD
    return _("Resume") if resumes else VERBS[move.name]
