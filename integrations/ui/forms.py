"""The forms of integrations and use cases: fields become the JSON that the API takes, so one parser checks both."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONObject, JSONValue
from hub.strict_json import MalformedJSON, parse
from hub.web.forms import show_refusal
from hub.web.places import place_of
from hub.web.templatetags.source_code import json_text
from integrations.changes.integration import DESCRIPTION_CHARACTERS
from integrations.changes.use_case import DESCRIPTION_CHARACTERS as REASON_CHARACTERS
from integrations.kinds import kind_of
from integrations.models import Integration, IntegrationType, UseCase
from integrations.ui.types import DISABLED

NAME_CHARACTERS = 255
FACTS = ("name", "description", "integration_type", "protected")
"""Of an integration: the names of its fields and of the members that the API takes."""
POSITION = re.compile(r"line (\d+), column (\d+)")
TYPE_CHOICES = [
    (IntegrationType.ERP, _("ERP or middleware: it sends events to the hub")),
    (IntegrationType.CONNECTOR, _("Connector: the hub calls the API of a partner")),
]


class IntegrationForm(forms.Form):
    """What people say about an integration."""

    name = forms.CharField(label=_("Name"), max_length=NAME_CHARACTERS, help_text=_("Shown to everyone here."))
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    integration_type = forms.ChoiceField(
        label=_("Type"), choices=TYPE_CHOICES, widget=forms.RadioSelect, initial=IntegrationType.ERP
    )
    protected = forms.BooleanField(
        label=_("Protected"),
        required=False,
        help_text=_("Nobody can delete it, and only admins and owners can change it or its use cases."),
    )

    @staticmethod
    def initial_of(integration: Integration) -> dict[str, Any]:  # Any: values of fields
        """The integration as the form shows it."""
        return {name: getattr(integration, name) for name in FACTS}

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form."""
        chosen: JSONObject = {name: self.cleaned_data[name] for name in FACTS}
        return chosen | {"description": chosen["description"] or None}


class UseCaseForm(forms.Form):
    """One use case. version is the one that was on the screen, so that nobody overwrites what they have not seen."""

    name = forms.CharField(label=_("Name"), max_length=NAME_CHARACTERS)
    slug = forms.CharField(
        label=_("Slug"),
        max_length=NAME_CHARACTERS,
        required=False,
        help_text=_("What events name it by. Left empty, it is made from the name."),
        widget=forms.TextInput(attrs={"class": "ih-mono", "spellcheck": "false", "autocapitalize": "off"}),
    )
    enabled = forms.BooleanField(
        label=_("Enabled"),
        required=False,
        initial=True,
    )
    change_description = forms.CharField(
        label=_("What changes, and why"), max_length=REASON_CHARACTERS, required=False, help_text=_("For the history.")
    )
    configuration = forms.CharField(label=_("Configuration"), required=False, strip=False, widget=forms.Textarea)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    findings: tuple[ErrorDetail, ...] = ()
    """What is wrong inside the configuration, by JSON path."""
    error_line: int | None = None
    error_column: int | None = None
    """Where the first of them stands."""

    @staticmethod
    def initial_of(use_case: UseCase) -> dict[str, Any]:  # Any: values of fields
        """The use case as the form shows it; literal secrets are masked, and their mask keeps them."""
        shown = kind_of(use_case.type).shown(use_case.configuration) if use_case.configuration is not None else None
        return {
            "name": use_case.name,
            "slug": use_case.slug,
            "enabled": use_case.enabled,
            "configuration": "" if shown is None else json_text(shown),
            "version": use_case.version,
        }

    def say_for(self, type: str) -> None:
        """Tell what disabling means for this type; call it before anything looks at the fields."""
        self.fields["enabled"].help_text = DISABLED[type]

    def keep_slug(self) -> None:
        """Show the slug, but do not ask for another; call it before anything looks at the fields."""
        slug = self.fields["slug"]
        slug.widget.attrs["readonly"] = True
        slug.help_text = _("Was chosen once and stays: events name it.")

    def clean_configuration(self) -> JSONValue:
        """The document; None for an empty text."""
        text: str = self.cleaned_data["configuration"]
        if not text.strip():
            return None
        try:
            document = parse(text.encode("utf-8", "surrogatepass"))
        except MalformedJSON as error:
            found = POSITION.search(error.message)
            self.error_line, self.error_column = (int(found[1]), int(found[2])) if found else (None, None)
            raise forms.ValidationError(error.message.replace("The body", str(_("The configuration")))) from error
        if not isinstance(document, dict):
            raise forms.ValidationError(_("It must be a JSON object: text between { and }."))
        return document

    def as_json(self, *, type: str) -> JSONObject:
        """The body that the API would get; call it on a valid form. What is empty is left out."""
        chosen = self.cleaned_data
        optional = {"slug": chosen["slug"] or None, "change_description": chosen["change_description"] or None}
        body: JSONObject = {name: value for name, value in optional.items() if value is not None}
        body |= {"type": type, "name": chosen["name"], "enabled": chosen["enabled"]}
        if chosen["configuration"] is not None or chosen["version"]:
            body["configuration"] = chosen["configuration"]
        return body

    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen."""
        version = self.cleaned_data["version"]
        return None if version is None else frozenset({version})

    def show(self, error: HubError) -> None:
        """Put a refusal at the fields; findings inside the configuration keep their paths and lines."""
        show_refusal(self, error)
        prefix = "configuration"
        inside = [detail for detail in error.details if detail.path.startswith(prefix)]
        self.findings = tuple(ErrorDetail(one.path[len(prefix) :].lstrip("."), one.message) for one in inside)
        if self.findings:
            text = self.data["configuration"].replace("\r\n", "\n")
            self.error_line, self.error_column = place_of(text, self.findings[0].path)
