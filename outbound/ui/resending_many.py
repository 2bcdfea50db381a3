"""Resending many chosen deliveries: which go out and why others do not, what would differ, and the job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub.errors import HubError
from hub.ids import to_text
from hub.web.jobs.acting import asker_of
from hub.web.requests import HubRequest
from outbound.bulk_resending import newest_sequence
from outbound.models import DELIVERY_PREFIX
from outbound.resend_job import start_chosen
from outbound.resending import must_be_anew
from outbound.resends.options import Options
from outbound.resends.preview import Preview, preview_of
from outbound.resends.selection import MOST_SELECTED, Selection
from outbound.resends.verdicts import verdicts_of
from outbound.ui.names import Names, names_of
from outbound.ui.resend_tried import AS_THEY_WERE, Look, look_at
from outbound.ui.resend_words import REASONS
from outbound.ui.resending import ResendForm, filter_query, seen_by
from outbound.ui.rows import held_words

LOOKS = ("preview", "try")
"""Buttons that only look; any other sends."""


class ManyForm(ResendForm):
    """Whether those that were sent again before go out once more, too."""

    repeats = forms.BooleanField(
        label=_("Send what was sent again before, too"),
        required=False,
        help_text=_("Otherwise each goes out once, however many people ask for it."),
    )


def is_answer(request: HubRequest) -> bool:
    """Whether the form was sent for the act, not to look at what it would do."""
    return request.method == "POST" and "reason" in request.POST and not any(one in request.POST for one in LOOKS)


def looked_at(request: HubRequest) -> dict[str, Any]:  # Any: initial values of a form
    """What a form was filled in with so far, where nothing is to be refused yet."""
    ticked = {name: name in request.POST for name in ("is_anew", "repeats")}
    return {"reason": request.POST.get("reason", ""), **ticked}


def resend_many(request: HubRequest, named: Sequence[str]) -> HttpResponse:
    """The question about deliveries of these public ids; answered it leads to the page of the job."""
    selection = Selection.named(named).in_order(request.organization)
    has_to = must_be_anew(request.organization, selection.ids)
    form = ManyForm(request.POST if is_answer(request) else None, initial=looked_at(request), must_be_anew=has_to)
    if form.is_valid():
        try:
            options = _options(form, seen_by(request))
            job = start_chosen(asker_of(request, form.cleaned_data["reason"].strip()), selection, options)
        except HubError as error:
            form.add_error(None, error.message)
        else:
            return redirect("web:job", job.pk)
    return _question(request, selection, form)


def _options(form: ManyForm, seen: int) -> Options:
    return Options(is_anew=bool(form["is_anew"].value()), repeats=bool(form["repeats"].value()), seen=seen)


def _question(request: HubRequest, selection: Selection, form: ManyForm) -> HttpResponse:
    options = _options(form, newest_sequence())
    preview = preview_of(organization=request.organization, selection=selection, options=options)
    context = {
        "form": form,
        "ids": [*(to_text(DELIVERY_PREFIX, one) for one in selection.ids), *selection.unreadable],
        "back": reverse("outbound:deliveries") + filter_query(request),
        "seen": options.seen,
        "chosen": preview,
        "goes": preview.goes,
        "repeats": preview.repeats,
        "left_out": [(REASONS[reason], count) for reason, count in preview.left_out.items()],
        "receivers": _receivers(preview, names_of(request.organization)),
        "is_anew": options.is_anew,
        "look": _look(request, selection, options) if "try" in request.POST else None,
    }
    return render(request, "outbound/resend_matching.html", context, status=422 if form.errors else 200)


def _receivers(preview: Preview, names: Names) -> list[Mapping[str, object]]:
    return [
        {"name": names.webhook(one.webhook_id), "count": one.count, "hold": held_words(one.hold)}
        for one in preview.receivers
    ]


def _look(request: HubRequest, selection: Selection, options: Options) -> Look:
    if not options.is_anew:
        return AS_THEY_WERE
    rows = selection.part(request.organization, 0, MOST_SELECTED).deliveries
    left_out = verdicts_of(organization=request.organization, deliveries=rows, options=options)
    return look_at(request, [one.id for one in rows if one.id not in left_out])
