"""refuse_what_cannot_work: what no webhook is saved with, though one that is stored with it goes on as it did."""

from __future__ import annotations

from typing import Final

from hub.json_types import ROOT, JSONPath
from integrations.expressions import check_expressions
from integrations.findings import invalid, refusal
from outbound.models.webhooks import QUERY_METHODS
from outbound.unbound import refuse_unbound
from outbound.webhooks.authentication import ApiKey
from outbound.webhooks.configuration import WebhookConfiguration
from outbound.webhooks.files import MODE
from outbound.webhooks.headers import is_dropped

KEY_NAME: Final = JSONPath("auth").key("keyName")
SHOWS_WHO_CALLS: Final = "authorization"
"""No custom header, since each kind of authentication is its own way to set it; to carry a key is one of them."""


def refuse_what_cannot_work(configuration: WebhookConfiguration) -> None:
    """Raise Invalid for expressions that do not compile, variables without a value, files without a body to stand in,
    and a key in a reserved header."""
    expressions = configuration.expressions
    problems = check_expressions(expressions) if expressions else []
    if problems:
        raise invalid(problems)
    refuse_unbound(expressions)
    if configuration.files is not None and configuration.http_method in QUERY_METHODS:
        raise refusal(ROOT.key(MODE), f"needs a body, and a {configuration.http_method} has none; choose POST or PUT")
    authentication = configuration.authentication
    if isinstance(authentication, ApiKey) and _is_reserved(authentication.key_name):
        raise refusal(KEY_NAME, "is a header that only the hub sets; choose another name, such as X-API-Key")


def _is_reserved(name: str) -> bool:
    return is_dropped(name) and name.lower() != SHOWS_WHO_CALLS
