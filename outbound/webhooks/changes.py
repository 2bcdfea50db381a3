"""SentWebhook: a webhook as somebody sent it, checked, without what only the server writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject
from integrations.changes.use_case import is_storable
from integrations.findings import Findings
from outbound.backoff import RETRIES
from outbound.webhooks.configuration import IN_FLIGHT, METHODS, ON_FAILURE, ORDERINGS, WebhookConfiguration
from outbound.webhooks.credentials import split
from outbound.webhooks.members import without_unknown

DEFAULTS: Final[JSONObject] = {
    "httpMethod": METHODS[0],
    "enabled": True,
    "auth": {"authType": "NONE"},
    "ordering": ORDERINGS[0],
    "onFailure": ON_FAILURE[0],
    "maxInFlight": IN_FLIGHT,
    "protected": False,
}
"""What is stored and shown where nothing is sent."""
NEW_POLICY: Final[JSONObject] = {"enabled": True, "maxAttempts": RETRIES}
"""What a new webhook gets that says nothing about retries."""


@dataclass(frozen=True, slots=True)
class SentWebhook:
    """document is what is stored; secrets as in credentials.Split."""

    configuration: WebhookConfiguration
    document: JSONObject
    secrets: Mapping[str, str | None] = field(repr=False)
    speaks_of_version: bool = False
    """Whether eventVersion was sent, be it as null, which takes a chosen version away."""
    warnings: tuple[ErrorDetail, ...] = ()
    """What is stored but probably not meant, and what was left out."""

    @classmethod
    def parse(cls, raw: JSONObject) -> SentWebhook:
        """The whole of a webhook; what it leaves out has its default. Raises Invalid with every finding."""
        findings = Findings()
        is_storable(raw, ROOT, findings)
        findings.raise_if_any()
        configuration = WebhookConfiguration.parse(raw, ROOT)
        known, left_out = without_unknown(raw)
        halves = split(known)
        document: JSONObject = {name: value for name, value in halves.document.items() if value is not None}
        warnings = (*configuration.warnings, *left_out)
        return cls(configuration, DEFAULTS | document, halves.secrets, "eventVersion" in raw, warnings)

    @classmethod
    def parse_new(cls, raw: JSONObject) -> SentWebhook:
        """The same, for one that is not there yet: it retries unless it says otherwise."""
        return cls.parse({"retryPolicy": {**NEW_POLICY}, **raw})
