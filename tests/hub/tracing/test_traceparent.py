"""The header traceparent is read as W3C Trace Context says, and ignored where it is malformed."""

from __future__ import annotations

import pytest

from hub.tracing.traceparent import TraceParent

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(("flags", "is_sampled"), [("00", False), ("01", True), ("02", False), ("ff", True)])
def test_a_header_names_trace_parent_and_whether_it_is_kept(flags, is_sampled):
    found = TraceParent.find(f"00-{TRACE}-{SPAN}-{flags}")
    assert found == (int(TRACE, 16), int(SPAN, 16), is_sampled)


def test_a_later_version_may_say_more_and_is_written_as_the_first():
    assert str(TraceParent.find(f"cc-{TRACE}-{SPAN}-01-what-comes-later")) == f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"cc-{TRACE}-{SPAN}-01more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE[:-1]}٣-{SPAN}-01",
        "x" * 100_000,
    ],
)
def test_what_is_malformed_is_no_header(text):
    assert TraceParent.find(text) is None
