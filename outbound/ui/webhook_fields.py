"""WebhookFields: what the form of a webhook asks for."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.ui.references import CODE, WITH_VARIABLES, SecretInput
from outbound.backoff import MOST_RETRIES
from outbound.ui.file_fields import FileFields
from outbound.ui.standing import AUTHENTICATIONS
from outbound.webhooks.authentication import SECRET_CHARACTERS, TOKEN_METHODS
from outbound.webhooks.configuration import EVENT_NAME_CHARACTERS, METHODS, MOST_IN_FLIGHT, MOST_PER_MINUTE

PAYLOAD_CHOICES: Final = [
    ("hydrate_entity", _("The whole entity instead of a stub")),
    ("include_relations", _("Related entities")),
    ("include_activity", _("The activity behind the change")),
    ("include_changed_attributes", _("Which attributes changed")),
    ("apply_changesets", _("Proposed values in the place of stored ones")),
]
RETRY_CHOICES: Final = [("0", _("Never")), *((str(n), str(n)) for n in range(1, MOST_RETRIES + 1))]


def _text(label: Any, help_text: Any = "", *, most: int = 255, attrs: Any = CODE) -> forms.CharField:  # Any: lazy words
    widget = forms.TextInput(attrs=dict(attrs))
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=widget)


def _secret(label: Any) -> forms.CharField:  # Any: lazy words
    widget = SecretInput(attrs=dict(WITH_VARIABLES))
    return forms.CharField(label=label, required=False, max_length=SECRET_CHARACTERS, widget=widget)


class WebhookFields(FileFields):
    """version is the one that was on the screen, so that nobody overwrites what they have not seen."""

    name = forms.CharField(label=_("Name"), max_length=255)
    event_name = forms.CharField(
        label=_("Event"),
        max_length=EVENT_NAME_CHARACTERS,
        widget=forms.TextInput(attrs=CODE | {"list": "events"}),
        help_text=_(
            "It gets every event of this name, unless a use case names it in a mapping: then it gets what that maps."
        ),
    )
    event_version = _text(_("Version"), _("Such as 1.0; empty takes the newest."), most=16)
    url = _text(
        _("Address"),
        _("May refer to the environment: {{env.KEY}}."),
        most=8192,
        attrs=WITH_VARIABLES | {"inputmode": "url"},
    )
    http_method = forms.ChoiceField(label=_("Method"), choices=[(one, one) for one in METHODS])
    enabled = forms.BooleanField(
        label=_("Enabled"), required=False, help_text=_("Disabling ends what waits; to hold it, pause the webhook.")
    )
    protected = forms.BooleanField(
        label=_("Protected"), required=False, help_text=_("Only admins and owners change it, and nobody deletes it.")
    )
    auth_type = forms.ChoiceField(
        label=_("How the hub says who calls"),
        choices=[(key.value, words) for key, words in AUTHENTICATIONS.items()],
        widget=forms.RadioSelect,
    )
    key_name = _text(_("Header"), _("X-API-Key unless you say otherwise."))
    key_value = _secret(_("Key"))
    username = _text(_("User name"), attrs=WITH_VARIABLES)
    password = _secret(_("Password"))
    token_endpoint = _text(_("Token address"), most=8192, attrs=WITH_VARIABLES)
    token_method = forms.ChoiceField(
        label=_("Token method"), choices=[(one, one) for one in TOKEN_METHODS], required=False
    )
    client_id = _text(_("Client id"), most=4096, attrs=WITH_VARIABLES)
    client_secret = _secret(_("Client secret"))
    clear_secret = forms.BooleanField(label=_("Forget the stored secret"), required=False)
    logical_operator = forms.ChoiceField(
        label=_("Deliver when"),
        choices=[("AND", _("All conditions hold")), ("OR", _("Any condition holds"))],
        required=False,
    )
    payload = forms.MultipleChoiceField(
        label=_("The payload also holds"),
        choices=PAYLOAD_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beside what the event itself holds."),
    )
    jsonata_expression = forms.CharField(label=_("Transformation"), required=False, strip=False, widget=forms.Textarea)
    retries = forms.ChoiceField(
        label=_("Retries"), choices=RETRY_CHOICES, help_text=_("After 5 s, 5 min, 30 min, 2 h and 5 h.")
    )
    ordering = forms.ChoiceField(
        label=_("Order"),
        choices=[("none", _("None: side by side")), ("entity", _("One after the other per entity"))],
        required=False,
    )
    on_failure = forms.ChoiceField(
        label=_("When one of them fails for good"),
        choices=[("continue", _("Those behind it go on")), ("block", _("Those behind it wait"))],
        required=False,
    )
    max_in_flight = forms.IntegerField(
        label=_("At once"), required=False, min_value=1, max_value=MOST_IN_FLIGHT, help_text=_("Requests side by side.")
    )
    requests_per_minute = forms.IntegerField(
        label=_("Per minute"),
        required=False,
        min_value=1,
        max_value=MOST_PER_MINUTE,
        help_text=_("Requests that may begin within a minute; empty sets no limit."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
