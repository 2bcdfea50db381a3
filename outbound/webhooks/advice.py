"""advice_about: what of a webhook that was saved cannot deliver as things are now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.accounts.models import Organization
from hub.environments.references import REFERENCE, names_in
from hub.environments.resolve import ConfigurationError, SecretUnavailable, lookup
from hub.errors import ErrorDetail, HubError
from hub.events.catalogue import EventDefinition
from hub.events.definitions import events_of
from hub.http.addresses import EgressPolicy, is_public
from hub.http.failures import HttpFailure
from hub.http.url import Url, parse
from hub.json_types import JSONPath
from outbound.attachments.listing import ATTACHMENTS
from outbound.models import Webhook
from outbound.webhooks.address import origin_of
from outbound.webhooks.authentication import Basic, OAuth
from outbound.webhooks.configuration import CATALOGUE_PREFIX, WebhookConfiguration
from outbound.webhooks.credentials import credentials_of
from outbound.webhooks.files import MODE
from outbound.webhooks.moving import advice_on_following
from outbound.webhooks.routes import STATIC_IP, lacks_its_address, policy_of

ENV: Final = "env."
IN_CLEAR: Final = (
    "is called without encryption: whoever is on the way can read what is sent, credentials too. Write https://; plain"
    " http is only for private hosts that the operator has opened"
)
NO_FIXED_ADDRESS: Final = "has no effect: the hub has no fixed address; whoever runs it sets HUB_STATIC_IP_EGRESS"
Text = tuple[str, str]
"""(where it stands, what it says)"""


def advice_about(
    *, organization: Organization, webhook: Webhook, configuration: WebhookConfiguration
) -> list[ErrorDetail]:
    """Each with its place; four queries and one for each secret. configuration is that of the webhook.

    Nothing is looked up in the network: what a name resolves to may be different tomorrow, and shows when the webhook
    is tried out. A variable, an event and a host that the operator opens may all come later, so none of it keeps the
    webhook from being stored. No sentence holds a value.
    """
    found = [*_about_event(organization, configuration), *_about_route(organization, configuration)]
    found += advice_on_following(webhook)
    return found + _about_references(organization, [*_texts(configuration), *_secrets(webhook)])


def _about_event(organization: Organization, configuration: WebhookConfiguration) -> Iterator[ErrorDetail]:
    events, name = events_of(organization), configuration.catalogue_event
    if name is not None and name not in events:
        yield ErrorDetail("eventName", f"there is no event {name} yet")
    elif name is not None and configuration.files is not None and not _names_files(events[name].definition):
        yield ErrorDetail(MODE, f"sends nothing: {name} names no files, so each of its events is skipped")
    elif name is None and configuration.event_name in events:
        meant = f"{CATALOGUE_PREFIX}{configuration.event_name}"
        yield ErrorDetail("eventName", f"is the name of a trigger; to get the event, write {meant}")


def _names_files(definition: EventDefinition) -> bool:
    return definition.find_field(ATTACHMENTS) is not None


def _about_route(organization: Organization, configuration: WebhookConfiguration) -> Iterator[ErrorDetail]:
    """Whether there is a way out, and what is not called on it."""
    route = configuration.route
    if lacks_its_address(route):
        yield ErrorDetail(STATIC_IP, NO_FIXED_ADDRESS)
    try:
        policy = policy_of(route, organization)
    except HubError as error:
        yield ErrorDetail(route.member if route else "", f"keeps everything from being delivered: {error.message}")
        return
    for at, address in _addresses(configuration):
        yield from _about_address(at, address, policy, may_be_plain=route is not None)


def _addresses(configuration: WebhookConfiguration) -> Iterator[Text]:
    if configuration.url is not None:
        yield "url", configuration.url
    if isinstance(configuration.authentication, OAuth):
        yield "auth.endpoint", configuration.authentication.endpoint


def _about_address(at: str, address: str, policy: EgressPolicy, *, may_be_plain: bool) -> Iterator[ErrorDetail]:
    """Whether the deliverer would refuse it before it asks anybody where the host is."""
    if REFERENCE.search(origin_of(address)):
        return
    try:
        url = parse(REFERENCE.sub("env", address))
        policy.check_url(url)
    except HttpFailure as refusal:
        yield ErrorDetail(at, f"is not called as it is: {refusal.message}")
        return
    if url.scheme == "http" and not may_be_plain and _may_be_public(url, policy):
        yield ErrorDetail(at, IN_CLEAR)


def _may_be_public(url: Url, policy: EgressPolicy) -> bool:
    """Whether it is no private machine, as far as it is written down."""
    return is_public(url.address) if url.address is not None else url.host not in policy.allowed_hosts


def _texts(configuration: WebhookConfiguration) -> Iterator[Text]:
    """All that an author wrote and into which values are filled, but for the secrets."""
    yield from _addresses(configuration)
    headers = JSONPath("payloadConfiguration").key("custom_headers")
    for name, value in configuration.payload.custom_headers:
        yield headers.key(name), value
    authentication = configuration.authentication
    if isinstance(authentication, Basic):
        yield "auth.username", authentication.username
    if isinstance(authentication, OAuth):
        yield "auth.clientId", authentication.client_id
        place = JSONPath("auth").key("customParameterList")
        for position, parameter in enumerate(authentication.parameters):
            yield place.index(position).key("value"), parameter.value


def _secrets(webhook: Webhook) -> list[Text]:
    """None where they cannot be opened: whoever tries the webhook out is told so."""
    try:
        return [(f"auth.{name}", text) for name, text in credentials_of(webhook).items()]
    except SecretUnavailable:
        return []


def _about_references(organization: Organization, texts: list[Text]) -> list[ErrorDetail]:
    """References that would fail a delivery, by the same rules."""
    try:
        lookup(names_in(text for _, text in texts), organization_id=organization.pk, single_line=True)
    except ConfigurationError as error:
        reasons = {detail.path.removeprefix(ENV): detail.message for detail in error.details}
        return [
            ErrorDetail(at, f"{{{{env.{name}}}}} cannot be filled in: {reasons[name]}")
            for at, text in texts
            for name in names_in([text])
            if name in reasons
        ]
    except SecretUnavailable:
        return []
    return []
