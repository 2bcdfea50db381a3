"""What a name gives away as secret is hidden, whatever its value."""

from __future__ import annotations

import json

import pytest

from hub.environments.masking import is_telling, mask_header, mask_members, mask_query


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-API-Key", "signature"),
        *("access_token", "X-Auth-Token", "client_secret", "clientSecretKey", "password", "userPassword"),
        *("apikey", "api-key", "api_key", "Ocp-Apim-Subscription-Key", "x-functions-key", "AWSAccessKey"),
        "private_key",
    ],
)
def test_a_telling_name_hides_a_value_of_any_length(name):
    assert mask_header(name, "1") == "***"


@pytest.mark.parametrize(
    "name", ["Content-Type", "webhook-signature", "author", "X-Request-ID", "api_key_name", "monkey"]
)
def test_other_names_hide_nothing(name):
    assert mask_header(name, "1") == "1"


def test_a_name_that_somebody_configured_counts_too():
    assert is_telling("X-Partner", others={"x-partner"})


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("https://a.example/x?access_token=1&page=2", "https://a.example/x?access_token=***&page=2"),
        ("https://a.example/x?page=2;Client%5FSecret=a%20b#c", "https://a.example/x?page=2;Client%5FSecret=***#c"),
        ("https://a.example/token=1?x=1", "https://a.example/token=1?x=1"),
        ("https://a.example/?signature=", "https://a.example/?signature=***"),
    ],
)
def test_parameters_of_an_address_are_hidden_by_name(address, masked):
    assert mask_query(address) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"access_token": "1", "n": 1}', '{"access_token": "***", "n": 1}'),
        ('{"a": {"Password" : 12}}', '{"a": {"Password" : "***"}}'),
        ('{"tokens": ["a", "b"], "b": ["token"]}', '{"tokens": "***", "b": ["token"]}'),
        ('{"secret": {"of": "whom", "token": true}}', '{"secret": {"of": "whom", "token": "***"}}'),
        ('{"secret": null}', '{"secret": null}'),
        ('{"token": "cut of', '{"token": "***"'),
        (r'{"say": "\"token\": 1", "token": "a\"b"}', r'{"say": "\"token\": 1", "token": "***"}'),
        ("no JSON, a token", "no JSON, a token"),
        ('failed: {"password":"x"} twice', 'failed: {"password":"***"} twice'),
    ],
)
def test_members_of_json_are_hidden_by_name(text, masked):
    assert mask_members(text) == masked


def test_json_stays_json():
    document = {"token": [1, "a"], "n": {"password": 'é"\\', "list": [{"secret": 1}, ["token"]]}}
    hidden = json.loads(mask_members(json.dumps(document)))
    assert hidden == {"token": "***", "n": {"password": "***", "list": [{"secret": "***"}, ["token"]]}}


@pytest.mark.parametrize("text", ['"' * 200_000, '\\"' * 100_000, '{"a":[' * 60_000, '"a":' * 60_000, "[" * 200_000])
def test_a_text_made_to_keep_somebody_busy_is_looked_through(text):
    assert mask_members(text) == text
