"""FileFields: what the form of a webhook asks for about files, and the members of a webhook that this makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.json_types import JSONObject, JSONValue
from hub.web.form_rows import Row
from integrations.ui.references import CODE
from outbound.attachments.modes import BASE64, FIELD_NAME, MULTIPART
from outbound.webhooks.files import CONFIG, EXTRA_FIELDS, FIELD_CHARACTERS, FILE_STRATEGIES, MODE, SOURCE

MODE_CHOICES: Final = [
    ("", _("Named only: the receiver fetches them")),
    (BASE64, _("In the JSON, as base64")),
    (MULTIPART, _("As parts of a form, as they are")),
]
STRATEGY_CHOICES: Final = [(FILE_STRATEGIES[0], _("One; more is a failure")), (FILE_STRATEGIES[1], _("Any number"))]


class FileFields(forms.Form):
    """A part of the form of a webhook."""

    delivery_mode = forms.ChoiceField(
        label=_("Files of an event"), choices=MODE_CHOICES, required=False, widget=forms.RadioSelect
    )
    file_field_name = forms.CharField(
        label=_("Field of the files"),
        required=False,
        max_length=FIELD_CHARACTERS,
        widget=forms.TextInput(attrs=CODE | {"placeholder": FIELD_NAME}),
        help_text=_("What is signed of each file stands before it, in a field with _metadata behind this name."),
    )
    file_field_strategy = forms.ChoiceField(label=_("Files in one request"), choices=STRATEGY_CHOICES, required=False)
    file_source = forms.CharField(
        label=_("Which files"),
        required=False,
        widget=forms.Textarea(attrs=CODE | {"rows": 2, "placeholder": "event_attachments[category = 'invoice']"}),
        help_text=_(
            "JSONata that picks among event_attachments; empty takes all. Where it picks none, nothing is sent."
        ),
    )


def files_said(
    given: Mapping[str, Any], rows: Iterable[Row], stored: JSONObject
) -> JSONObject:  # Any: values of fields
    """The members deliveryMode and multipartConfig. What is typed about a form counts only where one is sent."""
    mode = given["delivery_mode"] or None
    config: JSONValue = stored.get(CONFIG)
    if mode == MULTIPART:
        before = config if isinstance(config, dict) else {}
        strategy = given["file_field_strategy"] or FILE_STRATEGIES[0]
        fields: JSONObject = {row["name"].strip(): row["expression"] for row in rows}
        said: JSONObject = {
            "fileFieldName": given["file_field_name"] or None,
            "fileFieldStrategy": strategy if strategy != FILE_STRATEGIES[0] or "fileFieldStrategy" in before else None,
            SOURCE: given["file_source"].strip() or None,
            EXTRA_FIELDS: fields or None,
        }
        config = {name: value for name, value in said.items() if value is not None} or None
    return {MODE: mode, CONFIG: config}


def files_initial(stored: JSONObject) -> dict[str, Any]:  # Any: values of fields
    """The fields as a stored webhook has them."""
    config = stored.get(CONFIG)
    known = config if isinstance(config, dict) else {}
    return {
        "delivery_mode": stored.get(MODE) or "",
        "file_field_name": known.get("fileFieldName"),
        "file_field_strategy": known.get("fileFieldStrategy") or FILE_STRATEGIES[0],
        "file_source": known.get(SOURCE),
    }
