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
VERSION: Final = "eventVersion"
POLICY: Final = "retryPolicy"


KEPT_IF_LEFT_OUT: Final = frozenset({VERSION, POLICY})
"""Members that a client which has never heard of them must not change: deliveries would be other ones, or lost."""


@dataclass(frozen=True, slots=True)
class SentWebhook:
    """document is what is stored; secrets as in credentials.Split."""

    configuration: WebhookConfiguration
    document: JSONObject
    secrets: Mapping[str, str | None] = field(repr=False)
    speaks_of: frozenset[str] = frozenset()
    """Which of KEPT_IF_LEFT_OUT were sent, be it as null, which takes them away."""
    warnings: tuple[ErrorDetail, ...] = ()
    """What is stored but probably not meant, and what was left out."""

    @classmethod
    def parse(cls, raw: JSONObject) -> SentWebhook:
        """The whole of a webhook; what it leaves out has its default, but for KEPT_IF_LEFT_OUT.

        Raises Invalid with every finding.
        """
        findings = Findings()
        is_storable(raw, ROOT, findings)
        findings.raise_if_any()
        configuration = WebhookConfiguration.parse(raw, ROOT)
        known, left_out = without_unknown(raw)
        halves = split(known)
        document: JSONObject = {name: value for name, value in halves.document.items() if value is not None}
        warnings = (*configuration.warnings, *left_out)
        return cls(configuration, DEFAULTS | document, halves.secrets, KEPT_IF_LEFT_OUT & raw.keys(), warnings)

    def document_after(self, before: JSONObject) -> JSONObject:
        """What is stored in place of before, which is empty for a new webhook.

        Retries are not lost by leaving them out, nor is a chosen version as long as the event is the same.
        """
        kept = {name: before[name] for name in KEPT_IF_LEFT_OUT - self.speaks_of if name in before}
        if before.get("eventName") != self.configuration.event_name:
            kept.pop(VERSION, None)
        return self.document | kept

    @classmethod
    def parse_new(cls, raw: JSONObject) -> SentWebhook:
        """The same, for one that is not there yet: it retries unless it says otherwise."""
        return cls.parse({POLICY: {**NEW_POLICY}, **raw})
