"""RuleForm: what people fill in about a rule of one kind, and the wish that it becomes."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.json_types import JSONObject
from hub.names import NAME_CHARACTERS
from integrations.queries import integrations_with_use_cases
from monitoring.alert_pages import words
from monitoring.alert_pages.quiet_fields import QuietFields
from monitoring.alerts.judging import spoken
from monitoring.alerts.kinds import WINDOWS, Kind
from monitoring.alerts.operations.rules import LONGEST_THROTTLE_MINUTES, RuleWish
from monitoring.alerts.quiet import QuietHours
from monitoring.models import AlertChannel, AlertRule

FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.ERROR_RATE: ("percent", "least_events", "window_minutes"),
    Kind.COUNT: ("code", "level", "number", "window_minutes"),
    Kind.SILENCE: ("signal", "minutes"),
    Kind.QUEUE_AGE: ("minutes",),
    Kind.CIRCUIT_OPEN: (),
    Kind.EXPIRING: ("days",),
}
"""Kind → the fields of its parameters."""
USUAL: Final[dict[str, object]] = {
    **{"percent": 10, "least_events": 20, "window_minutes": 15, "number": 10, "minutes": 60, "days": 14},
    **{"enabled": True, "severity": "error", "throttle_minutes": 60, "level": "error", "signal": "event"},
}
BOUNDLESS: Final = frozenset({Kind.CIRCUIT_OPEN, Kind.EXPIRING})
"""Kinds whose subjects belong to no integration: there is nothing to choose."""


class RuleForm(QuietFields):
    """A rule of one kind, which never changes; a rule None is a new one."""

    name = forms.CharField(label=_("Name"), max_length=NAME_CHARACTERS)
    scope = forms.ChoiceField(label=_("Looks at"), required=False)
    percent = forms.IntegerField(label=_("More than, in percent"), min_value=1, max_value=100)
    least_events = forms.IntegerField(
        label=_("Of at least so many events"), min_value=1, help_text=_("With fewer it says nothing.")
    )
    code = forms.CharField(
        label=_("Code"), required=False, max_length=64, help_text=_("Empty: any code of the level below.")
    )
    level = forms.ChoiceField(label=_("Level"), choices=list(words.SEVERITIES.items()))
    number = forms.IntegerField(label=_("At least so many"), min_value=1)
    signal = forms.ChoiceField(
        label=_("What is missing"), choices=[(one.value, word) for one, word in words.SIGNALS.items()]
    )
    minutes = forms.IntegerField(label=_("For more than, in minutes"), min_value=1)
    days = forms.IntegerField(label=_("Days before the end"), min_value=1, max_value=365)
    window_minutes = forms.TypedChoiceField(
        label=_("Within"), choices=[(one, spoken(one)) for one in WINDOWS], coerce=int
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=list(words.SEVERITIES.items()))
    throttle_minutes = forms.IntegerField(
        label=_("Told at most once in so many minutes"),
        min_value=0,
        max_value=LONGEST_THROTTLE_MINUTES,
        help_text=_("Of each subject. What still goes on after that is told then."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Tells"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Without a choice, nobody.")
    )
    enabled = forms.BooleanField(label=_("Enabled"), required=False)

    def __init__(
        self, data: QueryDict | None, *, organization: Organization, kind: Kind, rule: AlertRule | None = None
    ) -> None:
        super().__init__(data, initial=_initial(rule) if rule else USUAL)
        self.kind = kind
        for name in {field for fields in FIELDS.values() for field in fields} - set(FIELDS[kind]):
            del self.fields[name]
        if kind in BOUNDLESS:
            del self.fields["scope"]
        else:
            _choices(self, "scope", _scopes(organization))
        channels = AlertChannel.objects.of(organization).order_by("name", "pk")
        _choices(self, "channels", [(str(one.pk), f"{one.name} ({one.shown_address})") for one in channels])

    def parameter_fields(self) -> list[forms.BoundField]:
        """Those that belong to the kind."""
        return [self[name] for name in FIELDS[self.kind]]

    def wish(self) -> RuleWish:
        """What is wanted; call it on a valid form."""
        given: dict[str, Any] = self.cleaned_data  # Any: values of fields
        ends = self.ends()
        integration, _colon, use_case = given.get("scope", "").partition(":")
        parameters: JSONObject = {name: given[name] for name in FIELDS[self.kind]}
        return RuleWish(
            name=given["name"],
            kind=self.kind.value,
            parameters=parameters,
            integration_id=UUID(integration) if integration else None,
            use_case_id=UUID(use_case) if use_case else None,
            severity=given["severity"],
            enabled=given["enabled"],
            throttle_minutes=given["throttle_minutes"],
            channel_ids=[UUID(one) for one in given["channels"]],
            quiet=QuietHours(*ends) if ends else None,
        )


def _initial(rule: AlertRule) -> dict[str, object]:
    scope = ":".join(str(key) for key in (rule.integration_id, rule.use_case_id) if key)
    names = ("name", "severity", "throttle_minutes", "enabled", "quiet_since", "quiet_until")
    named = {name: getattr(rule, name) for name in names}
    return {**rule.parameters, **named, "scope": scope, "channels": [str(one.pk) for one in rule.channels.all()]}


def _scopes(organization: Organization) -> list[tuple[str, object]]:
    scopes: list[tuple[str, object]] = [("", _("Each integration by itself"))]
    for integration in integrations_with_use_cases(organization):
        scopes.append((str(integration.pk), integration.name))
        parts = integration.use_cases.all()
        scopes += [(f"{integration.pk}:{one.pk}", f"{integration.name}: {one.name}") for one in parts]
    return scopes


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:  # Any: words, translated later
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field has them
