"""How long a token lives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts.lifetimes import parse_expiry
from hub.errors import Invalid
from hub.json_types import JSONPath
from tests.builders import NOW

PATH = JSONPath("expires_in")


@pytest.mark.parametrize(
    ("text", "life"),
    [
        ("10h", timedelta(hours=10)),
        ("7d", timedelta(days=7)),
        ("2 days", timedelta(days=2)),
        ("30s", timedelta(seconds=30)),
        ("90 Minutes", timedelta(minutes=90)),
        ("1w", timedelta(weeks=1)),
        ("1 year", timedelta(days=365)),
        (3600, timedelta(hours=1)),
        ("2026-01-16T08:00:00Z", timedelta(days=1)),
        ("2026-01-16T08:00:00+01:00", timedelta(hours=23)),
        ("2026-01-17T07:59:00+23:59", timedelta(days=1)),
    ],
)
def test_an_expiry_is_read_as_a_moment_in_utc(text, life):
    moment = parse_expiry(text, NOW, PATH)
    assert (moment, moment.utcoffset()) == (NOW + life, timedelta(0))


def test_without_an_expiry_a_token_lives_until_revoked():
    assert parse_expiry(None, NOW, PATH) is None


@pytest.mark.parametrize(
    "text", ["29s", "366d", 29, 31_536_001, -5, "999999999 y", "2020-01-01T00:00:00Z", "2027-01-16T08:00:00Z"]
)
def test_a_life_outside_30_seconds_to_365_days_is_refused(text):
    with pytest.raises(Invalid, match="expiry"):
        parse_expiry(text, NOW, PATH)


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "",
        "7",
        "7 dogs",
        "2026-02-30T00:00:00Z",
        "2026-01-16T08:00:00",
        "0001-01-01T00:00:00+14:00",
        True,
        1.5,
        [],
        "٣d",
    ],
)
def test_an_unreadable_expiry_is_refused_with_its_path(text):
    with pytest.raises(Invalid) as refusal:
        parse_expiry(text, NOW, PATH)
    assert refusal.value.details[0].path == "expires_in"
