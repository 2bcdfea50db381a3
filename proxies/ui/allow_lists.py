"""The allow lists of a secure proxy: seen by everybody, changed by owners after a look at what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.json_types import JSONObject
from hub.preconditions import Stale, check_version
from hub.web.access import may, page
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.models import UseCase
from integrations.ui.detail import author_of
from integrations.ui.version_lines import actors_of
from proxies.models import AllowListChange
from proxies.secure_proxy.changing import LONGEST_REASON, MOST_CHANGES, NewLists, change_lists, list_changes, lists_of
from proxies.secure_proxy.configuration import ALLOW_LISTS
from proxies.secure_proxy.modes import SETTINGS, is_available
from proxies.secure_proxy.queries import get_secure_proxy

ENTRIES = {"rows": 5, "class": "ih-mono", "spellcheck": "false", "autocapitalize": "off"}


class ListsForm(forms.Form):
    """Both lists, an entry on each line. version is the one that was on the screen; is_seen: the changes were, too."""

    allowed_domains = forms.CharField(
        label=gettext_lazy("Allowed domains"),
        required=False,
        widget=forms.Textarea(attrs=ENTRIES),
        help_text=gettext_lazy("One on each line: erp.example.com, or *.example.com for everything below it."),
    )
    allowed_ips = forms.CharField(
        label=gettext_lazy("Allowed ranges"),
        required=False,
        widget=forms.Textarea(attrs=ENTRIES),
        help_text=gettext_lazy("One on each line, such as 10.0.1.0/24. Only the mode secure_link looks at them."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, goes to the history"), max_length=LONGEST_REASON, widget=forms.TextInput
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    is_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        """Where the reason is missing, what is wrong with the entries is said at the same time."""
        if "reason" in self.errors:
            try:
                NewLists.parse({name: self.cleaned_data[name].split() for name in ALLOW_LISTS})
            except HubError as error:
                self.show(error)

    @staticmethod
    def initial_of(use_case: UseCase) -> dict[str, Any]:  # Any: values of fields
        """The lists as they are."""
        lists = {name: "\n".join(_texts(entries)) for name, entries in lists_of(use_case).items()}
        return {**lists, "version": use_case.version}

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form."""
        lists: JSONObject = {name: self.cleaned_data[name].split() for name in ALLOW_LISTS}
        return lists | {"reason": self.cleaned_data["reason"]}

    def show(self, error: HubError) -> None:
        """Put a refusal at the list that it is about, with the entry that is meant."""
        entries = {f"{name}[{at}]": one for name in ALLOW_LISTS for at, one in enumerate(self.data[name].split())}
        known = [detail for detail in error.details if detail.path in entries]
        for detail in known:
            self.add_error(detail.path.partition("[")[0], f"{entries[detail.path]} {detail.message}")
        if not known:
            show_refusal(self, error)


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that comes or goes."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A change of the past."""

    change: AllowListChange
    author: str
    entries: list[EntryChange]


@page(Capability.READ, writes=Capability.OWNER)
@require_http_methods(["GET", "POST"])
def allow_lists(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """The lists with their history; an owner's changes are shown once before they count."""
    use_case = get_secure_proxy(
        organization=request.organization, integration_id=integration_id, use_case_id=use_case_id
    )
    form = ListsForm(sent(request), initial=ListsForm.initial_of(use_case))
    changes: list[EntryChange] = []
    if form.is_valid():
        try:
            new, expected = NewLists.parse(form.as_json()), frozenset({form.cleaned_data["version"]})
            changes = list(_changes(lists_of(use_case), new.applied_to(lists_of(use_case))))
            if form.cleaned_data["is_seen"] or not changes:
                return _saved(request, use_case, new, expected)
            check_version(use_case.version, expected)
        except Stale:
            form.add_error(None, _("The use case was saved while you were editing. Open this page anew."))
        except HubError as error:
            form.show(error)
    return _shown(request, use_case, form, changes if form.is_bound and not form.errors else [])


def _saved(request: HubRequest, use_case: UseCase, new: NewLists, expected: frozenset[int]) -> HttpResponse:
    saved = change_lists(
        author=author_of(request),
        integration_id=use_case.integration_id,
        use_case_id=use_case.pk,
        new=new,
        expected=expected,
    )
    if saved.version == use_case.version:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    else:
        messages.success(request, _("The lists of %(slug)s are saved and count at once.") % {"slug": saved.slug})
    return redirect("proxies:allow-lists", use_case.integration_id, use_case.pk)


def _shown(request: HubRequest, use_case: UseCase, form: ListsForm, changes: Sequence[EntryChange]) -> HttpResponse:
    lists = lists_of(use_case)
    mode = (use_case.configuration or {}).get("vpc_mode")
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "mode": mode,
        "lists": lists,
        "reaches_nothing": mode == "secure_link" and not all(lists.values()),
        "missing_setting": _missing_setting(mode),
        "reaches_everything": mode == "static_ip" and not lists["allowed_domains"],
        "form": form,
        "changes": changes,
        "lines": _lines(request, use_case),
        "may_edit": may(request, Capability.OWNER),
    }
    return render(request, "proxies/allow_lists.html", context, status=422 if form.errors else 200)


def _missing_setting(mode: object) -> str:
    """The setting without which nothing of the mode leaves this hub; empty when it is there."""
    return SETTINGS[mode] if isinstance(mode, str) and mode in SETTINGS and not is_available(mode) else ""


def _lines(request: HubRequest, use_case: UseCase) -> list[Line]:
    past = list_changes(organization=request.organization, use_case=use_case, limit=MOST_CHANGES)
    names = actors_of(request.organization, past)
    return [Line(one, names[one.actor_type, one.actor_id], list(_changes(one.before, one.after))) for one in past]


def _changes(before: JSONObject, after: JSONObject) -> Iterator[EntryChange]:
    for name in ALLOW_LISTS:
        old, new = _texts(before[name]), _texts(after[name])
        yield from (EntryChange(name, entry, None) for entry in old if entry not in new)
        yield from (EntryChange(name, None, entry) for entry in new if entry not in old)


def _texts(entries: object) -> list[str]:
    return [str(entry) for entry in entries] if isinstance(entries, list) else []
