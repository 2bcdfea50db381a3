"""The forms of this room's pages, and what every form does with findings of the code behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from hub.accounts.grants import may_pass_on
from hub.accounts.operations import TokenOrder
from hub.accounts.principals import Grant, Principal
from hub.errors import ErrorDetail, HubError
from hub.names import NAME_CHARACTERS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SCOPES: dict[str, _StrPromise] = {
    "erp:events": _("may send events and replay them"),
    "erp:read": _("may read integrations and use cases"),
    "erp:write": _("may change integrations and use cases, and decide about held prunes"),
    "erp:monitoring": _("may read monitoring and logs"),
    "integration:consume": _("may take events from a poll queue and acknowledge them"),
    "entity:view": _("may read entities"),
    "entity:edit": _("may change entities"),
    "entity:delete": _("may delete entities"),
    "event_catalog:view": _("may read the core events, their payloads and what happened"),
    "event_catalog:manage": _("may switch core events on and off, define own ones, and fire them"),
    "environments:edit": _("may see and set variables, and set secrets"),
    "environments:delete": _("may delete variables and secrets"),
    "webhook:view": _("may read webhooks"),
    "webhook:create": _("may create webhooks"),
    "webhook:edit": _("may change webhooks and renew their signing secrets"),
    "webhook:delete": _("may delete webhooks"),
    "automation:view": _("may read automations and what their runs worked on"),
    "automation:manage": _("may change automations, which write entities and call webhooks"),
    "token:create": _("may issue tokens"),
    "organization:admin": _(
        "may do all that concerns variables, webhooks, automations and tokens, and change what is protected"
    ),
}
"""Action of a grant → what it lets a token do, in words. Offered to whoever issues one: all capabilities of tokens."""

ALSO_GRANTED: dict[str, _StrPromise] = {
    "integration:view": _("may read integrations, use cases, monitoring, entities and core events"),
    "integration:manage": _("may do all that concerns integrations, their events and entities"),
}
"""The same for actions of the other vocabulary, which come with tokens that a client has issued."""

WHOLE_AREAS: dict[str, _StrPromise] = {
    "erp": _("may send events, change integrations, read monitoring"),
    "integration": _("may see and change integrations, take and acknowledge events"),
    "entity": _("may read, change and delete entities"),
    "environments": _("may see, set and delete variables, and set and delete secrets"),
    "webhook": _("may read, create, change and delete webhooks, and renew their signing secrets"),
    "event_catalog": _("may read, switch, define and fire core events"),
    "automation": _("may read and change automations, and run them again"),
}
"""Area of a grant that ends in ``:*`` → what all of it comes to, in words."""

LIFETIMES: dict[str, tuple[timedelta | None, _StrPromise]] = {
    "30": (timedelta(days=30), _("in 30 days")),
    "90": (timedelta(days=90), _("in 90 days")),
    "365": (timedelta(days=365), _("in a year")),
    "never": (None, _("when it is revoked")),
}
USUAL_LIFETIME = "90"

_FIRST_MEMBER = re.compile(r"[A-Za-z_]+")


class TokenForm(forms.Form):
    """A token that somebody asks for; offers only what that person may pass on."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_CHARACTERS, help_text=_("Who will hold it, for example “SAP PO, production”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("This token"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    integrations = forms.MultipleChoiceField(
        label=_("Only for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice it reaches every integration, later ones too."),
    )
    lifetime = forms.ChoiceField(
        label=_("It ends"),
        choices=[(key, label) for key, (_span, label) in LIFETIMES.items()],
        widget=forms.RadioSelect,
        initial=USUAL_LIFETIME,
    )

    def __init__(  # Any: arguments of the framework's own form
        self, *args: Any, issuer: Principal, integrations: Iterable[tuple[UUID, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(action, text) for action, text in SCOPES.items() if may_pass_on(issuer, Grant(action))]
        _choices(self, "scopes", offered)
        _choices(self, "integrations", [(str(key), name) for key, name in integrations])
        if not self.fields["integrations"].choices:  # type: ignore[attr-defined]  # a choice field has them
            del self.fields["integrations"]

    def order(self, at: datetime) -> TokenOrder:
        """What is asked for, once the form is valid."""
        chosen = self.cleaned_data
        span, _label = LIFETIMES[chosen["lifetime"]]
        return TokenOrder(
            name=chosen["name"],
            grants=tuple(Grant(action) for action in chosen["scopes"]),
            integration_ids=tuple(UUID(key) for key in chosen.get("integrations", ())),
            expires_at=at + span if span else None,
        )


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form gets: the answers of a POST, nothing of a GET."""
    return request.POST if request.method == "POST" else None


def show_refusal(form: forms.Form, error: HubError) -> None:
    """Put what the code behind the form found at the fields it names; the rest stands above the form."""
    for detail in error.details or (ErrorDetail("", error.message),):
        field = field_of(form, detail.path)
        text = detail.message if field == detail.path or not detail.path else f"{detail.path}: {detail.message}"
        form.add_error(field, text[:1].upper() + text[1:] if field == detail.path else text)


def field_of(form: forms.Form, path: str) -> str | None:
    """The field in which a JSON path lies, or None."""
    first = _FIRST_MEMBER.match(path)
    return first.group() if first and first.group() in form.fields else None


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:  # Any: words, translated later
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field has them
