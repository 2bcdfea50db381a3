"""WebhookConfiguration: what a webhook is, checked and typed (outbound.md sections 6.2 to 6.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.names import NAME_RULE, is_name
from integrations.findings import Findings
from outbound.backoff import MOST_RETRIES, RETRIES
from outbound.webhooks.address import NOT_FILLED_IN, URL_CHARACTERS, is_left_as_it_is, url_findings
from outbound.webhooks.authentication import Authentication, read_authentication
from outbound.webhooks.files import FilesSent, read_files
from outbound.webhooks.filters import Conditions
from outbound.webhooks.headers import check_custom_headers
from outbound.webhooks.routes import PROXY, Route, read_route

METHODS: Final = ("POST", "GET", "PUT", "PATCH")
CATALOGUE_PREFIX: Final = "event_"
"""Before the name of an event of the catalogue; any other name is a kind of trigger."""
EVENT_NAME_CHARACTERS: Final = 120
ORDERINGS: Final = ("none", "entity")
ON_FAILURE: Final = ("continue", "block")
IN_FLIGHT: Final = 10
MOST_IN_FLIGHT: Final = 100
MOST_PER_MINUTE: Final = 100_000
PAYLOAD_OPTIONS: Final = (
    "hydrate_entity",
    "include_relations",
    "include_activity",
    "include_changed_attributes",
    "apply_changesets",
)
_VERSION: Final = re.compile(r"\d{1,5}\.\d{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PayloadOptions:
    """What a payload holds, and the headers that go with it: only those that are sent."""

    hydrate_entity: bool = False
    include_relations: bool = False
    include_activity: bool = False
    include_changed_attributes: bool = False
    apply_changesets: bool = False
    custom_headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookConfiguration:
    """A webhook without its secrets. url None: nothing can be delivered yet."""

    name: str
    event_name: str
    event_version: str | None
    url: str | None
    http_method: str
    enabled: bool
    authentication: Authentication
    conditions: Conditions
    payload: PayloadOptions
    jsonata_expression: str | None
    retries: int
    """After the first attempt; 0 where no policy says otherwise."""
    is_ordered: bool
    """Deliveries of one entity go one after the other."""
    blocks_on_failure: bool
    """Where one of them fails for good, those behind it wait for somebody."""
    max_in_flight: int
    requests_per_minute: int | None
    protected: bool
    files: FilesSent | None
    """None: events name their files, and nothing else of them is sent."""
    route: Route | None
    """None: deliveries leave by the usual way."""
    expressions: tuple[tuple[JSONPath, str], ...]
    warnings: tuple[ErrorDetail, ...]

    @property
    def catalogue_event(self) -> str | None:
        """The name of the event in the catalogue; None for another kind of trigger."""
        if not self.event_name.startswith(CATALOGUE_PREFIX):
            return None
        return self.event_name.removeprefix(CATALOGUE_PREFIX)

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> WebhookConfiguration:
        """What was sent or what is stored; raises Invalid with every finding."""
        findings = Findings()
        policy = findings.optional_object(raw.get("retryPolicy"), at.key("retryPolicy"))
        configuration = cls(
            name=findings.name(raw.get("name"), at.key("name")),
            event_name=_event_name(raw.get("eventName"), at.key("eventName"), findings),
            event_version=_event_version(raw.get("eventVersion"), at.key("eventVersion"), findings),
            url=_url(raw, at.key("url"), findings),
            http_method=findings.optional_word(raw.get("httpMethod"), at.key("httpMethod"), METHODS, default="POST"),
            enabled=findings.optional_boolean(raw.get("enabled"), at.key("enabled"), default=True),
            authentication=read_authentication(raw.get("auth"), at.key("auth"), findings),
            conditions=Conditions.parse(raw, at, findings),
            payload=_payload(raw.get("payloadConfiguration"), at.key("payloadConfiguration"), findings),
            jsonata_expression=findings.optional_expression(raw.get("jsonataExpression"), at.key("jsonataExpression")),
            retries=_retries(policy, at.key("retryPolicy"), findings),
            is_ordered=_word(raw, at, findings, "ordering", ORDERINGS) == "entity",
            blocks_on_failure=_word(raw, at, findings, "onFailure", ON_FAILURE) == "block",
            max_in_flight=_whole(raw, at, findings, "maxInFlight", MOST_IN_FLIGHT) or IN_FLIGHT,
            requests_per_minute=_whole(raw, at, findings, "requestsPerMinute", MOST_PER_MINUTE),
            files=read_files(raw, at, findings),
            route=read_route(raw, at, findings),
            protected=findings.optional_boolean(raw.get("protected"), at.key("protected")),
            expressions=tuple(findings.expressions),
            warnings=tuple(findings.warnings),
        )
        findings.raise_if_any()
        return configuration


def _event_name(raw: JSONValue, at: JSONPath, findings: Findings) -> str:
    name = findings.text(raw, at, longest=EVENT_NAME_CHARACTERS)
    if name and not is_name(name):
        findings.error(at, NAME_RULE)
    return name


def _event_version(raw: JSONValue, at: JSONPath, findings: Findings) -> str | None:
    version = findings.optional_text(raw, at, shortest=1)
    if version and not _VERSION.fullmatch(version):
        findings.error(at, "must be two numbers with a dot between them, such as 1.0")
    return version


def _url(webhook: JSONObject, at: JSONPath, findings: Findings) -> str | None:
    url = findings.optional_text(webhook.get("url"), at, longest=URL_CHARACTERS) or None
    if url is None:
        findings.warn(at, "is missing: nothing is delivered until it is set")
        return None
    for message in url_findings(url, may_be_plain=webhook.get(PROXY) is not None):
        findings.error(at, message)
    if is_left_as_it_is(url):
        findings.warn(at, NOT_FILLED_IN)
    return url


def _payload(raw: JSONValue, at: JSONPath, findings: Findings) -> PayloadOptions:
    options = findings.optional_object(raw, at) or {}
    flags = {name: findings.optional_boolean(options.get(name), at.key(name)) for name in PAYLOAD_OPTIONS}
    headers = check_custom_headers(options.get("custom_headers"), at.key("custom_headers"), findings)
    return PayloadOptions(**flags, custom_headers=headers)


def _retries(policy: JSONObject | None, at: JSONPath, findings: Findings) -> int:
    """As many as maxAttempts says; none without a policy (outbound.md section 9)."""
    if policy is None:
        return 0
    retries = findings.optional_whole(policy.get("maxAttempts"), at.key("maxAttempts"), least=1, most=MOST_RETRIES)
    is_enabled = findings.optional_boolean(policy.get("enabled"), at.key("enabled"), default=True)
    return (retries or RETRIES) if is_enabled else 0


def _whole(raw: JSONObject, at: JSONPath, findings: Findings, name: str, most: int) -> int | None:
    return findings.optional_whole(raw.get(name), at.key(name), least=1, most=most)


def _word(raw: JSONObject, at: JSONPath, findings: Findings, name: str, words: tuple[str, ...]) -> str:
    return findings.optional_word(raw.get(name), at.key(name), words, default=words[0])
