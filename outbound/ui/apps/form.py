"""AppForm: what people say about an app becomes the JSON that the API takes, so that one parser checks both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.accounts.grants import may_pass_on
from hub.accounts.principals import Grant, Principal
from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONObject, JSONValue
from hub.strict_json import MalformedJSON, parse
from hub.web.form_rows import Row, RowKind
from hub.web.forms import SCOPES, field_of
from outbound.registered_apps.components import ACTION
from outbound.ui.apps.words import TYPES

COMPONENTS: Final = RowKind(
    "component", ("name", "type", "url", "token", "details", "id"), frozenset({"type", "token"})
)
FIRST: Final = {**COMPONENTS.blank, "type": ACTION}
"""The row that an empty form begins with."""
WITH_TOKEN: Final = "yes"
TOKENS: Final = (("", _("no token")), (WITH_TOKEN, _("with a token")))
_PLACE: Final = re.compile(r"components\[(\d+)\]\.?(?:configuration\.)?(.*)")
_CELLS: Final[Mapping[str, object]] = {
    "component_id": _("Component id"),
    "name": _("Name of the component"),
    "type": _("Type"),
    "url": _("Address"),
    "sends_token": _("Token"),
    "configuration": _("Configuration"),
}


class BadRow(Exception):
    """The configuration of a row is no JSON object. number: of the row, from 0."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number, self.message = number, message


class JSONObjectField(forms.CharField):
    """A JSON object as text; None for an empty one."""

    def clean(self, value: Any) -> JSONObject | None:  # Any: whatever a form sent
        """The object; raises ValidationError."""
        return object_in(super().clean(value))


class AppForm(forms.Form):
    """An app to be registered; offers only grants that whoever registers it may pass on."""

    name = forms.CharField(label=_("Name"), max_length=255)
    version = forms.CharField(label=_("Version"), max_length=64, required=False)
    description = forms.CharField(
        label=_("Description"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    app_id = forms.CharField(
        label=_("App id"),
        max_length=36,
        required=False,
        help_text=_("The UUID by which the app calls itself. Left empty, it gets one."),
        widget=forms.TextInput(attrs={"class": "ih-mono", "spellcheck": "false", "autocapitalize": "off"}),
    )
    configuration = JSONObjectField(label=_("Configuration"), required=False, strip=False)
    options = JSONObjectField(label=_("Options"), required=False, strip=False)
    grants = forms.MultipleChoiceField(
        label=_("The token of a call"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It goes with the calls of components that ask for one, and counts for ten minutes."),
    )

    def __init__(self, sent: QueryDict | None, *, registrar: Principal) -> None:
        super().__init__(sent)
        offered = [(action, text) for action, text in SCOPES.items() if may_pass_on(registrar, Grant(action))]
        self.fields["grants"].choices = offered  # type: ignore[attr-defined]  # a choice field has them
        self.rows: list[Row] = COMPONENTS.read(sent) if sent is not None else [FIRST]
        self.row_errors: list[str] = []

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form. Raises BadRow."""
        chosen = self.cleaned_data
        optional = ("app_id", "version", "description", "configuration", "options")
        body: JSONObject = {name: chosen[name] for name in optional if chosen[name]}
        grants: list[JSONValue] = [{"action": one, "effect": "allow"} for one in chosen["grants"]]
        components: list[JSONValue] = [component_of(number, row) for number, row in enumerate(self.rows)]
        return body | {"name": chosen["name"], "grants": grants, "components": components}

    def show(self, error: HubError) -> None:
        """Put a refusal where somebody can mend it; what has no place stands above the form."""
        for detail in error.details or (ErrorDetail("", error.message),):
            in_row = _PLACE.fullmatch(detail.path)
            field = field_of(self, detail.path)
            if in_row:
                self.show_in_rows(int(in_row[1]), in_row[2], detail.message)
            elif field:
                self.add_error(field, detail.message[:1].upper() + detail.message[1:])
            elif detail.path == "components":
                self.row_errors.append(str(_("An app has at least one component.")))
                self.add_error(None, self.row_errors[-1])
            else:
                self.add_error(None, detail.message)

    def show_in_rows(self, number: int, member: str, message: str) -> None:
        """number: of the row, from 0; member: what of it is wrong."""
        text = f"{number + 1}. {_CELLS.get(member, member)}: {message}"
        self.row_errors.append(text)
        self.add_error(None, text)


def component_of(number: int, row: Row) -> JSONObject:
    """As the API takes it. Raises BadRow."""
    kind = row["type"] if row["type"] in TYPES else ACTION
    try:
        configuration: JSONObject = object_in(row["details"]) or {}
    except forms.ValidationError as error:
        raise BadRow(number, str(error.message)) from error
    if kind == ACTION:
        configuration = {"url": row["url"].strip()}
        configuration |= {"sends_token": True} if row["token"] == WITH_TOKEN else {}
    named: JSONObject = {"component_id": row["id"].strip()} if row["id"].strip() else {}
    return named | {"type": kind, "name": row["name"].strip(), "configuration": configuration}


def object_in(text: str) -> JSONObject | None:
    """A JSON object; None for an empty text. Raises ValidationError."""
    if not text.strip():
        return None
    try:
        document = parse(text.encode("utf-8", "surrogatepass"))
    except MalformedJSON as error:
        raise forms.ValidationError(error.message.replace("The body", str(_("The text")))) from error
    if not isinstance(document, dict):
        raise forms.ValidationError(_("It must be a JSON object: text between { and }."))
    return document
