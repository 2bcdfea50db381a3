"""What author templates become."""

from __future__ import annotations

import json

import pytest

from hub.environments.resolve import ConfigurationError
from proxies.encodings import Position, RenderingRefused, position_of_body
from proxies.rendering import Values, render

SECRET_REFERENCE = "{{env.erp.client_secret}}"


def rendered(template, position=Position.URL, *, env=None, refuses_missing=False, **context):
    return render(template, position, Values(context, env or {}, refuses_missing))


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("C 001", "C%20001"),
        ("a/b", "a%2Fb"),
        ("../admin", "..%2Fadmin"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("%2e%2e", "%252e%252e"),
        ("ä", "%C3%A4"),
        ("x&y=z", "x%26y%3Dz"),
        ("a+b", "a%2Bb"),
        ("it's(1)*!", "it%27s%281%29%2A%21"),
        ("1\r\n2", "1%0D%0A2"),
        ("@evil.com/", "%40evil.com%2F"),
    ],
)
def test_a_value_in_a_path_stays_within_its_segment(value, segment):
    assert rendered("/v1/{{id}}/x", id=value) == f"/v1/{segment}/x"


@pytest.mark.parametrize("value", ["..", ".", ""])
def test_a_value_that_is_no_segment_is_refused(value):
    with pytest.raises(RenderingRefused):
        rendered("/v1/{{id}}/x", id=value)


@pytest.mark.parametrize("template", ["/{{a}}{{b}}", "/{{a}}."])
def test_dots_put_together_from_several_parts_are_refused(template):
    with pytest.raises(RenderingRefused, match=r"\.\."):
        rendered(template, a=".", b=".")


@pytest.mark.parametrize("value", ["../x", "a/../b", "a/%2e%2E/b", "a\nb"])
def test_an_unencoded_value_in_a_path_may_not_climb_or_break_the_line(value):
    with pytest.raises(RenderingRefused):
        rendered("/v1/{{{id}}}", id=value)


def test_an_unencoded_value_keeps_its_slashes():
    assert rendered("/v1/{{{id}}}", id="a/b?c=d") == "/v1/a/b?c=d"


def test_the_query_of_a_url_is_encoded_like_its_path():
    assert rendered("https://a.example/x?q={{q}}&r={{{q}}}", q="a&b=.") == "https://a.example/x?q=a%26b%3D.&r=a&b=."


def test_the_value_of_a_query_parameter_is_encoded_with_what_its_author_wrote():
    assert rendered("a b&{{q}}", Position.QUERY_VALUE, q="c&d") == "a%20b%26c%26d"


def test_a_placeholder_at_the_start_of_a_url_is_the_url():
    assert rendered("{{steps.0.body.url}}", steps=[{"body": {"url": "https://a.example/x?y=1"}}]) == (
        "https://a.example/x?y=1"
    )


@pytest.mark.parametrize(
    "template",
    [
        "https://{{host}}/x",
        "https://a.example{{host}}",
        "{{env.base}}{{host}}/x",
        "{{env.none}}{{host}}",
        "{{base}}{{{host}}}",
    ],
)
def test_no_value_decides_the_host(template):
    with pytest.raises(RenderingRefused, match="host"):
        rendered(
            template, host=".evil.example", base="https://a.example", env={"base": "https://a.example", "none": ""}
        )


def test_the_host_may_come_from_the_environment():
    assert rendered("https://{{env.HOST}}/d/{{id}}", env={"HOST": "a.example"}, id=1) == "https://a.example/d/1"


def test_a_reference_in_a_value_is_text():
    url = rendered("https://erp.example/d/{{params.id}}", params={"id": SECRET_REFERENCE})
    assert url == "https://erp.example/d/%7B%7Benv.erp.client_secret%7D%7D"


def test_a_reference_in_a_value_of_the_environment_is_text():
    assert rendered("{{env.a}}", Position.HEADER, env={"a": "{{env.other}}"}) == "{{env.other}}"


def test_both_ways_of_writing_a_reference_mean_the_same():
    assert rendered("\\{{env.a}} {{env.a}}", Position.HEADER, env={"a": "k"}) == "k k"


def test_an_escaped_placeholder_is_its_own_text():
    assert rendered("\\{{a}} \\{{{b c}}}", Position.PLAIN, a=1) == "{{a}} {{{b c}}}"


def test_an_escaped_text_may_not_look_like_a_reference():
    with pytest.raises(ConfigurationError):
        rendered("\\{{env.a b}}", Position.PLAIN)


def test_a_member_called_env_is_never_the_environment():
    assert render("{{env.k}}", Position.HEADER, Values({"env": {"k": "payload"}}, {"k": "store"})) == "store"


@pytest.mark.parametrize("position", [Position.URL, Position.QUERY_VALUE, Position.HEADER])
@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\0b"])
def test_the_environment_may_not_break_a_line(position, value):
    with pytest.raises(RenderingRefused) as raised:
        rendered("/{{env.a}}", position, env={"a": value})
    assert value not in str(raised.value)


@pytest.mark.parametrize("value", ["1\r\nX-Role: admin", "\0", "\x7f", "€"])
def test_a_header_takes_no_line_break_and_nothing_beyond_latin_1(value):
    with pytest.raises(RenderingRefused):
        rendered("{{id}}", Position.HEADER, id=value)


def test_a_header_takes_tabs_and_latin_1():
    assert rendered("x {{id}}", Position.HEADER, id="a\tä") == "x a\tä"


def test_a_value_within_a_json_text_cannot_leave_it():
    body = rendered('{"q":"{{q}}"}', Position.JSON, q='","admin":true,"x":"\\')
    assert json.loads(body) == {"q": '","admin":true,"x":"\\'}


def test_json_within_a_json_text_is_a_text():
    assert json.loads(rendered('{"q":"{{json q}}"}', Position.JSON, q=',"a":1')) == {"q": '",\\"a\\":1"'}


@pytest.mark.parametrize(("value", "member"), [(5, 5), ("5", 5), (True, True), (1.0, 1)])
def test_a_number_stands_in_json_without_quotes(value, member):
    assert json.loads(rendered('{"n":{{n}}}', Position.JSON, n=value)) == {"n": member}


@pytest.mark.parametrize("value", ['1,"admin":true', "[1]", "x", ""])
def test_structure_cannot_be_sent_where_json_has_no_quotes(value):
    with pytest.raises(RenderingRefused):
        rendered('{"n":{{n}}}', Position.JSON, n=value)


def test_json_writes_literals_and_null_for_what_is_absent():
    body = rendered('{"a":{{json a}},"b":{{json b}},"c":{{{c}}}}', Position.JSON, a={"x": ['"']}, c="[1]")
    assert json.loads(body) == {"a": {"x": ['"']}, "b": None, "c": [1]}


def test_a_body_that_is_no_json_in_the_end_is_refused():
    with pytest.raises(RenderingRefused, match="JSON"):
        rendered('{"n":{{{n}}}}', Position.JSON, n="1}")


def test_a_quote_after_a_backslash_does_not_end_a_text():
    body = rendered('{"a":"\\"{{q}}","b":"{{env.k}}{{q}}"}', Position.JSON, q='"', env={"k": "x"})
    assert json.loads(body) == {"a": '""', "b": 'x"'}


@pytest.mark.parametrize(
    ("position", "body"),
    [
        (Position.FORM, "q=a+%26+%3Cb%3E"),
        (Position.XML, "q=a &amp; &lt;b&gt;"),
        (Position.PLAIN, "q=a & <b>"),
    ],
)
def test_other_bodies_are_encoded_by_their_kind(position, body):
    assert rendered("q={{q}}", position, q="a & <b>") == body
    assert rendered("q={{{q}}}", position, q="a & <b>") == "q=a & <b>"


@pytest.mark.parametrize(
    ("content_type", "template", "position"),
    [
        ("application/json; charset=utf-8", "x", Position.JSON),
        ("application/problem+json", "x", Position.JSON),
        (None, ' {"a":1}', Position.JSON),
        (None, "[1]", Position.JSON),
        ("application/x-www-form-urlencoded", "[1]", Position.FORM),
        ("text/xml", "<a/>", Position.XML),
        ("application/soap+xml", "<a/>", Position.XML),
        ("text/plain", "a", Position.PLAIN),
        (None, "", Position.PLAIN),
    ],
)
def test_the_position_of_a_body_follows_its_media_type(content_type, template, position):
    assert position_of_body(content_type, template) is position


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (5.0, "5"), (5.5, "5.5"), (2**70, str(2**70)), (True, "true"), (False, "false"), (None, ""), ("", "")],
)
def test_values_print_like_json(value, text):
    assert rendered("{{a}}", Position.PLAIN, a=value) == text


@pytest.mark.parametrize("value", [{}, {"a": 1}, [], [1]])
def test_lists_and_objects_are_refused_without_json(value):
    with pytest.raises(RenderingRefused) as raised:
        rendered("/{{a}}", a=value)
    assert raised.value.code == "INVALID_PARAM_TYPE"


@pytest.mark.parametrize("path", ["a.__class__", "a.constructor.constructor", "a.b.c", "b", "c.5", "c.x", "c.0.x"])
def test_whatever_is_not_there_is_empty(path):
    assert rendered(f"<{{{{{path}}}}}>", Position.PLAIN, a={"b": "x"}, c=["y"]) == "<>"


def test_a_path_leads_through_objects_and_lists():
    steps = [{"headers": {"content-type": "x"}, "body": [1, 2]}]
    assert rendered("{{steps.[0].headers.[content-type]}}{{steps.0.body.1}}", Position.PLAIN, steps=steps) == "x2"


@pytest.mark.parametrize("context", [{}, {"a": None}, {"a": {"c": 1}}])
def test_a_missing_value_is_refused_by_name_where_none_may_be_missing(context):
    with pytest.raises(RenderingRefused, match=r"a\.b|a ") as raised:
        rendered("{{a.b}}", Position.HEADER, refuses_missing=True, **context)
    assert raised.value.code == "MISSING_REQUIRED_PARAM"


def test_an_empty_value_is_refused_in_a_path_and_taken_elsewhere():
    with pytest.raises(RenderingRefused):
        rendered("/x-{{a}}", refuses_missing=True, a="")
    assert rendered("{{a}}", Position.QUERY_VALUE, refuses_missing=True, a="") == ""


def test_a_result_has_a_largest_size():
    with pytest.raises(RenderingRefused, match="long"):
        rendered("{{a}}", Position.HEADER, a="x" * (1024 * 1024 + 1))


@pytest.mark.parametrize("template", ["https://127.0.0.1\0.example/", "/a\0/{{id}}", "\0{{id}}"])
def test_a_nul_of_an_author_does_not_silently_make_another_url(template):
    with pytest.raises(ConfigurationError, match="NUL"):
        rendered(template, id="1")


def test_a_nul_in_a_body_that_is_no_json_stays():
    assert rendered("a\0{{b}}", Position.PLAIN, b="c\0d") == "a\0c\0d"


def test_a_template_outside_the_grammar_is_a_configuration_error():
    with pytest.raises(ConfigurationError):
        rendered("{{#if a}}", Position.PLAIN)
