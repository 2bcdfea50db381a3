"""Groups of variables: the list, describing one, deleting one. They are named in the query: a name may be anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.grants import Capability
from hub.api.throttling import RateLimited
from hub.environments.changes import DESCRIPTION_CHARACTERS, NAME_CHARACTERS, GroupChanges, check_group_name, wrong
from hub.environments.models import VariableGroup
from hub.environments.operations.groups import delete_group, put_group
from hub.environments.queries import find_group, get_group
from hub.errors import HubError
from hub.web.access import may, page
from hub.web.asking import Question, ask
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.ui.environments.words import writer_of

if TYPE_CHECKING:
    from hub.accounts.models import Organization


class GroupForm(forms.Form):
    """A group; its name is chosen once."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_CHARACTERS)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=DESCRIPTION_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Shown under its heading in the list."),
    )


@page(Capability.ENVIRONMENTS_EDIT)
@require_safe
def group_list(request: HubRequest) -> HttpResponse:
    """Every group by name, also one without variables."""
    rows = [
        {
            "group": group,
            "count": count,
            "edit_url": group_url(group.name),
            "delete_url": group_url(group.name, "delete"),
        }
        for group, count in _counted(request.organization)
    ]
    context = {"rows": rows, "may_delete": may(request, Capability.ENVIRONMENTS_DELETE)}
    return render(request, "environments/groups.html", context)


@page(Capability.ENVIRONMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def edit_group(request: HubRequest) -> HttpResponse:
    """The group that the address names, or a new one."""
    name = _named(request)
    group = get_group(organization=request.organization, name=name) if name else None
    form = GroupForm(sent(request), initial={"name": name, "description": group.description if group else ""})
    if group is not None:
        del form.fields["name"]
    if form.is_valid():
        try:
            chosen = group.name if group else _free_name(request, form.cleaned_data["name"])
            changes = GroupChanges.parse({"description": form.cleaned_data["description"]})
            put_group(author=writer_of(request), name=chosen, changes=changes)
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The group %(name)s is saved.") % {"name": chosen})
            return redirect("integrations:environment-groups")
    return render(
        request, "environments/group.html", {"form": form, "group": group}, status=422 if form.is_bound else 200
    )


@page(Capability.ENVIRONMENTS_DELETE)
@require_http_methods(["GET", "POST"])
def remove_group(request: HubRequest) -> HttpResponse:
    """Asks, then deletes the group; its variables stay."""
    group = get_group(organization=request.organization, name=_named(request))
    if request.method == "POST":
        try:
            delete_group(author=writer_of(request), name=group.name)
        except RateLimited as limit:
            messages.error(request, limit.message)
            return redirect("integrations:environment-groups")
        messages.success(request, _("The group %(name)s is deleted.") % {"name": group.name})
        return redirect("integrations:environment-groups")
    question = Question(
        title=_("Delete the group %(name)s?") % {"name": group.name},
        text=_("Its variables stay as they are, without a group."),
        action=_("Delete %(name)s") % {"name": group.name},
        keep=_("Keep it"),
        back=reverse("integrations:environment-groups"),
        place=_("Groups"),
        facts=[{"label": _("Variables"), "value": group.variables.count()}],
        is_dangerous=True,
    )
    return ask(request, question)


def group_url(name: str, act: str = "edit") -> str:
    """The page on which the group is described or deleted."""
    return f"{reverse(f'integrations:{act}-environment-group')}?{urlencode({'name': name})}"


def _named(request: HubRequest) -> str:
    return request.GET.get("name", "").replace("\0", "")


def _counted(organization: Organization) -> list[tuple[VariableGroup, int]]:
    counted = VariableGroup.objects.of(organization).annotate(variable_count=Count("variables"))
    return sorted(((one, one.variable_count) for one in counted), key=lambda pair: pair[0].name.casefold())


def _free_name(request: HubRequest, name: str) -> str:
    """The name, if a group may have it and none has it yet. Raises Invalid."""
    if find_group(organization=request.organization, name=check_group_name(name)) is not None:
        raise wrong("name", _("there is a group of this name already"))
    return name
