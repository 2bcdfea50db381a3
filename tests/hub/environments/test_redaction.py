"""Secrets in texts that are kept or shown, in whatever form they come."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.environments.redaction import MASK, look_ahead, redact, redact_beginning

SECRET = "k-12 34/5=6+ä\"\\<&>'\n~"
FORMS = {
    "plain": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded, path": quote(SECRET),
    "percent-encoded, as browsers do": quote(SECRET, safe="!'()*~"),
    "percent-encoded, lower case": quote(SECRET, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "a form": quote_plus(SECRET),
    "JSON": json.dumps(SECRET)[1:-1],
    "JSON, unescaped letters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "JSON, escaped slashes": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "JSON in a URL": quote(json.dumps(SECRET)[1:-1], safe=""),
    "HTML": html.escape(SECRET),
    "HTML, numbered": html.escape(SECRET).replace("&#x27;", "&#39;"),
    "XML": escape(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 in a URL": quote(base64.b64encode(SECRET.encode()).decode(), safe=""),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_every_form(form):
    assert redact(f'before "{FORMS[form]}" after', [SECRET]) == f'before "{MASK}" after'


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "user@example.org"])
@pytest.mark.parametrize("rest", ["", ":", "more"])
def test_nothing_of_a_secret_is_left_in_the_base64_of_a_longer_text(user, rest):
    encoded = base64.b64encode(f"{user}:{SECRET}{rest}".encode()).decode()
    before, _, after = redact(encoded, [SECRET]).partition(MASK)
    assert encoded.startswith(before)
    assert len(before) * 6 <= len(f"{user}:") * 8
    assert len(after.rstrip("=")) * 6 <= len(rest) * 8 + 6


def test_every_secret_is_masked_wherever_it_stands():
    assert redact("one-secret two-secret one-secret", ["one-secret", "two-secret"]) == "*** *** ***"


def test_of_secrets_within_each_other_nothing_is_left():
    assert redact("abcdefghij", ["abcdef", "abcdefghij"]) == MASK


def test_a_short_secret_is_left_to_those_who_mask_by_name():
    assert redact("12345 times", ["12345", ""]) == "12345 times"


def test_a_text_without_secrets_stays_as_it_is():
    assert redact("nothing to hide: %20 &amp; bm90aGluZw==", ["a-secret"]) == "nothing to hide: %20 &amp; bm90aGluZw=="


@given(secret=st.text(min_size=6, max_size=40), before=st.text(max_size=5), after=st.text(max_size=5))
@example(secret=".*?(a|b)[c]$", before="", after="")
@example(secret="aaaaaa", before="a", after="a")
def test_whatever_the_secret_it_is_not_there_afterwards(secret, before, after):
    text = before + secret + after
    assert redact(text, [secret]).count(MASK) >= 1
    assert secret not in redact(text, [secret])


@pytest.mark.parametrize("form", FORMS)
def test_of_a_text_that_is_cut_no_part_of_a_secret_is_left(form):
    text = f"before {FORMS[form]} after"
    expected = {f"before {MASK} after"[:end] for end in range(40)}
    seen = {redact_beginning(text, [SECRET], most=most) for most in range(len(text))}
    assert seen <= expected | {f"before {MASK}"}
    assert look_ahead([SECRET]) >= len(FORMS[form])
