"""The control of a variable's value, and what was typed in it as the JSON that the API takes; no secret comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.environments.models import VariableType
from hub.json_types import JSONValue
from hub.strict_json import MalformedJSON, parse
from hub.web.templatetags.source_code import json_text

TEXTS: Final = frozenset({VariableType.STRING, VariableType.TEXT, VariableType.SECRET})
MAY_BE_EMPTY: Final = frozenset({VariableType.STRING, VariableType.TEXT})
ROWS: Final = {
    VariableType.STRING: 2,
    VariableType.SECRET: 2,
    VariableType.NUMBER: 1,
    VariableType.TEXT: 8,
}
JSON_ROWS: Final = 10
HELP: Final = {
    VariableType.NUMBER: _("For example 12.5; a whole number has up to 15 digits."),
    VariableType.JSON: _("An object: text between { and }, up to 32 KB."),
    VariableType.MAP: _("An object whose members are texts, numbers, true or false, up to 32 KB."),
    VariableType.LIST: _('A JSON list, such as ["north", "south"].'),
}
TRUTHS: Final = (("", _("no value")), ("true", _("true")), ("false", _("false")))


class WriteOnly(forms.Textarea):
    """A control whose content is never sent back to the browser, not even with a form that is refused."""

    def format_value(self, value: Any) -> str:  # Any: the framework's own signature
        """Nothing."""
        return ""


def value_field(kind: str, *, is_secret: bool) -> forms.Field:
    """The control for a value of that type; an answer that is left empty counts as none."""
    if kind == VariableType.BOOLEAN:
        return forms.ChoiceField(label=_("Value"), choices=TRUTHS, required=False)
    attrs = {"rows": str(ROWS.get(VariableType(kind), JSON_ROWS)), "spellcheck": "false", "autocapitalize": "off"}
    if kind != VariableType.TEXT:
        attrs["class"] = "ih-mono"
    if is_secret:
        attrs["autocomplete"] = "off"
    widget = WriteOnly(attrs=attrs) if is_secret else forms.Textarea(attrs=attrs)
    return forms.CharField(
        label=_("Value"), required=False, strip=False, widget=widget, help_text=HELP.get(VariableType(kind), "")
    )


def shown_value(value: JSONValue, kind: str) -> str:
    """A value that is no secret, as its control shows it."""
    return value if isinstance(value, str) and kind in TEXTS else json_text(value)


def typed_value(typed: str, kind: str) -> JSONValue:
    """What somebody typed as a value of that type; its bounds are checked by the operation.

    Raises ValidationError, which never repeats what was typed.
    """
    text = typed.replace("\r\n", "\n")
    if kind in TEXTS:
        return one_line(text) if kind == VariableType.SECRET else text
    try:
        return parse(text.encode("utf-8", "surrogatepass"))
    except MalformedJSON as error:
        if kind == VariableType.NUMBER:
            raise forms.ValidationError(_("Write a number, such as 12.5.")) from error
        raise forms.ValidationError(error.message.replace("The body", str(_("The value")))) from error


def one_line(text: str) -> str:
    """The text without the line break that comes along when a single line is copied; several lines stay as they are."""
    line = text.rstrip("\n")
    return text if "\n" in line else line


LINK_FIELDS: Final[dict[str, Callable[[], forms.Field]]] = {
    "link_url": lambda: forms.CharField(
        label=_("Address"), required=False, help_text=_("Begins with https:// or http://.")
    ),
    "link_label": lambda: forms.CharField(label=_("What it is called"), required=False),
    "link_description": lambda: forms.CharField(label=_("What is found there"), required=False),
}
"""The controls of a link, in the place of one for the value."""
LINK_PREFIX: Final = "link_"
