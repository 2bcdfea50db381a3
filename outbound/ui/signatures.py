"""The signature checker of a delivery's page: what a receiver got, and which key made its signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.environments.resolve import SecretUnavailable
from outbound.models import Webhook
from outbound.signature_check import Checked, Key, Odd, Received, check_signature
from outbound.signing import ID, SIGNATURE, TIMESTAMP

MOST_CHARACTERS = 1024 * 1024
_PLAIN = {"class": "ih-mono", "spellcheck": "false", "autocomplete": "off"}


class SignatureForm(forms.Form):
    """The three headers and the body, as a receiver has logged them."""

    message_id = forms.CharField(label=ID, max_length=255, widget=forms.TextInput(attrs=_PLAIN))
    timestamp = forms.CharField(label=TIMESTAMP, max_length=32, widget=forms.TextInput(attrs=_PLAIN))
    signature = forms.CharField(
        label=SIGNATURE,
        max_length=4096,
        widget=forms.Textarea(attrs=_PLAIN | {"rows": 3}),
        help_text=gettext_lazy("All of it: several signatures have a blank between them."),
    )
    body = forms.CharField(
        label=gettext_lazy("Body"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs=_PLAIN | {"rows": 5}),
        help_text=gettext_lazy("The bytes as they arrived, before anything has parsed them. Empty for a GET."),
    )

    @staticmethod
    def initial_of(signed: dict[str, str], body: bytes) -> dict[str, Any]:  # Any: values of fields
        """What the newest attempt has sent."""
        return {
            "message_id": signed.get(ID, ""),
            "timestamp": signed.get(TIMESTAMP, ""),
            "signature": signed.get(SIGNATURE, ""),
            "body": body.decode("utf-8", "replace"),
        }

    def received(self) -> Received:
        """Call it on a valid form. Browsers send line ends as two characters, senders of JSON as one."""
        given = self.cleaned_data
        body = given["body"].replace("\r\n", "\n").encode("utf-8", "surrogatepass")
        return Received(given["message_id"], given["timestamp"], body, given["signature"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """tone of the notice; title: what was found; text: what that means."""

    tone: str
    title: str
    text: str


def verdict_of(webhook: Webhook | None, form: SignatureForm, at: datetime) -> Verdict | None:
    """None for a form that nobody has sent, or that is not valid."""
    if not form.is_bound or not form.is_valid():
        return None
    if webhook is None:
        return Verdict("error", _("The webhook is gone, and its keys with it."), "")
    try:
        return verdict_words(check_signature(webhook=webhook, received=form.received(), at=at))
    except SecretUnavailable as error:
        return Verdict("error", _("The keys cannot be read now."), error.message)


def verdict_words(checked: Checked) -> Verdict:
    """What was found, and what that means."""
    if not checked.is_valid:
        title = _("The signature does not fit.")
        return Verdict("error", title, " ".join(_reason(odd) for odd in checked.odd))
    keys = {
        Key.PUBLIC: _("the key pair of the organization (v1a)"),
        Key.SECRET: _("the signing secret of today (v1)"),
        Key.FORMER: _("a former signing secret, which still counts (v1)"),
    }
    text = _("It was made with %(keys)s.") % {"keys": ", ".join(keys[key] for key in checked.matched)}
    title = _("The signature is valid.")
    if Odd.STALE not in checked.odd:
        return Verdict("success", title, text)
    return Verdict("success", title, f"{text} {_reason(Odd.STALE)}")


def _reason(odd: Odd) -> str:
    return {
        Odd.NO_ID: _("There is no message id."),
        Odd.NO_TIMESTAMP: _("The timestamp is no number of seconds since 1970."),
        Odd.NO_SIGNATURE: _("There is no signature that begins with v1, or v1a, and goes on in base64."),
        Odd.STALE: _("Its timestamp is more than five minutes off, so a receiver would refuse it by now."),
        Odd.OTHER_BODY: _(
            "It fits the same JSON written otherwise: check the bytes as they arrived, not what a parser makes of them."
        ),
        Odd.NOTHING_FITS: _(
            "No key of this webhook made it for this id, timestamp and body. One of them is different, "
            "or the secret has been renewed since."
        ),
    }[odd]
