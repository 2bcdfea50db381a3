"""ScheduleForm: what people say about the schedule of a managed call; the configuration's own parser checks it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONValue
from hub.strict_json import MalformedJSON, parse
from integrations.changes.use_case import DESCRIPTION_CHARACTERS
from integrations.models import UseCase, UseCaseType
from integrations.queries import use_cases_of
from integrations.ui.references import CODE
from proxies.managed_call.pull import ON_DEMAND_EVENTS, PAGES
from proxies.ui import schedule_document as document

RHYTHMS = [
    (document.INTERVAL, gettext_lazy("It reads by itself")),
    (document.BY_HAND, gettext_lazy("Only by hand and on demand")),
    (document.OFF, gettext_lazy("No schedule: the call is made when somebody asks")),
]
CURSORS = [
    (document.NO_CURSOR, gettext_lazy("Everything, every time")),
    (document.MOMENT, gettext_lazy("What has changed since the previous run began")),
    (document.FOUND, gettext_lazy("What comes after a value in the last answer, such as a number or a date")),
]
PAGINGS = [
    (document.SINGLE, gettext_lazy("One page holds everything")),
    (document.COUNTED, gettext_lazy("Pages are counted from 1, until one has no records")),
    (document.TOKEN, gettext_lazy("Each answer names the next page")),
    (document.EXPRESSION, gettext_lazy("An expression makes the next request")),
]

HIDDEN_WHEN_OFF = {*document.PLACES.values(), "cursor_kind", "paging"}


def _code(label: Any, help_text: Any = "", rows: int = 2) -> forms.CharField:  # Any: words, translated later
    """A field for an expression, or JSON."""
    widget = forms.Textarea(attrs={**CODE, "rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _text(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:  # Any: as above
    widget = forms.TextInput(attrs={**CODE, **attrs})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:  # Any: as above
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


class ScheduleForm(forms.Form):
    """Fields of a pull block. version is the one that was on the screen."""

    rhythm = _choice(gettext_lazy("When"), RHYTHMS)
    every_minutes = _text(gettext_lazy("Minutes between two runs"), inputmode="numeric")
    target = forms.ChoiceField(
        label=gettext_lazy("Records go to"),
        required=False,
        help_text=gettext_lazy("An inbound use case of the same integration; each record becomes an event of it."),
    )
    payload = _code(
        gettext_lazy("Payload of the first page"),
        gettext_lazy('A JSON object with the values that the request refers to, such as {"page": 1}.'),
    )
    records = _code(
        gettext_lazy("Where the records stand"),
        gettext_lazy(
            "JSONata that yields the records of one answer, such as customers. It may use $payload, $cursor and $page."
        ),
    )
    cursor_kind = _choice(gettext_lazy("A run reads"), CURSORS)
    cursor_parameter = _text(
        gettext_lazy("Its name in the payload"), gettext_lazy("Such as since. The request refers to it as {{since}}.")
    )
    cursor_initial = _text(gettext_lazy("Value for the first run"), gettext_lazy("Such as 2026-01-01T00:00:00Z."))
    cursor_counts = forms.BooleanField(label=gettext_lazy("The value is a number"), required=False)
    cursor_next = _code(
        gettext_lazy("Where the answer has the value"), gettext_lazy("JSONata, such as (customers.changed_at)[-1].")
    )
    overlap_seconds = _text(
        gettext_lazy("Overlap in seconds"),
        gettext_lazy("Each run begins this much earlier, in case the clock of the other system is behind."),
        inputmode="numeric",
    )
    paging = _choice(gettext_lazy("Pages"), PAGINGS)
    page_parameter = _text(gettext_lazy("Name of the page number in the payload"), gettext_lazy("Such as page."))
    token_path = _text(
        gettext_lazy("Where the answer names the next page"),
        gettext_lazy("JSONata, such as next. An answer without it is the last page."),
    )
    token_parameter = _text(gettext_lazy("Its name in the payload"), gettext_lazy("Such as page_token."))
    next_page = _code(
        gettext_lazy("Payload of the next page"),
        gettext_lazy('JSONata; nothing on the last page. Such as has_more ? {"page": $page + 1}.'),
    )
    most_pages = _text(
        gettext_lazy("Most pages of one run"),
        gettext_lazy("A run with more pages fails. Left empty: {most}.").format(most=PAGES),
        inputmode="numeric",
    )
    on_demand_events = forms.MultipleChoiceField(
        label=gettext_lazy("Read one record at once when this event happens"),
        required=False,
        choices=[(name, name) for name in ON_DEMAND_EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    on_demand_payload = _code(
        gettext_lazy("Payload for that record"),
        gettext_lazy('JSONata over the event, such as {"customer_number": external_id}.'),
    )
    change_description = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        help_text=gettext_lazy("For the history."),
        max_length=DESCRIPTION_CHARACTERS,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, use_case: UseCase) -> None:
        values = document.values_of(use_case.configuration or {}) | {"version": use_case.version}
        super().__init__(data, initial=values)
        self.fields["target"].choices = _targets(use_case, values["target"])  # type: ignore[attr-defined]

    def clean_payload(self) -> JSONValue:
        """The object; empty for an empty text."""
        text: str = self.cleaned_data["payload"]
        try:
            found = parse(text.encode("utf-8", "surrogatepass")) if text.strip() else {}
        except MalformedJSON as error:
            raise forms.ValidationError(error.message.replace("The body", _("The payload"))) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("It must be a JSON object: text between { and }."))
        return found

    def clean(self) -> dict[str, Any]:
        """What a choice asks for besides. The configuration could be read without it, and would mean something else."""
        chosen = self.cleaned_data
        for name, answer in chosen.items():
            if isinstance(answer, str):
                chosen[name] = answer.replace("\r\n", "\n")
        if chosen.get("rhythm") == document.OFF:
            self._forget_hidden()
            return chosen
        self._need("rhythm", document.INTERVAL, "every_minutes", _("Say how many minutes lie between two runs."))
        self._need("cursor_kind", document.FOUND, "cursor_next", _("Say where the answer has the value."))
        self._need("paging", document.COUNTED, "page_parameter", _("Say by which name the payload has the number."))
        self._need("paging", document.TOKEN, "token_path", _("Say where the answer names the next page."))
        self._need("paging", document.TOKEN, "token_parameter", _("Say by which name the payload has it."))
        self._need("paging", document.EXPRESSION, "next_page", _("Say what the next page is asked with."))
        initial = chosen.get("cursor_initial", "")
        is_asked = chosen.get("cursor_kind") != document.NO_CURSOR and chosen.get("cursor_counts")
        if is_asked and document.number_in(initial) is None:
            self.add_error("cursor_initial", _("Must be a number, such as 4711."))
        return chosen

    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen."""
        version = self.cleaned_data["version"]
        return None if version is None else frozenset({version})

    def show(self, error: HubError) -> None:
        """Put each finding at the field that asks for its place; the others stand above the form with their paths."""
        for detail in error.details or (ErrorDetail("", error.message),):
            inside = detail.path.removeprefix("configuration").lstrip(".")
            field = document.field_of(inside, self.cleaned_data) or (inside if inside in self.fields else None)
            said = (
                detail.message[:1].upper() + detail.message[1:]
                if field or not inside
                else f"{inside}: {detail.message}"
            )
            self.add_error(field, said)

    def _forget_hidden(self) -> None:
        """What is wrong with fields that nobody sees keeps nobody from saving."""
        for name in set(self.errors) & HIDDEN_WHEN_OFF:
            del self.errors[name]

    def _need(self, choice: str, wanted: str, field: str, said: str) -> None:
        if self.cleaned_data.get(choice) == wanted and not self.cleaned_data.get(field):
            self.add_error(field, said)


def _targets(use_case: UseCase, chosen: str) -> list[tuple[str, str]]:
    """The inbound use cases; one that is named and not there, or of another type, is offered as that."""
    inbound = use_cases_of(use_case.integration).filter(type=UseCaseType.INBOUND)
    found = [
        (one.slug, f"{one.slug} · {one.name}" if one.enabled else _("%(slug)s · disabled") % {"slug": one.slug})
        for one in inbound
    ]
    if chosen and chosen not in dict(found):
        found.append((chosen, _("%(slug)s · there is no such inbound use case") % {"slug": chosen}))
    return [("", _("Choose one")), *found]
