"""Replay of many events: which and how, what it would do, a try that writes nothing, and the job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.errors import HubError
from hub.events.audience import Listener
from hub.ids import to_text
from hub.jobs.queries import get_job
from hub.web.access import page
from hub.web.asking import REASON_CHARACTERS
from hub.web.jobs.acting import asker_of
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.query import TooSlow, newest_sequence, patience
from inbound.replays.dry_run import dry_run
from inbound.replays.looking import Looked, look
from inbound.replays.options import Options, Version
from inbound.replays.preview import MOST_COUNTED, preview_of
from inbound.replays.scopes import FailuresOf, Matching, Scope, Selection
from inbound.replays.starting import REASON_ABOVE, Wish, needs_reason, start_replay
from inbound.simulate import count_run
from inbound.ui.chips import chips_of, refused_of
from inbound.ui.dry_run_rows import rows_of_tried
from inbound.ui.dry_run_total import DryRunShown, shown_of
from inbound.ui.filters import Asked, asked_of
from inbound.ui.names import names_of, with_issues
from inbound.ui.replay_words import REASONS, VERSIONS
from inbound.ui.replaying import seen_by

FIELD_OF = {"REASON_REQUIRED": "reason", "PRUNE_NOT_CONFIRMED": "confirms_prunes"}
"""Code of a refusal → the field that it is about."""
Context = dict[str, Any]  # Any: what a template shows


class ReplayForm(forms.Form):
    """How the events are run, why, and what has to be confirmed."""

    version = forms.ChoiceField(
        label=_("Version of the use case"),
        choices=[*VERSIONS.items()],
        initial=Version.ACTIVE,
        widget=forms.RadioSelect,
    )
    runs_stale = forms.BooleanField(
        label=_("Run stale events, too"),
        required=False,
        help_text=_("Newer events concern the same attributes; a replay puts older values back."),
    )
    is_quiet = forms.BooleanField(
        label=_("Write entities without deliveries"),
        required=False,
        help_text=_("No core events are published and no automations start, so nothing reaches anybody outside."),
    )
    ignores_deduplication = forms.BooleanField(label=_("Run what was skipped as a duplicate, too"), required=False)
    repeats = forms.BooleanField(
        label=_("Run what was replayed since, too"),
        required=False,
        help_text=_("Otherwise each payload runs once, however many people ask for it."),
    )
    reason = forms.CharField(label=_("Reason, goes to the history"), required=False, max_length=REASON_CHARACTERS)
    confirms_prunes = forms.BooleanField(label=_("I know that these use cases remove records"), required=False)

    def require_reason(self) -> None:
        """So many would run that somebody has to say why."""
        reason = self["reason"]  # made already where the form was looked at, and it keeps its own help text
        reason.field.required = True
        reason.help_text = gettext("Needed, as more than %(count)s events may run.") % {"count": number(REASON_ABOVE)}

    def options(self) -> Options:
        """What was chosen; what is usual before anything was sent."""
        chosen = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Options(
            version=Version(chosen.get("version") or Version.ACTIVE),
            skips_stale=not chosen.get("runs_stale"),
            ignores_deduplication=bool(chosen.get("ignores_deduplication")),
            has_deliveries=not chosen.get("is_quiet"),
            repeats=bool(chosen.get("repeats")),
        )


@page(Capability.SEND)
@require_http_methods(["GET", "POST"])
def replay_many(request: HubRequest) -> HttpResponse:
    """The question; sent with ``start`` it leads to the page of the job.

    The events are those that are named, else the failures of a job, else all that the address finds. Its window is
    fixed when the question is asked, so that nothing newer slips in. There is none while a filter cannot be read.
    """
    asked = asked_of(request.GET, clock.now(), display_zone())
    named = request.POST.getlist("event")
    is_filter = not named and "job" not in request.GET
    if is_filter and asked.unread:
        refused: Context = {"refused": refused_of(asked), "back": reverse("inbound:events") + asked.address()}
        return render(request, "inbound/replay_many.html", refused, status=422)
    if is_filter and asked.window.name:
        return redirect(request.path + asked.zoomed(asked.window.since, asked.window.until))
    scope = _scope(request, named, asked)
    form = ReplayForm(request.POST if "version" in request.POST else None)
    if "start" in request.POST and form.is_valid():
        options = replace(form.options(), seen=seen_by(request))
        wish = Wish(scope, options, confirms_prunes=form.cleaned_data["confirms_prunes"])
        try:
            job = start_replay(asker_of(request, form.cleaned_data["reason"].strip()), wish)
        except HubError as error:
            form.add_error(FIELD_OF.get(error.code), error.message)
        else:
            return redirect("web:job", job.pk)
    return _question(request, scope, form, asked)


def _tried(request: HubRequest, looked: Looked, options: Options, form: ReplayForm) -> DryRunShown | None:
    """What a dry run finds; None where it cannot be made now, which the form says then."""
    try:
        count_run(request.principal, clock.now())
        found = dry_run(organization=request.organization, looked=looked, options=options)
        return shown_of(rows_of_tried(request, found))
    except HubError as error:
        form.add_error(None, error.message)
    return None


def _scope(request: HubRequest, named: list[str], asked: Asked) -> Scope:
    if named:
        return Selection.named(named).in_order(request.organization.pk)
    if "job" in request.GET:
        try:
            job_id = UUID(request.GET["job"])
        except ValueError:
            job_id = UUID(int=0)
        return FailuresOf(get_job(organization=request.organization, job_id=job_id).pk)
    return Matching.until(asked.event_filter(), clock.now())


def _chips(request: HubRequest, asked: Asked) -> list[Context]:
    names = with_issues(names_of(request.organization), request.organization, asked.of("issue"))
    return chips_of(asked, names, display_zone())


def _question(request: HubRequest, scope: Scope, form: ReplayForm, asked: Asked) -> HttpResponse:
    """With ``try`` what a dry run finds as well, of the same events."""
    is_filter = isinstance(scope, Matching)
    context: Context = {
        "form": form,
        "ids": _ids(scope) if isinstance(scope, Selection) else [],
        "is_again": isinstance(scope, FailuresOf),
        "chips": _chips(request, asked) if is_filter else [],
        "back": reverse("inbound:events") + (asked.address() if is_filter else ""),
        "most_counted": MOST_COUNTED,
    }
    organization, options = request.organization, replace(form.options(), seen=newest_sequence())
    try:
        with patience():
            looked = look(organization=organization, scope=scope, options=options)
            preview = preview_of(organization=organization, scope=scope, looked=looked, options=options)
    except TooSlow as error:
        return render(request, "inbound/replay_many.html", context | {"failure": error}, status=error.status)
    context |= {
        "preview": preview,
        "seen": options.seen,
        "left_out": [(REASONS[reason], count) for reason, count in preview.left_out.items()],
        "stale": [to_text(EVENT_PREFIX, one) for one in preview.stale],
        "use_cases": ", ".join(one.slug for one in preview.use_cases),
        "prunes": ", ".join(one.slug for one in preview.prunes),
        "tried": _tried(request, looked, options, form) if "try" in request.POST else None,
        "needs_reason": needs_reason(preview),
        "heard": [(one, [(each, _url(each)) for each in one.listeners]) for one in preview.heard],
        "has_deliveries": options.has_deliveries,
    }
    if context["needs_reason"]:
        form.require_reason()
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inbound/replay_many.html", context, status=status)


def _url(listener: Listener) -> str:
    return reverse(listener.url_name, args=listener.url_args)


def _ids(scope: Selection) -> list[str]:
    """What the form sends again: with what is no id, since without any it would be about all that the address finds."""
    return [*(to_text(EVENT_PREFIX, one) for one in scope.ids), *scope.unreadable]
