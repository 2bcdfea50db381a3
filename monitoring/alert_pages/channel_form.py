"""ChannelForm: what people fill in about a channel of one kind, and the wish that it becomes."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.names import NAME_CHARACTERS
from monitoring.alert_pages.quiet_fields import QuietFields
from monitoring.alerts.channels import LONGEST_ADDRESS, Kind
from monitoring.alerts.operations.channels import ChannelWish
from monitoring.alerts.quiet import QuietHours
from monitoring.models import AlertChannel

SHOWN: Final = ("name", "enabled", "quiet_since", "quiet_until", "quiet_spares_errors")


class ChannelForm(QuietFields):
    """A channel of one kind, which never changes. The address of one that is there is never shown again."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_CHARACTERS)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=LONGEST_ADDRESS)
    enabled = forms.BooleanField(label=gettext_lazy("Enabled"), required=False, initial=True)
    quiet_spares_errors = forms.BooleanField(label=gettext_lazy("Tell errors all the same"), required=False)

    def __init__(self, data: QueryDict | None, *, kind: str, channel: AlertChannel | None = None) -> None:
        super().__init__(data, initial={name: getattr(channel, name) for name in SHOWN} if channel else {})
        self.kind = kind
        address = self.fields["address"]
        if kind == Kind.MAIL:
            address.label = _("Mail addresses")
            address.help_text = _("With commas between them.")
        else:
            address.help_text = _("The whole URL. May refer to the environment: {{env.KEY}}.")
        if channel is not None:
            address.required = False
            now = _("Empty: it stays %(address)s.") % {"address": channel.shown_address}
            address.help_text = f"{address.help_text} {now}"

    def wish(self) -> ChannelWish:
        """What is wanted; call it on a valid form."""
        given = self.cleaned_data
        return ChannelWish(given["name"], self.kind, given["address"], given["enabled"], self._quiet())

    def _quiet(self) -> QuietHours | None:
        ends = self.ends()
        return QuietHours(*ends, self.cleaned_data["quiet_spares_errors"]) if ends else None
