"""AgesForm: for how many days each kind is kept; a shorter age has to be confirmed, since it deletes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hub.retention.kinds import kinds
from hub.web.templatetags.numbers import number

CONFIRMED: Final = "confirmed"


class AgesForm(forms.Form):
    """A number of days per kind, under the kind's key."""

    confirmed = forms.BooleanField(
        label=_("Delete what is older than the new ages"),
        required=False,
        help_text=_("Needed where an age becomes shorter. It begins within a minute and cannot be undone."),
    )

    def __init__(self, answers: QueryDict | None, *, ages: Mapping[str, int]) -> None:
        super().__init__(answers, initial=dict(ages))
        self.ages = ages
        fields: dict[str, forms.Field] = {}
        for kind in kinds():
            fields[kind.key] = forms.IntegerField(
                label=kind.label,
                min_value=kind.least_days,
                max_value=kind.most_days,
                help_text=_("%(about)s Days, %(least)s to %(most)s; %(usual)s unless you choose.")
                % {
                    "about": kind.about,
                    "least": number(kind.least_days),
                    "most": number(kind.most_days),
                    "usual": number(kind.default_days),
                },
            )
        self.fields = fields | self.fields

    @property
    def age_fields(self) -> list[forms.BoundField]:
        """The fields of the kinds, in their order."""
        return [self[kind.key] for kind in kinds()]

    @property
    def days(self) -> dict[str, int]:
        """Key → days, as they were sent."""
        return {key: days for key, days in self.cleaned_data.items() if key != CONFIRMED}

    @property
    def sent_days(self) -> dict[str, int]:
        """The same of a form that was refused, without the fields that cannot be read."""
        return {key: days for key, days in getattr(self, "cleaned_data", {}).items() if key in self.ages}

    def clean(self) -> dict[str, Any]:  # Any: whatever the fields answer
        """Refuses shorter ages that nobody has confirmed."""
        cleaned = super().clean() or {}
        shorter = [key for key, days in self.ages.items() if (cleaned.get(key) or days) < days]
        if shorter and not cleaned.get(CONFIRMED) and not self.errors:
            sentence = ngettext(
                "One age becomes shorter: confirm that what is older is deleted.",
                "%(number)d ages become shorter: confirm that what is older is deleted.",
                len(shorter),
            )
            self.add_error(CONFIRMED, sentence % {"number": len(shorter)} if len(shorter) > 1 else sentence)
        return cleaned
