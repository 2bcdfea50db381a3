"""The auth block of a file proxy, whose secrets may be written down but are never shown again (api.md 9.6)."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.credentials import VALUE_CHARACTERS, check_token_request
from integrations.env_references import is_reference
from integrations.findings import Findings, refusal
from proxies.template_checks import check_template

AUTH_TYPES = ("oauth2_client_credentials", "oauth2_password")
REQUIRED = ("token_url", "client_id", "client_secret")
REQUIRED_FOR_PASSWORD = ("username", "password")
SECRETS = ("client_secret", "password")
MASK = "***"
"""What is shown in place of a secret, and what a caller sends back to keep it."""


def check_authentication(raw: JSONValue, at: JSONPath, findings: Findings) -> None:
    """Note what is wrong or missing; a secret that is written down is a warning."""
    auth = findings.optional_object(raw, at)
    if auth is None:
        return
    type = findings.word(auth.get("type"), at.key("type"), AUTH_TYPES)
    required = REQUIRED + (REQUIRED_FOR_PASSWORD if type == "oauth2_password" else ())
    for name in required:
        check_template(findings.text(auth.get(name), at.key(name), longest=VALUE_CHARACTERS), at.key(name), findings)
    for name in SECRETS:
        if _is_literal(auth.get(name)):
            findings.warn(at.key(name), "is written down here; refer to a secret with {{env.KEY}} instead")
    check_token_request(auth, at, findings)


def masked(configuration: JSONObject) -> JSONObject:
    """The configuration with MASK in place of every secret that is written down."""
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    hidden: JSONObject = {name: MASK for name in SECRETS if _is_literal(auth.get(name))}
    return configuration | {"auth": auth | hidden}


def unmasked(configuration: JSONObject, stored: JSONObject | None, at: JSONPath) -> JSONObject:
    """The configuration with the stored secret in place of each MASK; raises Invalid where none is stored."""
    auth = configuration.get("auth")
    if not isinstance(auth, dict):
        return configuration
    before = (stored or {}).get("auth")
    kept = before if isinstance(before, dict) else {}
    for name in SECRETS:
        if auth.get(name) == MASK and not _is_literal(kept.get(name)):
            raise refusal(at.key("auth").key(name), f"{MASK} stands for a stored secret, and there is none")
        if auth.get(name) == MASK and auth.get("token_url") != kept.get("token_url"):
            raise refusal(at.key("auth").key(name), "is not sent to another token_url unless it is given again")
    revealed: JSONObject = {name: kept[name] for name in SECRETS if auth.get(name) == MASK}
    return configuration | {"auth": auth | revealed}


def _is_literal(secret: JSONValue) -> bool:
    return isinstance(secret, str) and not is_reference(secret)
