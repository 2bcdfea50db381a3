"""What one integration needs of the environment: declared keys, others it refers to, and a short way to set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.environments.changes import VariableChanges
from hub.environments.models import Variable, VariableType
from hub.environments.operations.variables import put_variable
from hub.environments.queries import variables_of
from hub.environments.resolve import unreadable_in
from hub.environments.uses import Place, mentioned_in
from hub.errors import HubError
from hub.json_types import JSONObject
from hub.web.access import may, page
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.declared_variables import Declaration, declarations_in
from integrations.environment_overview import Holding, Need, holding_of
from integrations.models import Integration, UseCase
from integrations.queries import get_integration, use_cases_of
from integrations.ui.detail import Context, frame_of
from integrations.ui.environments.expiry import expiry_of
from integrations.ui.environments.listing import setting_url, variable_url
from integrations.ui.environments.words import HOLDINGS, kind_label, linked, writer_of

PREFIX: Final = "set:"
"""Of the names of the fields; the key follows."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One key that the integration declares, or refers to without that."""

    key: str
    declaration: Declaration | None
    variable: Variable | None
    holding: Holding
    uses: tuple[Place, ...] = ()

    @property
    def can_be_set_here(self) -> bool:
        """Whether one field is enough: it is declared and has no value, and nothing contradicts the type."""
        if self.declaration is None or self.holding is not Holding.EMPTY:
            return False
        return self.variable is None or (self.variable.type == self.declaration.type and not self.variable.protected)


class MissingValuesForm(forms.Form):
    """A field for each declared variable that has no value; those that stay empty are left for later."""

    def __init__(self, *args: Any, rows: Sequence[_Row], **kwargs: Any) -> None:  # Any: the framework's own
        super().__init__(*args, **kwargs)
        declared = {f"{PREFIX}{row.key}": row.declaration for row in rows if row.declaration is not None}
        self.fields |= {name: _field(declaration) for name, declaration in declared.items()}
        self.optional = {name for name, declaration in declared.items() if not declaration.is_required}

    @property
    def asked(self) -> list[tuple[forms.BoundField, bool]]:
        """Each field, and whether it may stay empty for good."""
        return [(self[name], name in self.optional) for name in self.fields]

    def filled(self) -> dict[str, str]:
        """Key → text of the fields that are not empty; call it on a valid form."""
        return {name.removeprefix(PREFIX): text for name, text in self.cleaned_data.items() if text}


@page(Capability.READ, writes=Capability.ENVIRONMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def integration_environment(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """What is declared for everybody who sees the integration; what is set, for those who may see variables."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    use_cases = list(use_cases_of(integration))
    rows = _rows(integration, use_cases)
    settable = [row for row in rows if row.can_be_set_here]
    form = MissingValuesForm(sent(request), rows=settable)
    if form.is_valid() and _store(request, form, settable):
        return redirect("integrations:environment", integration.pk)
    sees_state, at = may(request, Capability.ENVIRONMENTS_EDIT), clock.now()
    context = frame_of(request, integration, tab="environment", use_cases=len(use_cases))
    context |= {
        "rows": [_shown(row, at) for row in rows if row.declaration is not None],
        "others": [_shown(row, at) for row in rows if row.declaration is None],
        "form": form if sees_state and settable else None,
        "sees_state": sees_state,
        "missing": sum(row.holding is not Holding.SET and _is_required(row) for row in rows),
    }
    return render(request, "environments/integration.html", context, status=422 if form.is_bound else 200)


def _rows(integration: Integration, use_cases: Sequence[UseCase]) -> list[_Row]:
    """Declared keys as they want to be shown, then the others by key."""
    variables = {one.key: one for one in variables_of(integration.organization)}
    unreadable = unreadable_in(integration.organization_id, variables.values())
    declared = {one.key: one for one in declarations_in(integration)}
    places = _places(integration, use_cases)
    others = sorted({key for place in places for key in place.mentioned.named} - set(declared))
    return [
        _Row(
            key=key,
            declaration=declared.get(key),
            variable=variables.get(key),
            holding=holding_of(variables.get(key), unreadable),
            uses=tuple(place for place in places if place.mentioned.has(key)),
        )
        for key in (*declared, *others)
    ]


def _places(integration: Integration, use_cases: Sequence[UseCase]) -> list[Place]:
    connector = Place(
        _("connection"),
        integration.name,
        "integrations:connection",
        (integration.pk,),
        mentioned_in(integration.connector_config),
    )
    own = [
        Place("use case", one.slug, "integrations:use-case", (integration.pk, one.pk), mentioned_in(one.configuration))
        for one in use_cases
    ]
    return [connector, *own]


def _store(request: HubRequest, form: MissingValuesForm, rows: Sequence[_Row]) -> bool:
    """Set what was filled in, all or nothing; False when something was refused, which then stands at its field."""
    filled = form.filled()
    try:
        with transaction.atomic():
            for row in rows:
                if row.key in filled and row.declaration is not None:
                    _put(request, row, row.declaration, filled[row.key])
    except _Refused as refused:
        form.add_error(refused.field, refused.reason)
        return False
    if filled:
        text = ngettext("%(n)d variable is set.", "%(n)d variables are set.", len(filled)) % {"n": len(filled)}
        messages.success(request, text)
    return True


class _Refused(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def _put(request: HubRequest, row: _Row, declaration: Declaration, text: str) -> None:
    body: JSONObject = {"type": declaration.type, "value": text}
    if row.variable is None:
        body["description"] = declaration.label
    try:
        put_variable(author=writer_of(request), key=row.key, changes=VariableChanges.parse(body))
    except HubError as error:
        reason = error.details[0].message if error.details else error.message
        raise _Refused(f"{PREFIX}{row.key}", reason[:1].upper() + reason[1:]) from error


def _field(declaration: Declaration) -> forms.Field:
    attrs = {"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "class": "ih-mono"}
    hidden = forms.PasswordInput(attrs=attrs | {"autocomplete": "new-password"}, render_value=False)
    return forms.CharField(
        label=declaration.label,
        required=False,
        strip=False,
        help_text=declaration.description,
        widget=hidden if declaration.type == VariableType.SECRET else forms.TextInput(attrs=attrs),
    )


def _is_required(row: _Row) -> bool:
    return row.declaration is None or row.declaration.is_required


def _shown(row: _Row, at: datetime) -> Context:
    status, word = HOLDINGS[row.holding]
    declared = row.declaration
    need = Need(row.key, row.variable, row.uses, (declared,) if declared else ())
    other_type = declared is not None and row.variable is not None and row.variable.type != declared.type
    return {
        "key": row.key,
        "label": declared.label if declared else "",
        "description": declared.description if declared else "",
        "kind": kind_label(declared.type) if declared else kind_label(row.variable.type) if row.variable else "",
        "is_required": _is_required(row),
        "group": row.variable.group.name if row.variable and row.variable.group else "",
        "status": status,
        "word": word,
        "other_type": kind_label(row.variable.type) if other_type and row.variable else "",
        "uses": linked(row.uses),
        "url": variable_url(row.key) if row.variable else setting_url(need),
        "is_set": row.holding is Holding.SET,
        "expiry": expiry_of(row.variable, at),
    }
