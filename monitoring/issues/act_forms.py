"""The forms of what is done about an issue; each carries the revision that the person saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.issues.acts import MOST_MORE
from monitoring.issues.changing import NOTE_CHARACTERS

SNOOZES: Final = (
    ("1h", _("1 hour")),
    ("1d", _("1 day")),
    ("1w", _("1 week")),
    ("more", _("Until it has failed more often")),
)
DURATIONS: Final = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "1w": timedelta(weeks=1)}

Choices = Sequence[tuple[str, str]]
"""Values and their labels."""


class ActForm(forms.Form):
    """Carries the revision of the issue that the person saw. choices: what it may be done with, if anything."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    chosen = ""
    """The field that offers the choices."""

    def __init__(self, *given: Any, choices: Choices = (), **named: Any) -> None:  # Any: as Django's forms
        super().__init__(*given, **named)
        if self.chosen:
            field = self.fields[self.chosen]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class NotedForm(ActForm):
    """Why, if they say so."""

    text = forms.CharField(label=_("Note"), help_text=_("Optional."), max_length=NOTE_CHARACTERS, required=False)


class ResolveForm(NotedForm):
    """Whether what is active now repairs it."""

    in_next_version = forms.BooleanField(label=_("The next version of the use case repairs it"), required=False)


class SnoozeForm(NotedForm):
    """For how long, or for how many failures."""

    how = forms.ChoiceField(label=_("How long"), choices=SNOOZES, initial="1d")
    more = forms.IntegerField(
        label=_("How many more failures"),
        help_text=_("Only if it is snoozed until it has failed more often. Failures of replays are not counted."),
        min_value=1,
        max_value=MOST_MORE,
        initial=100,
        required=False,
    )
    field_order = ("how", "more", "text")


class AssignForm(ActForm):
    """To whom; nobody is a choice."""

    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    chosen = "assignee"


class MergeForm(ActForm):
    """Into which issue, and why."""

    into = forms.ChoiceField(label=_("Merge into"), help_text=_("Issues of the same use case, step and target."))
    text = forms.CharField(label=_("Reason, goes to the history"), max_length=NOTE_CHARACTERS)
    chosen = "into"

    def __init__(self, *given: Any, choices: Choices = (), **named: Any) -> None:  # Any: as Django's forms
        super().__init__(*given, choices=choices, **named)
        if not choices:
            self.fields["into"].help_text = _("There is no other issue of the same use case, step and target.")


class NoteForm(ActForm):
    """What somebody found out."""

    text = forms.CharField(label=_("Note"), max_length=NOTE_CHARACTERS)
