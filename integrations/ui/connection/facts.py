"""calls_of: what a connector_config says in words, without a secret, and whether its variables have values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.environments.masking import mask_query
from hub.environments.queries import variables_of
from hub.environments.redaction import MASK
from hub.environments.references import names_in
from hub.environments.resolve import unreadable_in
from hub.environments.uses import mentioned_in
from hub.json_types import JSONObject, JSONValue
from hub.web.access import may
from hub.web.requests import HubRequest
from integrations.connectors import SECRETS
from integrations.env_references import is_reference
from integrations.environment_overview import Holding, Need, holding_of
from integrations.ui.connection.document import MEMBERS, TOKEN, kind_of, object_of, parameters_of
from integrations.ui.connection.form import HEADER, KINDS
from integrations.ui.detail import Context
from integrations.ui.environments.listing import setting_url, variable_url
from integrations.ui.environments.words import HOLDINGS

LABELS = {
    "api_key_header": gettext_lazy("Header"),
    "api_key": gettext_lazy("Key"),
    "token": gettext_lazy("Token"),
    "token_url": gettext_lazy("Token URL"),
    "client_id": gettext_lazy("Client id"),
    "client_secret": gettext_lazy("Client secret"),
    "scope": gettext_lazy("Scopes"),
    "audience": gettext_lazy("Audience"),
    "resource": gettext_lazy("Resource"),
}
PLACES = {
    "body": gettext_lazy("Parameter (body)"),
    "query": gettext_lazy("Parameter (query)"),
    "header": gettext_lazy("Parameter (header)"),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A variable that something refers to. status: the one whose look it has; url: where it is set or changed."""

    key: str
    status: str
    word: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. keys: the variables that its text refers to, where whoever looks may know about them."""

    label: str
    text: str
    is_code: bool = True
    keys: Sequence[Key] = ()


def connection_facts(connector: JSONObject, states: Mapping[str, Key]) -> list[Fact]:
    """Base URL, kind of authentication and what belongs to it; states as key_states gives them, or nothing."""
    return [
        Fact(label, text, is_code, [states[key] for key in _keys_in(text) if key in states])
        for label, text, is_code in _lines(connector)
    ]


def key_states(organization: Organization, connector: JSONObject) -> dict[str, Key]:
    """The variables that it refers to, by key. One query, and one more where there are values."""
    named = mentioned_in(connector).named
    variables = {one.key: one for one in variables_of(organization) if one.key in named} if named else {}
    unreadable = unreadable_in(organization.pk, variables.values())
    states = {}
    for key in sorted(named):
        variable = variables.get(key)
        holding = holding_of(variable, unreadable)
        status, word = HOLDINGS[holding]
        url = variable_url(key) if holding is not Holding.EMPTY else setting_url(Need(key, variable, (), ()))
        states[key] = Key(key, "warning" if holding is Holding.EMPTY else status, str(word), url)
    return states


def _lines(connector: JSONObject) -> Iterator[tuple[str, str, bool]]:
    """Label, text, and whether it is code."""
    base_url = connector.get("base_url")
    yield _("Base URL"), mask_query(base_url) if isinstance(base_url, str) and base_url else "–", bool(base_url)
    kind, auth = kind_of(connector), object_of(connector.get("auth"))
    yield _("Authentication"), str(dict(KINDS)[kind]), False
    for name in MEMBERS[kind]:
        text = _shown(name, auth.get(name))
        if text:
            yield str(LABELS[name]), text, True
    for row in parameters_of(connector) if kind == TOKEN else ():
        yield str(PLACES[row["place"]]), f"{row['key']}: {row['value']}", True


def _shown(name: str, value: JSONValue) -> str:
    """The member as anybody may see it; empty where it is not there."""
    text = value if isinstance(value, str) else ""
    if name == "api_key_header":
        return text or HEADER
    if name in SECRETS:
        return text if is_reference(text) or not text else MASK
    return mask_query(text)


def _keys_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.lower() for name in names_in([text])))


def calls_of(request: HubRequest, connector: JSONObject) -> Context:
    """What integrations/_calls.html shows; the state of variables only to those who may see them."""
    sees_state = may(request, Capability.ENVIRONMENTS_EDIT)
    states = key_states(request.organization, connector) if sees_state else {}
    return {
        "call_facts": connection_facts(connector, states) if connector else [],
        "has_base_url": bool(connector.get("base_url")),
        "missing": sum(one.status != "success" for one in states.values()),
    }
