"""Values of the environment that stop the boot in one sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.settings.env import Environment, database_settings

REDIS = ("redis", "rediss")
EXAMPLE = "redis://host:6379/0"


def broker(url):
    return Environment({"BROKER": url}).address("BROKER", REDIS, EXAMPLE)


@pytest.mark.parametrize("url", ["", "redis://h", "redis://:p%40ss@h:6380/3", "rediss://[::1]:6379/0"])
def test_an_address_is_taken_as_it_is(url):
    assert broker(url) == url


@pytest.mark.parametrize(
    "url",
    ["foo", "redis", "redis:", "redis://", "redis:///0", "http://h", "redis://h:x/0", "redis://h:99999", "redis://h/a"],
)
def test_what_is_no_address_is_answered_with_an_example(url):
    with pytest.raises(ImproperlyConfigured, match=f"BROKER is no address .* {EXAMPLE}"):
        broker(url)


def test_the_sentence_about_an_address_keeps_its_password_to_itself():
    with pytest.raises(ImproperlyConfigured) as refused:
        broker("redis://:hush@h:port/0")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("url", ["foo", "mysql://h/d", "postgresql://h:port/d"])
def test_a_database_that_cannot_be_meant_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_settings(url)
