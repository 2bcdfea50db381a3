"""The components and the functions behind them: what people read, and that nothing slips through unescaped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from hub.web.navigation import NAVIGATION, TAB_BAR, Link, LinkGroup, section_of
from hub.web.templatetags import frame, moments, numbers, source_code, sparklines, statuses
from tests.builders import NOW

BERLIN = ZoneInfo("Europe/Berlin")
GAP = numbers.GROUP
EVIL = '"><script>alert(1)</script>'


def component(template, **inputs):
    return render_to_string(f"components/{template}.html", inputs)


def draw(source, **values):
    return Template("{% load ui %}" + source).render(Context(values))


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (6391, f"6{GAP}391"), (-1204, f"\u22121{GAP}204"), (None, "–"), (152770, f"152{GAP}770")],
)
def test_numbers_are_grouped_by_a_narrow_no_break_space(value, text):
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 ms"),
        (0.42, "0.4 ms"),
        (184, "184 ms"),
        (999.7, "1.0 s"),
        (1900, "1.9 s"),
        (125_000, "2 min 5 s"),
        (90_000_000, "1 d 1 h"),
        (None, "–"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_fits_it(value, text):
    assert numbers.duration_ms(value).replace(GAP, " ") == text


@pytest.mark.parametrize(("value", "text"), [(812, "812 B"), (1234, "1.2 kB"), (999_990, "1.0 MB"), (None, "–")])
def test_a_size_is_told_in_the_unit_that_fits_it(value, text):
    assert numbers.size(value).replace(GAP, " ") == text


@pytest.mark.parametrize(("part", "text"), [(958, "95.8 %"), (1000, "100 %"), (0, "0 %"), (999.97, "99.99 %")])
def test_a_share_below_all_never_reads_as_all(part, text):
    assert numbers.share(part, 1000).replace(GAP, " ") == text


def test_a_share_of_nothing_is_a_dash():
    assert numbers.share(0, 0) == "–"


# --- moments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (timedelta(seconds=-3), "now"),
        (timedelta(seconds=-42), "42 s ago"),
        (timedelta(minutes=-26), "26 min ago"),
        (timedelta(hours=-2), "2 h ago"),
        (timedelta(days=-3), "3 d ago"),
        (timedelta(days=-90), "3 mo ago"),
        (timedelta(days=-800), "2 years ago"),
        (timedelta(minutes=29), "in 29 min"),
    ],
)
def test_a_relative_time_has_one_unit_and_a_direction(offset, text):
    assert moments.relative_time(NOW + offset, NOW).replace(GAP, " ") == text


def test_a_moment_that_never_came_is_called_never():
    assert moments.relative_time(None, NOW) == moments.absolute_time(None, BERLIN) == "never"


def test_an_absolute_time_names_its_zone():
    at = datetime(2026, 3, 12, 13, 7, 30, tzinfo=UTC)
    assert moments.absolute_time(at, BERLIN) == "12 Mar 2026 14:07:30 CET"


def test_a_german_absolute_time_is_written_the_german_way():
    at = datetime(2026, 3, 12, 13, 7, 30, tzinfo=UTC)
    with override("de"):
        assert moments.absolute_time(at, BERLIN).startswith("12.03.2026, 14:07:30 ")


def test_a_table_names_the_day_only_when_it_is_not_today():
    today, earlier = NOW - timedelta(minutes=5), NOW - timedelta(days=3)
    assert [moments.clock_parts(at, NOW, BERLIN)[0] for at in (today, earlier)] == ["", "12 Jan"]


def test_a_time_of_day_keeps_its_milliseconds():
    at = datetime(2026, 1, 15, 7, 7, 31, 912_345, tzinfo=UTC)
    assert moments.clock_parts(at, NOW, BERLIN) == ("", "08:07:31", ".912")


def test_the_time_tag_carries_the_moment_for_machines_and_the_other_form_in_its_tooltip():
    html = component("time", at=NOW - timedelta(minutes=26))
    assert 'datetime="2026-01-15T07:34:00.000Z"' in html
    assert 'title="15 Jan 2026 08:34:00 CET"' in html


# --- statuses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(statuses.LOOKS))
def test_every_status_is_drawn_as_glyph_and_word(status):
    html = component("badge", status=status)
    assert f"#ih-glyph-{statuses.LOOKS[status].glyph}" in html
    assert f"</svg>{statuses.LOOKS[status].label}</span>" in html


@pytest.mark.parametrize("look", statuses.LOOKS.values())
def test_every_glyph_is_in_the_sprite(look):
    assert f'id="ih-glyph-{look.glyph}"' in component("sprite")


@pytest.mark.parametrize("status", [name for name, look in statuses.LOOKS.items() if look.is_loud])
def test_trouble_carries_a_tint_in_tables(status):
    assert "ih-status--tint" in component("badge", status=status)


def test_success_is_plain_in_tables_and_tinted_in_page_heads():
    assert "ih-status--tint" not in component("badge", status="success")
    assert "ih-status--tint" in component("badge", status="success", tint="always")


def test_a_status_of_the_domain_takes_its_look_in_any_case():
    assert statuses.status_tone("PROCESSED") == "success"
    assert statuses.status_look("dead-letter").glyph == "dead"


def test_what_is_only_told_looks_like_no_success():
    told, success = statuses.status_look("INFO"), statuses.status_look("success")
    assert (told.glyph, told.tone) == ("info", "info")
    assert told.glyph != success.glyph


def test_an_unlisted_status_is_neutral_and_keeps_its_name():
    look = statuses.status_look("half_done")
    assert (look.tone, look.label) == ("skipped", "Half done")


# --- source code and ids ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [*source_code.LANGUAGES, "text"])
def test_colouring_loses_no_character(language):
    text = '{"a": [1.5, true, null, "x\\"y"]} <a b="c"><!-- d --></a> $f($x) /* e */ curl -d @f\n# end'
    assert "".join(token.text for token in source_code.code_tokens(text, language)) == text


def test_json_keys_strings_and_numbers_have_their_own_colours():
    kinds = {token.text: token.kind for token in source_code.json_tokens({"amount": 9120, "currency": "EUR"})}
    assert (kinds['"amount"'], kinds["9120"], kinds['"EUR"']) == ("key", "number", "string")


def test_very_long_text_is_shown_without_colours():
    text = "1" * (source_code.COLOUR_LIMIT + 1)
    assert [token.kind for token in source_code.code_tokens(text, "json")] == [""]


def test_a_long_id_is_shortened_in_the_middle():
    assert source_code.short_id("01JP5K8Q4T7WZ3N5K2VB6M9XHD") == "01JP5K…9XHD"


def test_an_id_that_would_hardly_get_shorter_stays_whole():
    assert source_code.short_id("isu-2026-0088") == "isu-2026-0088"


def test_copying_a_shortened_id_gives_the_whole():
    html = component("copyable_id", id="01JP5K8Q4T7WZ3N5K2VB6M9XHD", label="event id")
    assert 'data-copy-text="01JP5K8Q4T7WZ3N5K2VB6M9XHD"' in html
    assert 'aria-label="Copy event id"' in html


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        ("json_view", {"value": {EVIL: EVIL}}),
        ("code_block", {"code": EVIL, "language": "xml", "title": EVIL}),
        ("code_editor", {"name": "mapping", "value": EVIL, "label": EVIL, "error_text": EVIL}),
        ("badge", {"status": EVIL, "text": EVIL}),
        ("alert", {"tone": "error", "title": EVIL, "text": EVIL, "code": EVIL}),
        ("copyable_id", {"id": EVIL, "label": EVIL}),
        ("diff_row", {"name": EVIL, "before": EVIL, "after": "b"}),
        ("empty_state", {"title": EVIL, "text": EVIL, "code": EVIL}),
        ("facts_list", {"facts": [{"label": EVIL, "value": EVIL}]}),
        ("filter_bar", {"chips": [{"label": EVIL, "value": EVIL, "remove_url": EVIL}]}),
    ],
)
def test_what_comes_from_outside_is_shown_as_text(template, inputs):
    assert "<script" not in component(template, **inputs)


# --- sparkline --------------------------------------------------------------------------------------------


def test_trouble_stands_on_top_of_success():
    success, error = sparklines.sparkline_bars([{"error": 1, "success": 3}], width=10, height=20)
    assert success.css_class == "ih-fill-success"
    assert error.y + error.height == pytest.approx(success.y, abs=0.02)


def test_a_gap_and_an_empty_bucket_draw_nothing():
    bars = sparklines.sparkline_bars([None, {}, {"success": 1}], width=30, height=20)
    assert [bar.x for bar in bars] == [20]


def test_one_failure_among_thousands_can_be_seen():
    bars = sparklines.sparkline_bars([{"success": 100_000, "error": 1}], width=10, height=20)
    assert bars[-1].height >= 0.99


def test_a_sparkline_says_in_words_what_it_draws_and_has_no_style_attribute():
    html = component("sparkline", buckets=[{"success": 2, "error": 1}], label="Events per half hour")
    assert 'aria-label="Events per half hour"' in html
    assert "ih-pattern-error" in html
    assert "style=" not in html


# --- forms ------------------------------------------------------------------------------------------------


class TokenForm(forms.Form):
    """A form with each kind of control."""

    name = forms.CharField(help_text="Shown to everyone.")
    scopes = forms.MultipleChoiceField(choices=[("send", "send events")], widget=forms.CheckboxSelectMultiple)
    read_only = forms.BooleanField(required=False)


def test_a_refused_field_is_marked_and_described_by_its_error():
    html = component("field", field=TokenForm({"name": ""})["name"])
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert "id_name_error" in html.split("aria-describedby=", 1)[1].split(">", 1)[0]


def test_a_list_of_choices_is_a_group_with_a_legend():
    html = component("field", field=TokenForm()["scopes"])
    assert "<fieldset" in html
    assert "<legend" in html


def test_the_label_of_a_single_box_encloses_it():
    html = component("field", field=TokenForm()["read_only"])
    assert html.index("<label") < html.index("<input") < html.index("</label")


def test_an_editor_is_a_text_area_until_the_script_upgrades_it():
    html = component("code_editor", name="mapping", value="{\n}", label="Mapping", error_line=2, error_text="Unknown")
    assert 'data-error-line="2"' in html
    assert ">\n{\n}</textarea>" in html


# --- links ------------------------------------------------------------------------------------------------


def test_changing_one_filter_keeps_the_others_and_starts_from_the_first_page():
    request = RequestFactory().get("/events/", {"status": ["error", "held"], "code": "X", "cursor": "abc"})
    assert draw("{% query_with code='' sort='-at' %}", request=request) == "?status=error&amp;status=held&amp;sort=-at"


def test_an_end_of_the_list_has_no_link():
    html = component("pagination", newer_url=None, older_url="?cursor=b")
    assert html.count("<a ") == 1
    assert 'aria-disabled="true"' in html


def links(*urls):
    entries = {entry.key: entry for group in NAVIGATION for entry in group.entries}
    return [Link(entries[key], url) for key, url in zip(("overview", "events"), urls, strict=True)]


@pytest.mark.parametrize(
    ("path", "section"), [("/", "overview"), ("/events/", "events"), ("/events/evt_1", "events"), ("/eventually", "")]
)
def test_a_page_belongs_to_the_section_it_lies_under(path, section):
    assert section_of(path, links("/", "/events/")) == section


def test_the_side_bar_marks_the_section_it_is_drawn_for():
    groups = [LinkGroup("", tuple(links("/", "/events/")))]
    html = frame.frame_part("navigation", groups, "events")
    assert html.count("aria-current") == 1
    assert 'href="/events/" aria-current="page"' in html
    assert "aria-current" not in frame.frame_part("navigation", groups, "tokens")


def test_every_key_of_the_side_bar_is_its_own():
    entries = [entry for group in NAVIGATION for entry in group.entries]
    assert len({entry.key for entry in entries}) == len({entry.shortcut for entry in entries}) == len(entries)
    assert set(TAB_BAR) <= {entry.key for entry in entries}
