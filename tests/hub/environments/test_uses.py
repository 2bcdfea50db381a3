"""Which keys a configuration refers to."""

from __future__ import annotations

import pytest

from hub.environments.uses import Mentioned, mentioned_in


@pytest.mark.parametrize(
    "configuration",
    [
        {"url": "https://{{env.erp.host}}/x"},
        {"url": "https://\\{{ env.ERP.HOST }}/x"},
        {"entities": [{"fields": [{"attribute": "a", "env_var_ref": {"key": "erp.host"}}]}]},
        {"mapping": '$lookup($env, "erp.host")'},
        {"mapping": "$env.`erp.host`"},
    ],
)
def test_references_lookups_and_reading_expressions_name_a_key(configuration):
    assert "erp.host" in mentioned_in(configuration).named


@pytest.mark.parametrize(
    "mapping", ["$map(['erp.host'], function($k) { $lookup($env, $k) })", "$env ~> $sift(erp.host)"]
)
def test_an_expression_that_puts_a_key_together_may_mean_it(mapping):
    mentioned = mentioned_in({"mapping": mapping})
    assert mentioned.has("erp.host")
    assert mentioned.named == frozenset()


@pytest.mark.parametrize(
    "configuration",
    [
        None,
        {},
        {"url": "https://{{env.erp.hostname}}/x"},
        {"url": "https://erp.host/x"},
        {"env_var_ref": {"key": "erp.hosts"}},
        {"env_var_ref": "erp.host"},
        {"mapping": "$env.`erp.host-2`"},
        {"mapping": "$environment.`erp.hosts`"},
    ],
)
def test_what_only_looks_alike_names_nothing_of_it(configuration):
    assert not mentioned_in(configuration).has("erp.host")


def test_a_word_after_env_is_a_key():
    assert mentioned_in({"mapping": "$env.host & 'x'"}).named == {"host"}


def test_what_is_declared_is_named():
    assert mentioned_in(None, declared=["erp.host"]) == Mentioned(frozenset({"erp.host"}))


def test_a_long_run_of_dots_is_looked_through_in_time_that_grows_with_it():
    words = mentioned_in({"mapping": "$env & '" + "a." * 30_000 + "'"}).words
    assert max(map(len, words)) <= 128
