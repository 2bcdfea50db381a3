"""What the configuration of a webhook must look like."""

from __future__ import annotations

import json
import uuid

import pytest

from hub.errors import Invalid
from hub.json_types import ROOT, JSONPath
from outbound.api.webhook_shapes import CONDITION, FIELDS
from outbound.webhooks.authentication import ApiKey, Basic, OAuth, ParameterPlace, TokenParameter
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.configuration import WebhookConfiguration
from outbound.webhooks.headers import is_dropped
from outbound.webhooks.members import CONDITION as MEMBERS_OF_A_CONDITION
from outbound.webhooks.members import INSIDE, KNOWN, LEFT_OUT, MOST_TOLD

pytestmark = pytest.mark.once
PLAIN = {"name": "To the ERP", "eventName": "event_ContractCreated", "url": "https://erp.example.com/hook"}
API_KEY = {"authType": "API_KEY", "keyName": "X-Key", "keyValue": "secret-key"}
BASIC = {"authType": "BASIC", "username": "hub", "password": "secret-word"}
OAUTH = {
    "authType": "OAUTH_CLIENT_CREDENTIALS",
    "endpoint": "https://login.example.com/token",
    "clientId": "hub",
    "clientSecret": "secret-word",
    "httpMethod": "POST",
    "customParameterList": [{"type": "body", "key": "scope", "value": "hooks"}],
}
PARAMETER = OAUTH["customParameterList"][0]


def parse(**fields):
    """A webhook that posts to an ERP, with other members."""
    return WebhookConfiguration.parse(PLAIN | fields, ROOT)


def errors_of(raw, at=ROOT):
    """The places that are refused."""
    with pytest.raises(Invalid) as refused:
        WebhookConfiguration.parse(raw, at)
    return [detail.path for detail in refused.value.details]


def warnings_of(**fields):
    """The places that are warned about."""
    return [detail.path for detail in parse(**fields).warnings]


def test_what_is_absent_has_its_default():
    parsed = parse()
    assert (parsed.http_method, parsed.enabled, parsed.authentication, parsed.event_version) == (
        "POST",
        True,
        None,
        None,
    )
    assert (parsed.is_ordered, parsed.blocks_on_failure, parsed.max_in_flight) == (False, False, 10)
    assert (parsed.requests_per_minute, parsed.protected, parsed.expressions, parsed.warnings) == (None, False, (), ())


def test_every_member_is_read():
    parsed = parse(
        eventVersion="2.1",
        httpMethod="GET",
        enabled=False,
        ordering="entity",
        onFailure="block",
        maxInFlight=1,
        requestsPerMinute=60,
        protected=True,
        payloadConfiguration={"hydrate_entity": True, "custom_headers": {"X-Tenant": "{{env.tenant}}"}},
    )
    assert (parsed.event_version, parsed.http_method, parsed.enabled, parsed.protected) == ("2.1", "GET", False, True)
    assert (parsed.is_ordered, parsed.blocks_on_failure) == (True, True)
    assert (parsed.max_in_flight, parsed.requests_per_minute) == (1, 60)
    assert (parsed.payload.hydrate_entity, parsed.payload.include_activity) == (True, False)
    assert parsed.payload.custom_headers == (("X-Tenant", "{{env.tenant}}"),)


@pytest.mark.parametrize(
    ("policy", "retries"),
    [
        (None, 0),
        ({}, 3),
        ({"enabled": True}, 3),
        ({"maxAttempts": 5}, 5),
        ({"enabled": True, "maxAttempts": 1}, 1),
        ({"enabled": False, "maxAttempts": 5}, 0),
    ],
)
def test_there_are_as_many_retries_as_the_policy_says(policy, retries):
    assert parse(retryPolicy=policy).retries == retries


def test_a_new_webhook_retries_three_times():
    assert SentWebhook.parse_new(PLAIN).configuration.retries == 3


@pytest.mark.parametrize("policy", [None, {"enabled": False}])
def test_a_new_webhook_may_say_that_it_does_not(policy):
    assert SentWebhook.parse_new(PLAIN | {"retryPolicy": policy}).configuration.retries == 0


def test_events_of_the_catalogue_are_told_from_other_triggers():
    assert (parse().catalogue_event, parse(eventName="automation").catalogue_event) == ("ContractCreated", None)


def test_every_expression_is_named_for_compiling():
    parsed = WebhookConfiguration.parse(
        PLAIN
        | {
            "jsonataExpression": "$",
            "filterConditions": {"conditions": [{"jsonata_expression": "true"}]},
            "multipartConfig": {"fileSource": "files", "extraFields": {"number": "id"}},
        },
        JSONPath("webhook"),
    )
    assert sorted(path for path, _ in parsed.expressions) == [
        "webhook.filterConditions.conditions[0].jsonata_expression",
        "webhook.jsonataExpression",
        "webhook.multipartConfig.extraFields.number",
        "webhook.multipartConfig.fileSource",
    ]


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (None, None),
        ({"authType": "NONE"}, None),
        (API_KEY, ApiKey("X-Key")),
        ({"authType": "API_KEY", "keyValueIsSet": True}, ApiKey("X-API-Key")),
        ({"authType": "API_KEY", "keyValue": "{{env.key}}", "keyValueIsEnvVar": True}, ApiKey("X-API-Key")),
        ({"authType": "API_KEY", "keyValue": None}, ApiKey("X-API-Key")),
        (BASIC, Basic("hub")),
        (
            OAUTH,
            OAuth(
                "https://login.example.com/token",
                "hub",
                "POST",
                (TokenParameter(ParameterPlace.BODY, "scope", "hooks"),),
            ),
        ),
    ],
)
def test_each_kind_of_authentication_is_read(auth, expected):
    assert parse(auth=auth).authentication == expected


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"eventName": None}, "eventName"),
        ({"eventName": "x" * 121}, "eventName"),
        ({"eventName": "a\tb"}, "eventName"),
        ({"eventVersion": "1"}, "eventVersion"),
        ({"eventVersion": "1.0.0"}, "eventVersion"),
        ({"eventVersion": 1.0}, "eventVersion"),
        ({"url": 7}, "url"),
        ({"url": "http://erp.example.com"}, "url"),
        ({"url": "https://hub:word@erp.example.com"}, "url"),
        ({"httpMethod": "DELETE"}, "httpMethod"),
        ({"httpMethod": "post"}, "httpMethod"),
        ({"enabled": "yes"}, "enabled"),
        ({"filterConditions": {"logical_operator": "NOT"}}, "filterConditions.logical_operator"),
        ({"filter": {"supportedValues": ["x"]}}, "filter.keyToFilter"),
        ({"payloadConfiguration": []}, "payloadConfiguration"),
        ({"payloadConfiguration": {"hydrate_entity": 1}}, "payloadConfiguration.hydrate_entity"),
        ({"payloadConfiguration": {"custom_headers": {"X-A": 1}}}, "payloadConfiguration.custom_headers.X-A"),
        ({"payloadConfiguration": {"custom_headers": {"X-A": "a\r\nb"}}}, "payloadConfiguration.custom_headers.X-A"),
        ({"payloadConfiguration": {"custom_headers": {"X A": "a"}}}, "payloadConfiguration.custom_headers.X A"),
        ({"payloadConfiguration": {"custom_headers": {"X-A": "{{env.}}"}}}, "payloadConfiguration.custom_headers.X-A"),
        ({"payloadConfiguration": {"custom_headers": {"X-A": "x" * 8193}}}, "payloadConfiguration.custom_headers.X-A"),
        (
            {"payloadConfiguration": {"custom_headers": {f"X-{number}": "a" for number in range(65)}}},
            "payloadConfiguration.custom_headers",
        ),
        ({"jsonataExpression": " "}, "jsonataExpression"),
        ({"jsonataExpression": "x" * 32_769}, "jsonataExpression"),
        ({"deliveryMode": "fax"}, "deliveryMode"),
        ({"multipartConfig": {"fileFieldStrategy": "some"}}, "multipartConfig.fileFieldStrategy"),
        ({"multipartConfig": {"extraFields": {"a": 1}}}, "multipartConfig.extraFields.a"),
        ({"retryPolicy": {"maxAttempts": 0}}, "retryPolicy.maxAttempts"),
        ({"retryPolicy": {"maxAttempts": 6}}, "retryPolicy.maxAttempts"),
        ({"retryPolicy": {"enabled": 1}}, "retryPolicy.enabled"),
        ({"ordering": "strict"}, "ordering"),
        ({"onFailure": "stop"}, "onFailure"),
        ({"maxInFlight": 0}, "maxInFlight"),
        ({"maxInFlight": 101}, "maxInFlight"),
        ({"requestsPerMinute": 0}, "requestsPerMinute"),
        ({"protected": "no"}, "protected"),
        ({"enableStaticIP": "no"}, "enableStaticIP"),
        ({"secureProxy": "vpn"}, "secureProxy"),
        ({"secureProxy": {"integration_id": "1", "use_case_slug": "vpn"}}, "secureProxy.integration_id"),
        ({"secureProxy": {"integration_id": str(uuid.uuid4())}}, "secureProxy.use_case_slug"),
    ],
)
def test_whatever_breaks_a_rule_is_refused_by_its_path(fields, path):
    assert errors_of(PLAIN | fields) == [path]


@pytest.mark.parametrize(
    ("auth", "member"),
    [
        ([], ""),
        ({}, ".authType"),
        ({"authType": "BEARER"}, ".authType"),
        ({"authType": ["BASIC"]}, ".authType"),
        ({"authType": "NONE", "password": "x"}, ".password"),
        (API_KEY | {"keyName": "X Key"}, ".keyName"),
        (API_KEY | {"keyName": "Host"}, ".keyName"),
        (API_KEY | {"keyName": ""}, ".keyName"),
        (API_KEY | {"keyValue": 1}, ".keyValue"),
        (API_KEY | {"keyValue": ""}, ".keyValue"),
        (API_KEY | {"keyValue": "a\r\nb"}, ".keyValue"),
        (API_KEY | {"keyValue": "{{env.}}"}, ".keyValue"),
        (API_KEY | {"keyValueIsEnvVar": True}, ".keyValue"),
        (API_KEY | {"keyValueIsEnvVar": "yes"}, ".keyValueIsEnvVar"),
        (API_KEY | {"username": "hub"}, ".username"),
        (API_KEY | {"key_value": "secret-key"}, ".key_value"),
        ({"authType": "BASIC"}, ".username"),
        (BASIC | {"username": "a:b"}, ".username"),
        (BASIC | {"username": "a\nb"}, ".username"),
        (OAUTH | {"endpoint": None}, ".endpoint"),
        (OAUTH | {"endpoint": "http://login.example.com"}, ".endpoint"),
        (OAUTH | {"clientId": None}, ".clientId"),
        (OAUTH | {"httpMethod": None}, ".httpMethod"),
        (OAUTH | {"httpMethod": "PUT"}, ".httpMethod"),
        (OAUTH | {"customParameterList": {}}, ".customParameterList"),
        (OAUTH | {"customParameterList": [PARAMETER | {"type": "cookie"}]}, ".customParameterList[0].type"),
        (OAUTH | {"customParameterList": [PARAMETER | {"key": ""}]}, ".customParameterList[0].key"),
        (OAUTH | {"customParameterList": [PARAMETER | {"key": "client_secret"}]}, ".customParameterList[0].key"),
        (OAUTH | {"customParameterList": [PARAMETER | {"value": None}]}, ".customParameterList[0].value"),
        (OAUTH | {"customParameterList": [PARAMETER | {"secret": "x"}]}, ".customParameterList[0].secret"),
        (
            OAUTH | {"customParameterList": [{"type": "header", "key": "Host", "value": "x"}]},
            ".customParameterList[0].key",
        ),
    ],
)
def test_an_authentication_that_breaks_a_rule_is_refused_by_its_path(auth, member):
    assert errors_of(PLAIN | {"auth": auth}) == [f"auth{member}"]


def test_everything_is_found_at_once_and_paths_begin_where_the_webhook_stands():
    found = errors_of({"url": "x", "auth": {"authType": "BASIC"}}, JSONPath("webhooks[2]"))
    assert found == ["webhooks[2].name", "webhooks[2].eventName", "webhooks[2].url", "webhooks[2].auth.username"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"url": None}, "url"),
        ({"url": ""}, "url"),
        ({"deliveryMode": "json_base64", "multipartConfig": {"fileFieldName": "doc"}}, "multipartConfig"),
        ({"deliveryMode": "binary_multipart", "jsonataExpression": "$"}, "jsonataExpression"),
        ({"multipartConfig": {"fileFieldName": "doc"}}, "multipartConfig"),
        (
            {"deliveryMode": "json_base64", "jsonataExpression": "$substring(file_data[0].base64, 0, 3)"},
            "jsonataExpression",
        ),
        (
            {"payloadConfiguration": {"custom_headers": {"X-Token": "abc"}}},
            "payloadConfiguration.custom_headers.X-Token",
        ),
        ({"auth": OAUTH | {"httpMethod": "GET"}}, "auth.httpMethod"),
        (
            {"auth": OAUTH | {"customParameterList": [PARAMETER | {"key": "api_key"}]}},
            "auth.customParameterList[0].value",
        ),
    ],
)
def test_what_is_stored_but_probably_not_meant_is_a_warning(fields, path):
    assert warnings_of(**fields) == [path]


# fmt: off
DROPPED = [
    "x-epilot-org-id", "Authorization", "A-IM", "Accept-Charset", "Accept-Datetime", "Accept-Encoding",
    "Cache-Control", "Connection", "Content-Length", "Content-Encoding", "Content-Type", "Content-Range",
    "Content-MD5", "Transfer-Encoding", "Host", "Range", "User-Agent", "Date", "Expect", "Forwarded", "From",
    "HTTP2-Settings", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since",
    "Max-Forwards", "Origin", "Pragma", "Proxy-Authorization", "Referer", "Server", "TE", "Trailer", "Upgrade",
    "Via", "Warning", "X-Forwarded-For", "x-amz-date", "X-AMZN-Trace-Id", "webhook-id", "Webhook-Signature",
    "X-Hub-Hop",
]
# fmt: on


@pytest.mark.parametrize("name", [*DROPPED, *map(str.upper, DROPPED)])
def test_a_header_that_only_the_hub_sets_is_a_warning_and_never_sent(name):
    parsed = parse(payloadConfiguration={"custom_headers": {name: "x", "X-Mine": "y"}})
    assert [detail.path for detail in parsed.warnings] == [f"payloadConfiguration.custom_headers.{name}"]
    assert parsed.payload.custom_headers == (("X-Mine", "y"),)


@pytest.mark.parametrize("name", ["Accept", "X-Tenant", "Idempotency-Key", "X-Amazing"])
def test_other_headers_are_sent(name):
    assert not is_dropped(name)


UNKNOWN = {
    "note": {"note": 1},
    "payloadConfiguration.more": {"payloadConfiguration": {"more": 2, "hydrate_entity": True}},
    "retryPolicy.delay": {"retryPolicy": {"delay": 2}},
    "filterConditions.not": {"filterConditions": {"conditions": [], "not": True}},
    "filterConditions.conditions[0].comment": {
        "filterConditions": {"conditions": [{"field": "a", "operation": "is_empty", "comment": "x"}]}
    },
    "filter.comment": {"filter": {"keyToFilter": "a", "supportedValues": ["b"], "comment": "x"}},
    "multipartConfig.mode": {"multipartConfig": {"mode": "x"}},
    "secureProxy.region": {
        "secureProxy": {"integration_id": str(uuid.uuid4()), "use_case_slug": "link", "region": "x"}
    },
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_a_member_that_nobody_knows_is_left_out_with_a_warning(path):
    sent = SentWebhook.parse(PLAIN | UNKNOWN[path])
    assert (path, LEFT_OUT) in [(one.path, one.message) for one in sent.warnings]
    assert path.rpartition(".")[2] not in json.dumps(sent.document)


def test_every_member_of_the_published_schema_is_known():
    assert set(FIELDS) == KNOWN
    assert set(CONDITION["properties"]) == MEMBERS_OF_A_CONDITION
    assert {name: set(FIELDS[name]["properties"]) for name in INSIDE} == INSIDE


def test_as_many_unknown_members_as_anybody_reads_are_told_of():
    sent = SentWebhook.parse(PLAIN | {f"note{number}": number for number in range(1000)})
    assert len(sent.warnings) == MOST_TOLD


def test_members_that_only_the_server_writes_are_ignored():
    answered = {"id": "wh_x", "status": "active", "creationTime": "x", "signingSecret": "whsec_x", "warnings": []}
    assert SentWebhook.parse(PLAIN | answered).document == SentWebhook.parse(PLAIN).document


@pytest.mark.parametrize("auth", [API_KEY, BASIC, OAUTH], ids=lambda auth: auth["authType"])
def test_a_secret_leaves_the_configuration(auth):
    sent = SentWebhook.parse(PLAIN | {"auth": auth})
    assert "secret-" not in repr(sent)
    assert next(iter(sent.secrets.values())).startswith("secret-")


def test_a_configuration_of_more_than_half_a_megabyte_is_refused():
    with pytest.raises(Invalid):
        SentWebhook.parse(PLAIN | {"note": "x" * 600_000})


def test_what_is_stored_reads_as_what_was_sent():
    raw = PLAIN | {"auth": API_KEY, "retryPolicy": {"maxAttempts": 2}, "ordering": "entity"}
    sent = SentWebhook.parse(raw)
    assert WebhookConfiguration.parse(sent.document, ROOT) == sent.configuration
