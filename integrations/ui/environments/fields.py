"""VariableForm: one variable of one type; its answers become the JSON that the API takes, so one parser checks both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.environments.changes import DESCRIPTION_CHARACTERS, NAME_CHARACTERS
from hub.environments.models import Variable, VariableType
from hub.environments.values import ITEM_TYPES
from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONObject, JSONValue
from hub.web.forms import show_refusal
from integrations.ui.environments.values import (
    LINK_FIELDS,
    LINK_PREFIX,
    MAY_BE_EMPTY,
    shown_value,
    typed_value,
    value_field,
)
from integrations.ui.environments.words import KINDS

ABSENT: Final = object()
"""Stands for a value that is not shown: there is none, it is a secret, or it cannot be decrypted."""
KEY_CHARACTERS: Final = 128


class VariableForm(forms.Form):
    """version is the one that was on the screen, so that nobody overwrites what they have not seen."""

    key = forms.CharField(
        label=_("Key"),
        max_length=KEY_CHARACTERS,
        help_text=_(
            "Lower-case letters, digits, _ . and -. Configurations refer to it as {{env.key}}. It cannot change later."
        ),
        widget=forms.TextInput(attrs={"class": "ih-mono", "spellcheck": "false", "autocapitalize": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    group = forms.CharField(
        label=_("Group"),
        max_length=NAME_CHARACTERS,
        required=False,
        help_text=_("A heading in the list. A new name makes a new group."),
        widget=forms.TextInput(attrs={"list": "groups", "autocomplete": "off"}),
    )
    item_type = forms.ChoiceField(
        label=_("Type of its members"), choices=[(one, KINDS[one].label) for one in ITEM_TYPES], required=False
    )
    is_empty_text = forms.BooleanField(
        label=_("The value is an empty text"),
        required=False,
        help_text=_("It counts as a value; a variable without one fails whatever refers to it."),
    )
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        help_text=_(
            "The last day on which the value is good. You are reminded before; after it the value is still used."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    protected = forms.BooleanField(
        label=_("Protected"), required=False, help_text=_("Only owners change or delete it, its value too.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(  # Any: arguments of the framework's own form
        self,
        *args: Any,
        kind: str,
        is_owner: bool,
        variable: Variable | None = None,
        value: JSONValue | object = ABSENT,
        **kwargs: Any,
    ) -> None:
        self.kind, self.variable, self.value = kind, variable, value
        kwargs["initial"] = self._initial() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._drop(self._unneeded(is_owner))
        controls = {name: make() for name, make in LINK_FIELDS.items()} if kind == VariableType.LINK else {}
        self.fields |= controls or {"value": self._value_field()}

    @property
    def is_secret(self) -> bool:
        """Whether its value is never shown; a list counts as secret until it is known what it consists of."""
        item_type = self.variable.item_type if self.variable else str((self.data or {}).get("item_type", ""))
        return VariableType.SECRET in {self.kind, item_type}

    @property
    def holds_value(self) -> bool:
        """Whether there is a value already, shown or not."""
        return self.variable is not None and self.variable.sealed is not None

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The controls of the value, in order."""
        return [self[name] for name in self.fields if name == "value" or name.startswith(LINK_PREFIX)]

    def clean(self) -> dict[str, Any]:
        """Adds value, as JSON; ABSENT keeps what is stored."""
        chosen = super().clean() or {}
        try:
            chosen["value"] = self._link() if self.kind == VariableType.LINK else self._typed()
        except forms.ValidationError as error:
            self.add_error(self.value_fields[0].name, error)
        return chosen

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form. What is not asked for is left out."""
        chosen = self.cleaned_data
        body: JSONObject = {"type": self.kind, "description": chosen["description"], "group": chosen["group"]}
        body["expires_on"] = chosen["expires_on"].isoformat() if chosen["expires_on"] else None
        if "protected" in self.fields:
            body["protected"] = chosen["protected"]
        if chosen.get("item_type"):
            body["item_type"] = chosen["item_type"]
        return body if chosen["value"] is ABSENT else body | {"value": chosen["value"]}

    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen."""
        version = self.cleaned_data["version"]
        return None if version is None else frozenset({version})

    def show(self, error: HubError) -> None:
        """Put a refusal at the fields."""
        if self.kind != VariableType.LINK:
            return show_refusal(self, error)
        details = [ErrorDetail(one.path.replace("value.", LINK_PREFIX), one.message) for one in error.details]
        return show_refusal(self, HubError(error.message, details=details))

    def _initial(self) -> dict[str, Any]:  # Any: values of fields
        if self.variable is None:
            return {}
        row = self.variable
        names = ("description", "expires_on", "protected", "version")
        shown: dict[str, Any] = {name: getattr(row, name) for name in names}
        shown |= {"group": row.group.name if row.group else "", "item_type": row.item_type or VariableType.STRING}
        if isinstance(self.value, dict) and self.kind == VariableType.LINK:
            return shown | {f"{LINK_PREFIX}{name}": text for name, text in self.value.items()}
        return shown if self.value is ABSENT else shown | {"value": shown_value(self.value, self.kind)}  # type: ignore[arg-type]

    def _value_field(self) -> forms.Field:
        field = value_field(self.kind, is_secret=self.is_secret)
        if self.holds_value and self.value is ABSENT:
            field.label, help_text = (
                _("New value"),
                _("A value is stored and shown to nobody. Leave this empty to keep it."),
            )
        elif self.is_secret:
            help_text = _("It is not shown again once it is saved.")
        else:
            return field
        field.help_text = f"{field.help_text} {help_text}".strip()
        return field

    def _unneeded(self, is_owner: bool) -> Iterable[str]:
        if self.variable is not None:
            yield "key"
        if self.kind not in MAY_BE_EMPTY or self.holds_value:
            yield "is_empty_text"
        if self.kind != VariableType.LIST or self.holds_value:
            yield "item_type"
        if not is_owner:
            yield "protected"

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            del self.fields[name]

    def _typed(self) -> JSONValue | object:
        typed: str = self.cleaned_data.get("value") or ""
        if not typed:
            return self._untyped()
        value = typed_value(typed, self.kind)
        return ABSENT if value == self.value and type(value) is type(self.value) else value

    def _untyped(self) -> JSONValue | object:
        """What an empty control means: it keeps what it does not show, and clears a text that it did show."""
        if self.cleaned_data.get("is_empty_text"):
            return ""
        if self.value is ABSENT:
            return ABSENT
        if self.kind in MAY_BE_EMPTY:
            return ABSENT if self.value == "" else ""
        raise forms.ValidationError(_("A value can be replaced, not taken away; delete the variable instead."))

    def _link(self) -> JSONValue | object:
        names = [name.removeprefix(LINK_PREFIX) for name in LINK_FIELDS]
        texts = {name: self.cleaned_data.get(f"{LINK_PREFIX}{name}") or "" for name in names}
        link: JSONObject = {name: text for name, text in texts.items() if text}
        return self._untyped() if not link else ABSENT if link == self.value else link
