"""QuietFields: when quiet hours begin and end, in the forms of channels and rules."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CLOCK: Final = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class QuietFields(forms.Form):
    """Both ends or none."""

    quiet_since = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label=gettext_lazy("Until"), required=False, widget=CLOCK)

    def clean(self) -> dict[str, Any]:  # Any: values of fields
        """Tells at the one that is missing that it is."""
        given = super().clean() or self.cleaned_data
        for name, other in (("quiet_since", "quiet_until"), ("quiet_until", "quiet_since")):
            if given.get(name) is None and given.get(other) is not None and name not in self.errors:
                self.add_error(name, _("Fill in both ends, or leave both empty."))
        return given

    def ends(self) -> tuple[time, time] | None:
        """None where nothing is quiet; call it on a valid form."""
        since, until = self.cleaned_data["quiet_since"], self.cleaned_data["quiet_until"]
        return None if since is None else (since, until)
