"""ConnectionForm: what people say about where calls go becomes the JSON that the API takes; one parser checks both."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.environments.redaction import MASK
from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONObject
from hub.web.form_rows import PARAMETERS, Row
from integrations.models import Integration
from integrations.ui.connection import document
from integrations.ui.references import CODE, WITH_VARIABLES, SecretInput
from integrations.written_secrets import written_in

KINDS: Final = [
    (document.NONE, gettext_lazy("Not at all, or by headers of each call")),
    (document.API_KEY, gettext_lazy("With a key in a header")),
    (document.BEARER, gettext_lazy("With a fixed bearer token")),
    (document.TOKEN, gettext_lazy("With a token that it fetches first (OAuth 2, client credentials)")),
]
HEADER: Final = "X-API-Key"
"""Where the key goes unless somebody says otherwise."""
_NEEDED: Final = {
    document.API_KEY: {"api_key": gettext_lazy("Say which variable holds the key.")},
    document.BEARER: {"token": gettext_lazy("Say which variable holds the token.")},
    document.TOKEN: {
        "token_url": gettext_lazy("Say where the token is fetched."),
        "client_id": gettext_lazy("Say by which id the hub is known there."),
        "client_secret": gettext_lazy("Say which variable holds the secret."),
    },
}
"""Without these every call fails: the API takes it, but somebody at a form has forgotten them."""
_AT: Final = "connector_config."


def _text(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:  # Any: words, translated later
    widget = forms.TextInput(attrs=WITH_VARIABLES | attrs)
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _secret(label: Any) -> forms.CharField:  # Any: as above
    widget = SecretInput(attrs=CODE | {"list": "secrets", "placeholder": "{{env.KEY}}"})
    help_text = gettext_lazy("A reference to a secret of the environment, never the secret itself.")
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class ConnectionForm(forms.Form):
    """Fields of a connector_config. version is the one of the integration that was on the screen."""

    base_url = forms.CharField(
        label=gettext_lazy("Base URL"),
        help_text=gettext_lazy("Calls go to paths below it and nowhere else. It may refer to the environment."),
        error_messages={"required": gettext_lazy("Say where the calls go, such as https://api.example.com/v1.")},
        widget=forms.TextInput(
            attrs=WITH_VARIABLES | {"inputmode": "url", "placeholder": "https://api.example.com/v1"}
        ),
    )
    authentication = forms.ChoiceField(
        label=gettext_lazy("How the hub says who calls"), choices=KINDS, widget=forms.RadioSelect
    )
    api_key_header = _text(gettext_lazy("Header"), placeholder=HEADER)
    api_key = _secret(gettext_lazy("Key"))
    token = _secret(gettext_lazy("Token"))
    token_url = _text(gettext_lazy("Token URL"), inputmode="url")
    client_id = _text(gettext_lazy("Client id"))
    client_secret = _secret(gettext_lazy("Client secret"))
    scope = _text(gettext_lazy("Scopes"), gettext_lazy("With blanks between them."))
    audience = _text(gettext_lazy("Audience"))
    resource = _text(gettext_lazy("Resource"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, integration: Integration) -> None:
        self._base: JSONObject = integration.connector_config or {}
        initial = document.values_of(self._base) | {"version": integration.version}
        super().__init__(data, initial=initial)
        self.rows: list[Row] = PARAMETERS.read(data) if data else document.parameters_of(self._base)
        self.row_errors: list[str] = []

    def clean(self) -> dict[str, Any]:
        """What the chosen kind cannot do without, and parameters that would be lost or have no name."""
        chosen = self.cleaned_data
        kind = chosen.get("authentication", "")
        for field, said in _NEEDED.get(kind, {}).items():
            if not chosen.get(field):
                self.add_error(field, said)
        if kind == document.TOKEN:
            self._check_rows()
        return chosen

    def shown_rows(self) -> list[Row]:
        """The parameters without a secret that was typed; the mask of a stored one stays."""
        return [{**row, "value": ""} if _is_written_down(row) else row for row in self.rows]

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form."""
        return {"connector_config": document.with_values(self._base, self.cleaned_data, self.rows)}

    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen."""
        version = self.cleaned_data["version"]
        return None if version is None else frozenset({version})

    def show(self, error: HubError) -> None:
        """Put each finding at the field that asks for its place; the others stand above the form with their paths."""
        for detail in error.details or (ErrorDetail("", error.message),):
            inside = detail.path.removeprefix(_AT).removeprefix("auth.")
            member, _dot, key = inside.partition(".")
            if member in document.PLACES.values():
                self._refuse_rows(f"{key}: {detail.message}" if key else detail.message)
            elif inside in self.fields:
                self.add_error(inside, detail.message[:1].upper() + detail.message[1:])
            else:
                self.add_error(None, f"{detail.path}: {detail.message}" if detail.path else detail.message)

    def _check_rows(self) -> None:
        seen: set[tuple[str, str]] = set()
        for row in self.rows:
            name = row["key"].strip()
            if not name:
                self._refuse_rows(_("A parameter has a value, but no name."))
            elif (row["place"], name) in seen:
                self._refuse_rows(_("%(name)s stands here twice.") % {"name": name})
            seen.add((row["place"], name))

    def _refuse_rows(self, said: str) -> None:
        """Above the rows, and above the form, which has to know that it is refused."""
        self.row_errors.append(said)
        self.add_error(None, _("Parameters of the token request: %(said)s") % {"said": said})


def _is_written_down(row: Row) -> bool:
    return row["value"] != MASK and bool(written_in({row["key"].strip(): row["value"]}))
