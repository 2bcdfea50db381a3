"""Moving a product order on: asked first where it cannot simply be taken back, then done; back to its page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from hub.accounts.grants import Capability
from hub.entities.models import Entity
from hub.entities.product_order_moves import MOVES, Move, check
from hub.entities.product_orders import MOST_PIECES, SCHEMA, Step, advance
from hub.entities.read import get_entity, title
from hub.errors import HubError, NotFound
from hub.web.access import may, no_permission, page
from hub.web.asking import Question, ask
from hub.web.entities.forms.pages import editor_of
from hub.web.entities.production_facts import facts_of
from hub.web.entities.taken import told
from hub.web.forms import sent
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DIGITS: Final = 3
"""Decimals of an amount: grams of a kilogram, litres of a cubic metre."""

QUESTIONS: Final[Mapping[str, tuple[_StrPromise, _StrPromise]]] = {
    "release": (gettext_lazy("Release %(title)s?"), gettext_lazy("The order may be started from then on.")),
    "start": (gettext_lazy("Start %(title)s?"), gettext_lazy("The order is in production from then on.")),
    "hold": (gettext_lazy("Put %(title)s on hold?"), gettext_lazy("It can be resumed at any time.")),
    "complete": (
        gettext_lazy("Complete %(title)s?"),
        gettext_lazy("Whoever waits for completed orders is told at once, the ERP among them."),
    ),
    "reopen": (
        gettext_lazy("Reopen %(title)s?"),
        gettext_lazy(
            "It is in production again, and who completed it when is cleared. What was told about the completion stays "
            "told; completing the order once more tells it again."
        ),
    ),
    "cancel": (
        gettext_lazy("Cancel %(title)s?"),
        gettext_lazy("Nothing is made of it any more. A cancelled order cannot be taken up again here."),
    ),
}
"""Name of a move → the question, and what follows from a yes."""
ANSWERS: Final[Mapping[str, _StrPromise]] = {
    "release": gettext_lazy("Release order"),
    "start": gettext_lazy("Start order"),
    "hold": gettext_lazy("Put order on hold"),
    "complete": gettext_lazy("Complete order"),
    "reopen": gettext_lazy("Reopen order"),
    "cancel": gettext_lazy("Cancel order"),
}
DONE: Final[Mapping[str, _StrPromise]] = {
    "release": gettext_lazy("%(title)s is released."),
    "start": gettext_lazy("%(title)s is in production."),
    "hold": gettext_lazy("%(title)s is on hold."),
    "complete": gettext_lazy("%(title)s is completed."),
    "reopen": gettext_lazy("%(title)s is open again."),
    "cancel": gettext_lazy("%(title)s is cancelled."),
}


class MoveForm(forms.Form):
    """expected: the version of the order that the person saw."""

    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def _pieces(label: _StrPromise, *, required: bool) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_value=MOST_PIECES, decimal_places=DIGITS, widget=widget
    )


class CompletionForm(MoveForm):
    """What became of the order."""

    completed = _pieces(gettext_lazy("Quantity made"), required=True)
    rejected = _pieces(gettext_lazy("Quantity rejected (optional)"), required=False)


@page(Capability.PRODUCE)
@require_http_methods(["GET", "POST"])
def move_order(request: HubRequest, entity_id: UUID, name: str) -> HttpResponse:
    """Asks, then makes the move; where the order cannot make it, back to its page with the reason."""
    move = MOVES.get(name)
    if move is None:
        raise NotFound(f"Nothing called {name} can be done with a product order.")
    entity = get_entity(organization=request.organization, schema=SCHEMA, entity_id=entity_id)
    if move.is_for_admins and not may(request, Capability.ADMIN):
        return no_permission(request, Capability.ADMIN)
    form = _form(request, move, entity)
    if form.is_valid():
        return _moved(request, move, entity, form)
    try:
        check(move, entity.attributes)
    except HubError as error:
        messages.error(request, error.message)
        return _back(request, entity)
    return ask(request, _question(request, move, entity), form)


def _form(request: HubRequest, move: Move, entity: Entity) -> MoveForm:
    initial: dict[str, object] = {"expected": entity.version}
    if not move.takes_amounts:
        return MoveForm(sent(request), initial=initial)
    quantity = entity.attributes.get("quantity")
    if isinstance(quantity, int | float):
        initial["completed"] = quantity
    return CompletionForm(sent(request), initial=initial)


def _moved(request: HubRequest, move: Move, entity: Entity, form: MoveForm) -> HttpResponse:
    given = form.cleaned_data
    step = Step(
        move,
        entity.pk,
        expected=given["expected"],
        completed=_number(given.get("completed")),
        rejected=_number(given.get("rejected")),
    )
    try:
        moved = advance(editor=editor_of(request), step=step)
    except HubError as error:
        messages.error(request, told(request, error))
    else:
        messages.success(request, DONE[move.name] % {"title": title(moved, request.organization)})
    return _back(request, entity)


def _number(value: Decimal | None) -> float | None:
    """As JSON has it: whole numbers without a fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _question(request: HubRequest, move: Move, entity: Entity) -> Question:
    named = title(entity, request.organization)
    asked, text = QUESTIONS[move.name]
    return Question(
        title=asked % {"title": named},
        text=text,
        action=ANSWERS[move.name],
        keep=_("Keep it"),
        back=reverse("web:entity", args=[SCHEMA, entity.pk]),
        place=named,
        facts=list(facts_of(entity.attributes, {})),
        is_dangerous=move.name == "cancel",
    )


def _back(request: HubRequest, entity: Entity) -> HttpResponse:
    """The page of the order, whatever part of it asked."""
    address = reverse("web:entity", args=[SCHEMA, entity.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
