"""Cursors go out and come back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hub.api.pagination import (
    InvalidCursor,
    decode_cursor,
    encode_cursor,
    keyset_cursor,
    parse_keyset_cursor,
    parse_limit,
)
from hub.errors import Invalid
from tests.builders import NOW


def test_an_opaque_cursor_comes_back_as_it_went_out():
    keys = {"at": "2026-01-15T08:00:00.000001Z", "id": 7}
    assert decode_cursor(encode_cursor(keys)) == keys


def test_an_opaque_cursor_is_safe_in_a_url():
    assert re.fullmatch(r"[A-Za-z0-9_-]+", encode_cursor({"a": "?/ü" * 20}))


@pytest.mark.parametrize("text", ["", "x", "!!!!", "bm8gSlNPTg", "WzFd", "ü", "e30=e30", "A" * 2001])
def test_a_cursor_nobody_gave_out_is_refused(text):
    with pytest.raises(InvalidCursor):
        decode_cursor(text)


def test_a_keyset_cursor_keeps_microseconds():
    moment = NOW + timedelta(microseconds=1)
    cursor = keyset_cursor("event_time", moment, "event_id", "evt_1")
    assert parse_keyset_cursor(cursor, "event_time", "event_id") == (moment, "evt_1")


def test_without_a_cursor_the_list_begins_at_the_top():
    assert parse_keyset_cursor(None, "event_time", "event_id") is None


@pytest.mark.parametrize(
    "cursor",
    [
        {},
        {"event_time": "2026-01-15T08:00:00Z"},
        {"event_id": "evt_1"},
        {"event_time": "2026-01-15T08:00:00", "event_id": "evt_1"},
        {"event_time": "2026-13-15T08:00:00Z", "event_id": "evt_1"},
        {"event_time": "0001-01-01T00:00:00+14:00", "event_id": "evt_1"},
        {"event_time": "9999-12-31T23:59:59-14:00", "event_id": "evt_1"},
        {"event_time": 7, "event_id": "evt_1"},
        {"event_time": "2026-01-15T08:00:00Z", "event_id": 7},
        "text",
        [],
    ],
)
def test_half_a_keyset_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        parse_keyset_cursor(cursor, "event_time", "event_id")


@pytest.mark.parametrize(("raw", "limit"), [(None, 25), (1, 1), (25, 25)])
def test_a_limit_within_bounds_is_taken(raw, limit):
    assert parse_limit(raw, default=25, most=25) == limit


@pytest.mark.parametrize("raw", [0, -1, 26, "5", 1.5, True])
def test_another_limit_is_refused_with_what_is_allowed(raw):
    with pytest.raises(Invalid) as refused:
        parse_limit(raw, default=25, most=25)
    assert refused.value.message == "limit: must be a whole number from 1 to 25"
