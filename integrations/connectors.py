"""connector_config: base URL and credentials that the managed calls of an integration share (api.md 8.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.environments.references import names_in
from hub.errors import ErrorDetail
from hub.http.url import UrlRefused, parse
from hub.json_types import ROOT, JSONObject, JSONPath
from integrations.credentials import VALUE_CHARACTERS, check_token_request
from integrations.env_references import is_reference
from integrations.findings import Findings
from integrations.headers import check_header_name
from integrations.written_secrets import WRITTEN_DOWN, with_masks, written_in

AUTH_TYPES = ("oauth2_client_credentials", "api_key", "bearer")
SECRETS = ("client_secret", "api_key", "token")
"""Members that are never written down here: only a reference to a secret of the environment is taken."""
MAPS: Final = ("headers", "query_params", "body_params")
"""Parts of auth whose texts are secrets where their names say so; those are never written down either."""


def check_connector(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    """Note everything that is wrong; no member is required, a missing one surfaces when a call runs."""
    base_url = findings.optional_text(raw.get("base_url"), at.key("base_url"), longest=VALUE_CHARACTERS)
    if base_url and not names_in([base_url]):
        _check_url(base_url, at.key("base_url"), findings)
    auth = findings.optional_object(raw.get("auth"), at.key("auth"))
    if auth is not None:
        _check_auth(auth, at.key("auth"), findings)


def advice_on_connector(stored: JSONObject | None) -> list[ErrorDetail]:
    """A warning for each secret that was written down before that was refused; calls go on with it."""
    at = ROOT.key("connector_config").key("auth")
    return [ErrorDetail(at.key(part).key(name), WRITTEN_DOWN) for part, name in _written_in(_auth_of(stored))]


def connector_shown(stored: JSONObject | None) -> JSONObject | None:
    """What anybody gets to see of it: a mask in place of each secret that was written down."""
    auth = _auth_of(stored)
    if stored is None or not auth:
        return stored
    for part in MAPS:
        auth = with_masks(auth, part, [name for place, name in _written_in(auth) if place == part])
    return stored | {"auth": auth}


def _auth_of(connector: JSONObject | None) -> JSONObject:
    auth = (connector or {}).get("auth")
    return auth if isinstance(auth, dict) else {}


def _written_in(auth: JSONObject) -> Iterator[tuple[str, str]]:
    """Part and name of each."""
    header = auth.get("api_key_header")
    others = {header.lower()} if isinstance(header, str) else ()
    yield from ((part, name) for part in MAPS for name in written_in(auth.get(part), others=others))


def _check_url(base_url: str, at: JSONPath, findings: Findings) -> None:
    """A courtesy to its author; whether the hub may go there is found out when it does."""
    try:
        parse(base_url)
    except UrlRefused as refusal:
        findings.error(at, f"is no URL that can be called: {refusal.message}")


def _check_auth(auth: JSONObject, at: JSONPath, findings: Findings) -> None:
    if auth.get("type") is not None:
        findings.word(auth["type"], at.key("type"), AUTH_TYPES)
    for name in SECRETS:
        secret = findings.optional_text(auth.get(name), at.key(name), longest=VALUE_CHARACTERS)
        if secret is not None and (secret.startswith("\\") or not is_reference(secret)):
            findings.error(at.key(name), "must be a reference such as {{env.my_secret}}, never the secret itself")
    check_token_request(auth, at, findings)
    for part, name in _written_in(auth):
        findings.error(at.key(part).key(name), WRITTEN_DOWN)
    header = auth.get("api_key_header")
    if isinstance(header, str):
        check_header_name(header, at.key("api_key_header"), findings)
