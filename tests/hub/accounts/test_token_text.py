"""The text of a token."""

from __future__ import annotations

import re

from hub.accounts.token_text import check_of, compose, find_public_id


def test_a_token_shows_its_public_id_between_prefix_and_secret():
    token = compose()
    assert re.fullmatch(r"hub_[0-9A-Za-z]{21}_[0-9A-Za-z]{49}", token.text)
    assert token.public_id == "api_" + token.text.split("_")[1]


def test_two_tokens_are_never_alike():
    assert len({compose().text for _ in range(50)}) == 50


def test_a_composed_token_leads_to_its_public_id():
    token = compose()
    assert find_public_id(token.text) == token.public_id


def test_one_changed_character_is_noticed_without_a_database():
    token = compose().text
    changed = token[:-10] + ("a" if token[-10] != "a" else "b") + token[-9:]
    assert find_public_id(changed) is None


def test_the_check_has_six_characters_whatever_it_follows():
    assert {len(check_of(f"hub_{number}")) for number in range(200)} == {6}


def test_a_foreign_text_has_no_public_id():
    assert find_public_id("eyJhbGciOiJSUzI1NiJ9.e30.c2ln") is None
