"""Creating, changing and deleting a variable; a secret is replaced, never shown."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.api.throttling import RateLimited
from hub.environments.changes import VariableChanges
from hub.environments.models import Variable, VariableType
from hub.environments.operations.variables import create_variable, delete_variable, put_variable
from hub.environments.queries import get_variable, groups_of
from hub.environments.redaction import SHORTEST, is_too_short
from hub.environments.resolve import open_values, unreadable_in
from hub.environments.uses import uses_of
from hub.errors import Forbidden, HubError
from hub.json_types import JSONObject
from hub.preconditions import Stale
from hub.web.access import may, page
from hub.web.asking import Question, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import calendar_day
from integrations.environment_overview import holding_of
from integrations.ui.detail import Context
from integrations.ui.environments.expiry import Expiry, expiry_of
from integrations.ui.environments.fields import ABSENT, VariableForm
from integrations.ui.environments.listing import variable_url
from integrations.ui.environments.values import shown_value
from integrations.ui.environments.words import HOLDINGS, KINDS, kind_label, linked, writer_of

PREFILLED: Final = ("key", "description", "group")
"""Fields of a new variable that an address may fill in."""


@page(Capability.ENVIRONMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def new_variable(request: HubRequest) -> HttpResponse:
    """A form for the type that the address names, with what else it names filled in."""
    kind = _kind(request.GET.get("type", ""))
    given = {name: request.GET[name] for name in PREFILLED if name in request.GET}
    form = VariableForm(sent(request), kind=kind, is_owner=may(request, Capability.OWNER), initial=given)
    if form.is_valid():
        try:
            body = form.as_json()
            changes = VariableChanges.parse(body)
            variable = create_variable(author=writer_of(request), key=form.cleaned_data["key"], changes=changes)
        except HubError as error:
            form.show(error)
        else:
            messages.success(request, _("%(key)s is created.") % {"key": variable.key})
            _warn(request, variable, body)
            return redirect("integrations:environments")
    context = {"form": form, "kind": KINDS[kind], "kinds": _kinds(request), "groups": groups_of(request.organization)}
    return render(request, "environments/new.html", context, status=422 if form.is_bound else 200)


@page(Capability.ENVIRONMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def edit_variable(request: HubRequest, key: str) -> HttpResponse:
    """The variable with all that refers to it; read only where it is protected and somebody is no owner."""
    variable = get_variable(organization=request.organization, key=key)
    kind = variable.type if variable.sealed is not None else _kind(request.GET.get("type", variable.type))
    unreadable = unreadable_in(request.organization.pk, [variable])
    value, is_owner = _value(variable, unreadable), may(request, Capability.OWNER)
    form = VariableForm(sent(request), kind=kind, is_owner=is_owner, variable=variable, value=value)
    is_stale = False
    if form.is_valid():
        try:
            _save(request, variable, form)
        except Stale:
            is_stale = True
        except Forbidden:
            raise
        except HubError as error:
            form.show(error)
        else:
            return redirect("integrations:environments")
    status, word = HOLDINGS[holding_of(variable, unreadable)]
    expiry = expiry_of(variable, clock.now())
    context = {
        "form": form,
        "variable": variable,
        "kind": KINDS[kind],
        "kinds": _kinds(request) if variable.sealed is None else [],
        "groups": groups_of(request.organization),
        "may_change": is_owner or not variable.protected,
        "may_delete": may(request, Capability.ENVIRONMENTS_DELETE),
        "is_stale": is_stale,
        "status": status,
        "word": word,
        "is_unreadable": bool(unreadable),
        "value_text": "" if value is ABSENT else shown_value(value, kind),
        "uses": linked(uses_of(request.organization.pk, key)),
        "facts": _facts(variable, expiry),
        "expiry": expiry,
    }
    answer = Stale.status if is_stale else 422 if form.is_bound else 200
    return render(request, "environments/variable.html", context, status=answer)


@page(Capability.ENVIRONMENTS_DELETE)
@require_http_methods(["GET", "POST"])
def remove_variable(request: HubRequest, key: str) -> HttpResponse:
    """Asks, naming what would break, then deletes the variable with its value."""
    variable = get_variable(organization=request.organization, key=key)
    if request.method == "POST":
        try:
            delete_variable(author=writer_of(request), key=key, is_forced=True)
        except RateLimited as limit:
            messages.error(request, limit.message)
            return redirect(variable_url(key))
        messages.success(request, _("%(key)s is deleted.") % {"key": key})
        return redirect("integrations:environments")
    uses = linked(uses_of(request.organization.pk, key))
    breaks: list[Context] = [
        {"label": _("Breaks"), "value": f"{use['kind']} {use['name']}", "url": use["url"]} for use in uses
    ]
    question = Question(
        title=_("Delete %(key)s?") % {"key": key},
        text=_what_breaks(len(uses)),
        action=_("Delete %(key)s") % {"key": key},
        keep=_("Keep it"),
        back=variable_url(key),
        place=key,
        facts=[
            {"label": _("Type"), "value": kind_label(variable.type)},
            *breaks,
            {"label": _("Can be undone"), "value": _("no")},
        ],
        is_dangerous=True,
    )
    return ask(request, question)


def _save(request: HubRequest, variable: Variable, form: VariableForm) -> None:
    body = form.as_json()
    changes = VariableChanges.parse(body)
    saved, _new = put_variable(author=writer_of(request), key=variable.key, changes=changes, expected=form.expected())
    messages.success(request, _("%(key)s is saved.") % {"key": saved.key})
    _warn(request, saved, body)


def _what_breaks(count: int) -> str:
    if not count:
        return _("Nothing refers to it. Its value is gone for good.")
    return ngettext(
        "%(count)d place refers to it and fails from now on, until the key is set again. Its value is gone for good.",
        "%(count)d places refer to it and fail from now on, until the key is set again. Its value is gone for good.",
        count,
    ) % {"count": count}


def _kind(asked: str) -> str:
    return asked if asked in KINDS else VariableType.STRING.value


def _kinds(request: HubRequest) -> list[Context]:
    """The types as tabs; what else the address says stays as it is."""
    query = request.GET.copy()
    tabs: list[Context] = []
    for words in KINDS.values():
        query["type"] = words.key
        tabs.append({"key": words.key, "label": words.label, "url": f"?{query.urlencode()}"})
    return tabs


def _value(variable: Variable, unreadable: frozenset[str]) -> Any:  # Any: JSON, or the mark for none
    """What the form may show."""
    if variable.sealed is None or variable.is_secret or unreadable:
        return ABSENT
    return open_values(variable.organization_id, [variable])[variable.key]


def _facts(variable: Variable, expiry: Expiry | None) -> list[dict[str, Any]]:  # Any: words and moments
    return [
        {"label": _("Reference"), "value": f"{{{{env.{variable.key}}}}}", "mono": True, "copyable": True},
        *([{"label": _("Last good day"), "value": calendar_day(expiry.day)}] if expiry else []),
        {"label": _("Created"), "at": variable.created_at},
        {"label": _("Changed"), "at": variable.updated_at},
        {"label": _("Version"), "value": variable.version},
    ]


def _warn(request: HubRequest, variable: Variable, body: JSONObject) -> None:
    """A secret that is stored, but cannot be masked where it turns up; a value whose last day is past."""
    expiry = expiry_of(variable, clock.now())
    if expiry and expiry.status == "error":
        messages.warning(request, _("%(key)s %(expired)s.") % {"key": variable.key, "expired": expiry.text})
    if "value" in body and variable.is_secret and is_too_short(body["value"]):
        text = _("%(key)s has fewer than %(n)d characters, so it cannot be masked where it turns up in a text.")
        messages.warning(request, text % {"key": variable.key, "n": SHORTEST})
