"""The grammar of author templates."""

from __future__ import annotations

import time

import pytest

from proxies.templates import PLACEHOLDERS, TemplateBroken, literal_text, placeholders


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("", []),
        ("plain } text {", []),
        ("{{params.id}}", ["params.id"]),
        ("{{ params.id }}/{{{raw}}}", ["params.id", "raw"]),
        ("{{json steps.0.body}}", ["steps.0.body"]),
        ("{{steps.[0].headers.[content-type]}}", ["steps.[0].headers.[content-type]"]),
        ("{{steps[0].body.url}}", ["steps[0].body.url"]),
        ("{{ env.PARTNER.key }}", ["PARTNER.key"]),
        ("\\{{env.key}}", ["key"]),
        ("\\{{anything at all}}", ["anything at all"]),
        ("{{customer-id}}", ["customer-id"]),
    ],
)
def test_every_placeholder_is_found_with_its_path(template, found):
    assert [one.path for one in placeholders(template)] == found


@pytest.mark.parametrize(
    "template",
    [
        "{{",
        "{{a}",
        "a}}",
        "{{a}} }}",
        "{{}}",
        "{{#if a}}x{{/if}}",
        "{{> partial}}",
        "{{! comment}}",
        "{{../a}}",
        "{{@root.a}}",
        "{{this}}",
        "{{this.a}}",
        "{{upper a}}",
        "{{a (b c)}}",
        "{{json}} {{json a b}}",
        "{{a..b}}",
        "{{a.}}",
        "{{env}}",
        "{{env._x}}",
        "{{env.a b}}",
        "{{" + ".".join("a" * 21) + "}}",
        "{{a}}" * (PLACEHOLDERS + 1),
        "x" * (64 * 1024 + 1),
    ],
)
def test_whatever_is_outside_the_grammar_is_refused(template):
    with pytest.raises(TemplateBroken):
        placeholders(template)


def test_json_may_close_more_braces_than_placeholders_open():
    found = placeholders('{"a": {"b": "{{params.id}}"}}', may_hold_braces=True)
    assert [one.path for one in found] == ["params.id"]


def test_values_are_told_from_references_and_escapes():
    found = placeholders("{{a}}{{env.b}}\\{{c}}")
    assert [one.is_value for one in found] == [True, False, False]


def test_the_literal_text_has_a_stand_in_for_every_placeholder():
    template = "https://{{env.host}}/a/{{b}}?c"
    assert literal_text(template, placeholders(template), stand_in="x") == "https://x/a/x?c"


def test_a_path_made_to_slow_the_scanner_down_does_not():
    before = time.process_time()
    with pytest.raises(TemplateBroken):
        placeholders("{{" + "a" * 50_000 + "!}}")
    assert time.process_time() - before < 1
