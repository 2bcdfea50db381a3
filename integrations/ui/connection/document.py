"""values_of, parameters_of and with_values: a connector_config between its JSON and the answers of a form; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from hub.environments.redaction import MASK
from hub.json_types import JSONObject, JSONValue
from hub.web.form_rows import Row
from integrations.connectors import AUTH_TYPES, connector_shown

Values = dict[str, Any]
"""Name of a field → its answer. Any: texts."""
NONE: Final = "none"
TOKEN, API_KEY, BEARER = AUTH_TYPES
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    NONE: (),
    API_KEY: ("api_key_header", "api_key"),
    BEARER: ("token",),
    TOKEN: ("token_url", "client_id", "client_secret", "scope", "audience", "resource"),
}
"""Kind of authentication → the members of auth that it asks for, which are also the names of its fields."""
PLACES: Final = {"body": "body_params", "query": "query_params", "header": "headers"}
"""Where a parameter of a token request goes → the member of auth that holds it."""
_ASKED: Final = frozenset({"type", *PLACES.values(), *(name for names in MEMBERS.values() for name in names)})


def kind_of(connector: JSONObject) -> str:
    """How the hub says who calls: a key of MEMBERS."""
    kind = object_of(connector.get("auth")).get("type")
    return kind if isinstance(kind, str) and kind in AUTH_TYPES else NONE


def values_of(connector: JSONObject) -> Values:
    """The answers that the form starts with."""
    auth = object_of(connector.get("auth"))
    texts = {name: auth.get(name) or "" for names in MEMBERS.values() for name in names}
    return texts | {"base_url": connector.get("base_url") or "", "authentication": kind_of(connector)}


def parameters_of(connector: JSONObject) -> list[Row]:
    """What goes along with the token request; a mask stands for a secret that was written down in earlier days."""
    auth = object_of((connector_shown(connector) or {}).get("auth"))
    return [
        {"key": key, "place": place, "value": str(text)}
        for place, name in PLACES.items()
        for key, text in object_of(auth.get(name)).items()
    ]


def with_values(connector: JSONObject, chosen: Values, parameters: Sequence[Row]) -> JSONObject:
    """The connector_config with what was asked for. Members that the form does not know stay, wherever what they
    belong to stays; those of other kinds of authentication go. A mask that comes back keeps what it stands for."""
    changed = deepcopy(connector)
    _put(changed, "base_url", chosen["base_url"])
    kind, stored = chosen["authentication"], object_of(connector.get("auth"))
    if kind == NONE:
        changed.pop("auth", None)
        return changed
    auth: JSONObject = {"type": kind} | {name: value for name, value in stored.items() if name not in _ASKED}
    for name in MEMBERS[kind]:
        _put(auth, name, chosen[name])
    for place, name in PLACES.items() if kind == TOKEN else ():
        _put(auth, name, _texts_for(place, parameters, object_of(stored.get(name))))
    changed["auth"] = auth
    return changed


def object_of(value: JSONValue) -> JSONObject:
    """The object; an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def _texts_for(place: str, parameters: Sequence[Row], stored: JSONObject) -> JSONObject:
    named = {row["key"].strip(): row["value"] for row in parameters if row["place"] == place}
    return {key: stored.get(key, text) if text == MASK else text for key, text in named.items()}


def _put(target: JSONObject, name: str, value: JSONValue) -> None:
    """Set the member, or take it away where there is nothing to say."""
    if value in ("", None, {}):
        target.pop(name, None)
    else:
        target[name] = value
