"""Question: asks before an act on one named object; a dialog over the page, without scripts a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from hub.web.requests import HubRequest, render_fragment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"
REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """title asks and names the object; action is the verb with its object; back is where "no" leads.

    facts: label, value pairs; keep: other words for "no"; place: what back leads to.
    The answer is posted to the address of the page itself.
    """

    title: Text
    text: Text
    action: Text
    back: str
    facts: Sequence[dict[str, object]] = ()
    keep: Text = ""
    place: Text = ""
    is_dangerous: bool = False


class ReasonForm(forms.Form):
    """Why somebody does it, in a few words; hidden members travel along."""

    reason = forms.CharField(
        label=_("Reason, goes to the history"), max_length=REASON_CHARACTERS, strip=True, widget=forms.TextInput
    )


def ask(request: HubRequest, question: Question, form: forms.Form | None = None) -> HttpResponse:
    """The question; 422 when a form that was sent is not valid."""
    status = 422 if form is not None and form.is_bound else 200
    context = {"question": question, "form": form, "post_url": request.get_full_path()}
    return render_fragment(request, "hub/ask.html", "hub/_ask_dialog.html", context, status=status)
