"""Deciding about waiting values that were chosen from the list: asks why, then decides about one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from hub.accounts.grants import Capability
from hub.entities.deciding import LONGEST_REASON, Parked, apply_changeset, dismiss_changeset
from hub.entities.editor import Editor
from hub.entities.waiting.listing import WaitingValue
from hub.errors import HubError
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.entities.forms.pages import editor_of
from hub.web.entities.taken import told
from hub.web.entities.waiting.asked import Asked, asked_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number

APPLY: Final = "apply"
DISMISS: Final = "dismiss"
ACTS: Final = (APPLY, DISMISS)
MOST_AT_ONCE: Final = 50
"""A page: each is a transaction of its own."""
MOST_TOLD: Final = 5
"""Refusals that are told one by one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A waiting value that somebody saw at a version of its entity."""

    schema: str
    entity_id: UUID
    version: int
    attribute: str

    @classmethod
    def of(cls, value: WaitingValue) -> Self:
        """As it is listed now."""
        return cls(value.entity.schema, value.entity.pk, value.entity.version, value.attribute)

    @classmethod
    def parse(cls, token: str) -> Self:
        """Raises ValueError for a text that is no token."""
        schema, entity_id, version, attribute = token.split("/", 3)
        if not version.isascii() or not version.isdigit() or len(version) > 9 or "\0" in token:
            raise ValueError(token)
        return cls(schema, UUID(entity_id), int(version), attribute)

    @property
    def token(self) -> str:
        """As forms send it."""
        return f"{self.schema}/{self.entity_id}/{self.version}/{self.attribute}"


def is_token(text: str) -> bool:
    """Whether a text names a value that somebody saw."""
    try:
        Chosen.parse(text)
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class Outcome:
    """What became of the chosen values. refused: each with its reason."""

    done: int = 0
    refused: list[tuple[Chosen, HubError]] = field(default_factory=list)


class ChosenField(forms.MultipleChoiceField):
    """Tokens of chosen values, whatever they are; which of them still count is found out one by one."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        """Whether it is a token."""
        return is_token(value)


class DecisionForm(forms.Form):
    """What is decided about which values, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, goes to the audit trail"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    act = forms.ChoiceField(choices=[(one, one) for one in ACTS], widget=forms.HiddenInput)
    value = ChosenField()


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def decide_waiting(request: HubRequest) -> HttpResponse:
    """Asks about the chosen values, or the one that the address names; once answered, decides about each."""
    act, values = _pressed(request)
    if not values:
        messages.info(request, _("Choose at least one value first."))
        return _back(request)
    if "reason" not in request.POST:
        return ask(request, _question(request, act, values), DecisionForm(initial={"act": act, "value": values}))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return ask(request, _question(request, act, values), form)
    chosen = [Chosen.parse(one) for one in form.cleaned_data["value"][:MOST_AT_ONCE]]
    outcome = decide_each(editor_of(request), chosen, form.cleaned_data["act"], form.cleaned_data["reason"])
    _tell(request, outcome, form.cleaned_data["act"])
    return _back(request)


def decide_each(editor: Editor, chosen: Iterable[Chosen], act: str, reason: str) -> Outcome:
    """Decide about each in a transaction of its own; what is refused does not keep the others.

    The second value of an entity is decided about at the version that the first decision has made.
    """
    how = apply_changeset if act == APPLY else dismiss_changeset
    outcome, versions = Outcome(), dict[tuple[UUID, int], int]()
    for one in chosen:
        seen = (one.entity_id, one.version)
        parked = Parked(one.schema, one.entity_id, one.attribute, versions.get(seen, one.version))
        try:
            entity = how(editor=editor, parked=parked, reason=reason)
        except HubError as error:
            outcome.refused.append((one, error))
        else:
            outcome.done += 1
            versions[seen] = entity.version
    return outcome


def _pressed(request: HubRequest) -> tuple[str, list[str]]:
    """The act and the tokens: what a form has sent, else what the address of a question about one names."""
    sent = request.POST or request.GET
    act, values = sent.get("act", ""), sent.getlist("value")
    return act if act in ACTS else DISMISS, [one for one in values if is_token(one)][:MOST_AT_ONCE]


def question_url(asked: Asked, act: str, chosen: Chosen) -> str:
    """Where one value is decided about, with the filters to come back to."""
    address = asked.address(after=asked.after)
    mark = "" if address == "?" else "&"
    return f"{reverse('web:decide-waiting')}{address}{mark}{urlencode({'act': act, 'value': chosen.token})}"


def _question(request: HubRequest, act: str, values: Sequence[str]) -> Question:
    count = len(values)
    named = {"count": number(count), "name": Chosen.parse(values[0]).attribute}
    if act == APPLY:
        title = ngettext("Apply what is proposed for %(name)s?", "Apply %(count)s proposed values?", count)
        text = _("What is proposed is stored now, without waiting for the ERP or for anybody else.")
        action = ngettext("Apply to %(name)s", "Apply %(count)s values", count)
    else:
        title = ngettext("Dismiss what is proposed for %(name)s?", "Dismiss %(count)s proposed values?", count)
        text = _("What is proposed is given up and the present values stay; the history keeps what was proposed.")
        action = ngettext("Dismiss proposal for %(name)s", "Dismiss %(count)s proposals", count)
    return Question(title % named, text, action % named, _address(request), place=_("Waiting values"))


def _tell(request: HubRequest, outcome: Outcome, act: str) -> None:
    words = {"count": number(outcome.done)}
    if outcome.done and act == APPLY:
        said = ngettext("%(count)s proposed value is stored.", "%(count)s proposed values are stored.", outcome.done)
        messages.success(request, said % words)
    elif outcome.done:
        said = ngettext("%(count)s proposal is dismissed.", "%(count)s proposals are dismissed.", outcome.done)
        messages.success(request, said % words)
    for one, error in outcome.refused[:MOST_TOLD]:
        address = reverse("web:entity", args=[one.schema, one.entity_id])
        text = '<a href="{}">{} {}</a>: {}'
        messages.error(request, format_html(text, address, one.schema, one.attribute, told(request, error)))
    if len(outcome.refused) > MOST_TOLD:
        more = len(outcome.refused) - MOST_TOLD
        said = ngettext("%(count)s more is as it was.", "%(count)s more are as they were.", more)
        messages.error(request, said % {"count": number(more)})


def _address(request: HubRequest) -> str:
    """The list with the filters that the address of this page carries on."""
    asked = asked_of(request.GET)
    query = asked.address(after=asked.after)
    return reverse("web:waiting-values") + ("" if query == "?" else query)


def _back(request: HubRequest) -> HttpResponse:
    address = _address(request)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
