"""What people do about an issue: first the question, then the act on the issue as it was when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import ROLE_CAPABILITIES, Capability
from hub.accounts.models import Membership, Role
from hub.errors import Invalid
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from monitoring.issues.act_forms import (
    DURATIONS,
    ActForm,
    AssignForm,
    Choices,
    MergeForm,
    NotedForm,
    NoteForm,
    ResolveForm,
    SnoozeForm,
)
from monitoring.issues.acts import add_note, assign, reopen, resolve, snooze_for, snooze_for_failures
from monitoring.issues.changing import By, IssueChanged, IssueMerged
from monitoring.issues.explain import title_of
from monitoring.issues.merging import merge, split, targets_for
from monitoring.issues.one_page import shown
from monitoring.issues.query import get_issue
from monitoring.issues.targets import Target, targets_of
from monitoring.models.issues import OPEN_STATES, Issue

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is asked, what is said once it is done, and how it is done with the cleaned values of the form."""

    form: type[ActForm]
    title: _StrPromise
    text: _StrPromise
    action: _StrPromise
    done: _StrPromise
    act: Callable[[Issue, By, dict[str, Any]], None]
    choices: Callable[[HubRequest, Issue], Choices] | None = None


def _resolve(issue: Issue, by: By, said: dict[str, Any]) -> None:  # Any: cleaned values of a form; so below
    resolve(issue, by, in_next_version=said.get("in_next_version", False))


def _reopen(issue: Issue, by: By, said: dict[str, Any]) -> None:
    reopen(issue, by)


def _snooze(issue: Issue, by: By, said: dict[str, Any]) -> None:
    if said["how"] in DURATIONS:
        snooze_for(issue, by, DURATIONS[said["how"]])
    else:
        snooze_for_failures(issue, by, said["more"] or 0)


def _assign(issue: Issue, by: By, said: dict[str, Any]) -> None:
    assign(issue, by, int(said["assignee"]) if said["assignee"] else None)


def _merge(issue: Issue, by: By, said: dict[str, Any]) -> None:
    merge(issue, by, get_issue(organization=by.organization, issue_id=UUID(said["into"])))


def _split(issue: Issue, by: By, said: dict[str, Any]) -> None:
    split(issue, by)


def _note(issue: Issue, by: By, said: dict[str, Any]) -> None:
    add_note(issue, by)


def _members(request: HubRequest, issue: Issue) -> Choices:
    """Those who may act on it, and whoever has it already."""
    roles = [role for role in Role if Capability.SEND in ROLE_CAPABILITIES[role]]
    members = Membership.objects.of(request.organization).filter(Q(role__in=roles) | Q(user_id=issue.assignee_id))
    listed = members.select_related("user").order_by("created_at", "pk")
    return [("", str(_("Nobody"))), *((str(member.user_id), str(member.user)) for member in listed)]


def _targets(request: HubRequest, issue: Issue) -> Choices:
    found = targets_for(request.organization, issue)
    names = targets_of(request.organization, found)
    return [(str(one.pk), f"{_titled(one, names)} · {_counted(one)}") for one in found]


def _counted(issue: Issue) -> str:
    words = ngettext("%(count)s failure", "%(count)s failures", issue.number)
    return words % {"count": number(issue.number)}


def _titled(issue: Issue, names: Mapping[str, Target]) -> str:
    return title_of(issue, names[issue.host].name if issue.host in names else "")


DEEDS: Final = {
    "resolve": _Deed(
        ResolveForm,
        _("Resolve this issue?"),
        _("It comes back as regressed if it fails again. Failures of older versions do not count."),
        _("Resolve issue"),
        _("The issue is resolved."),
        _resolve,
    ),
    "reopen": _Deed(
        NotedForm,
        _("Reopen this issue?"),
        _("It is listed among the open ones again."),
        _("Reopen issue"),
        _("The issue is open again."),
        _reopen,
    ),
    "snooze": _Deed(
        SnoozeForm,
        _("Snooze this issue?"),
        _("It leaves the list of open issues for a while and comes back by itself. Its failures are counted on."),
        _("Snooze issue"),
        _("The issue is snoozed."),
        _snooze,
    ),
    "assign": _Deed(
        AssignForm,
        _("Who takes care of this issue?"),
        _("The assignee is shown in the list, which can be narrowed to it."),
        _("Assign issue"),
        _("The issue is assigned."),
        _assign,
        _members,
    ),
    "merge": _Deed(
        MergeForm,
        _("Merge this issue into another one?"),
        _("Its failures count for the other one from now on, until you split it off again. Those so far stay here."),
        _("Merge issue"),
        _("The issue is merged."),
        _merge,
        _targets,
    ),
    "split": _Deed(
        NotedForm,
        _("Split this issue off?"),
        _("Its failures count for itself again and it is open. Those that counted for the other one stay there."),
        _("Split issue off"),
        _("The issue stands for itself again."),
        _split,
    ),
    "note": _Deed(
        NoteForm,
        _("Add a note"),
        _("Everybody who may look at the issue can read it."),
        _("Add note"),
        _("The note is kept."),
        _note,
    ),
}
"""Name of an act in its address → the act."""


@page(Capability.MONITOR, writes=Capability.SEND)
@require_http_methods(["GET", "POST"])
def act_on_issue(request: HubRequest, issue_id: UUID, act: str) -> HttpResponse:
    """Asks, then acts; where the issue has changed meanwhile its page is the answer, and says so."""
    issue = get_issue(organization=request.organization, issue_id=issue_id)
    deed = _deed_of(issue, act)
    if deed is None:
        raise Http404
    if told := _why_not(issue, act):
        messages.info(request, told)
        return redirect("monitoring:issue", issue.pk)
    choices = deed.choices(request, issue) if deed.choices else ()
    if request.method != "POST":
        initial = {"revision": issue.revision, "assignee": issue.assignee_id or ""}
        return ask(request, _question(request, issue, deed), deed.form(initial=initial, choices=choices))
    form = deed.form(request.POST, choices=choices)
    if not form.is_valid():
        return ask(request, _question(request, issue, deed), form)
    return _acted(request, issue, deed, form)


def _deed_of(issue: Issue, act: str) -> _Deed | None:
    """Of versions an issue speaks only where its failures have told theirs."""
    if act == "resolve" and issue.last_version is None:
        return replace(DEEDS[act], form=NotedForm, text=_("It comes back as regressed if it fails again."))
    return DEEDS.get(act)


def _why_not(issue: Issue, act: str) -> str:
    """Why there is nothing to do, whoever was faster; empty where there is."""
    if act == "reopen" and issue.state in OPEN_STATES:
        return str(_("The issue is open already."))
    if act == "split" and issue.merged_into is None:
        return str(_("The issue is merged into no other one."))
    return ""


def _acted(request: HubRequest, issue: Issue, deed: _Deed, form: ActForm) -> HttpResponse:
    said = form.cleaned_data
    actor = actor_of(request.principal, request)
    by = By(request.organization, actor, clock.now(), said["revision"], said.get("text", ""))
    try:
        deed.act(issue, by, said)
    except (IssueChanged, IssueMerged):
        changed = get_issue(organization=request.organization, issue_id=issue.pk)
        return shown(request, changed, is_beaten=True)
    except Invalid as error:
        form.add_error(None, error.message)
        return ask(request, _question(request, issue, deed), form)
    messages.success(request, str(deed.done))
    return redirect("monitoring:issue", issue.pk)


def _question(request: HubRequest, issue: Issue, deed: _Deed) -> Question:
    title = _titled(issue, targets_of(request.organization, [issue]))
    return Question(
        title=deed.title,
        text=deed.text,
        action=deed.action,
        back=reverse("monitoring:issue", args=[issue.pk]),
        place=_("Issue"),
        facts=[{"label": _("Issue"), "value": title}],
    )
