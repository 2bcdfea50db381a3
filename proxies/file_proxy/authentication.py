"""The auth block of a file proxy, whose secrets may be written down but are never shown again (api.md 9.6)."""

from __future__ import annotations

from hub.json_types import JSONPath, JSONValue
from integrations.credentials import VALUE_CHARACTERS, check_token_request
from integrations.findings import Findings
from proxies.file_proxy.written_secrets import SECRETS, WRITTEN_DOWN, is_written_down
from proxies.template_checks import check_template

AUTH_TYPES = ("oauth2_client_credentials", "oauth2_password")
REQUIRED = ("token_url", "client_id", "client_secret")
REQUIRED_FOR_PASSWORD = ("username", "password")


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
        if name not in required:
            findings.optional_text(auth.get(name), at.key(name), longest=VALUE_CHARACTERS)
        if is_written_down(auth.get(name)):
            findings.warn(at.key(name), WRITTEN_DOWN)
    check_token_request(auth, at, findings)
