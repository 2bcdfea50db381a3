"""The credentials block of connectors and file proxies: what both have in common (api.md 8.4 and 9.6)."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings
from integrations.headers import check_headers

VALUE_CHARACTERS = 8 * 1024
RESERVED_PARAMETERS = frozenset({"grant_type", "client_id", "client_secret", "username", "password"})
"""Names the token request sets itself; body_params must not hide them."""
TEXTS = ("token_url", "client_id", "scope", "audience", "resource", "username", "api_key_header")


def check_token_request(auth: JSONObject, at: JSONPath, findings: Findings) -> None:
    """Note whatever is wrong with the texts and the maps of a token request; none of them is required here."""
    for name in TEXTS:
        findings.optional_text(auth.get(name), at.key(name), longest=VALUE_CHARACTERS)
    check_headers(auth.get("headers"), at.key("headers"), findings)
    findings.text_map(auth.get("query_params"), at.key("query_params"))
    for name in findings.text_map(auth.get("body_params"), at.key("body_params")):
        if name.lower() in RESERVED_PARAMETERS:
            findings.error(at.key("body_params").key(name), "is set by the token request itself")
