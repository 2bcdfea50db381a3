"""A part of a file, where the other system can hand out parts."""

from __future__ import annotations

import pytest

from tests.proxies.file_proxy.world import FILE, content_of
from tests.receiver import Reply

PART = {"Content-Range": f"bytes 0-3/{len(FILE)}", "Content-Type": "application/pdf"}


def in_parts(received):
    """A system that knows ranges."""
    asked = received.headers.get("range")
    if asked == "bytes=0-3":
        return Reply(206, PART, FILE[:4])
    if asked is not None:
        return Reply(416, {"Content-Range": f"bytes */{len(FILE)}"})
    return Reply(200, {"Accept-Ranges": "bytes"}, FILE)


def test_a_part_is_passed_on(world):
    world.one_step()
    world.answers["/s/download"] = in_parts
    response = world.browser.open(headers={"Range": "bytes=0-3"})
    assert (response.status_code, content_of(response)) == (206, FILE[:4])
    assert response["Content-Range"] == PART["Content-Range"]
    assert (response["Content-Length"], response["Accept-Ranges"]) == ("4", "bytes")


def test_a_part_that_there_is_not_is_told(world):
    world.one_step()
    world.answers["/s/download"] = in_parts
    response = world.browser.open(headers={"Range": "bytes=900-"})
    assert (response.status_code, response.content) == (416, b"")
    assert response["Content-Range"] == f"bytes */{len(FILE)}"


def test_the_whole_file_says_whether_parts_can_be_had(world):
    world.one_step()
    assert world.browser.open()["Accept-Ranges"] == "none"
    world.answers["/s/download"] = in_parts
    assert world.browser.open()["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-1,5-6"},
        {"Range": "items=0-3"},
        {"Range": "bytes=a-b"},
        {"Range": "bytes=0-3", "If-Range": '"tag"'},
    ],
)
def test_what_cannot_be_passed_on_is_answered_with_the_whole_file(world, headers):
    world.one_step()
    world.answers["/s/download"] = in_parts
    response = world.browser.open(headers=headers)
    assert (response.status_code, content_of(response)) == (200, FILE)


def test_a_system_that_knows_no_parts_sends_all(world):
    world.one_step()
    response = world.browser.open(headers={"Range": "bytes=0-3"})
    assert (response.status_code, content_of(response)) == (200, FILE)


def test_a_part_that_nobody_asked_for_is_no_file(world):
    world.one_step()
    world.answers["/s/download"] = Reply(206, PART, FILE[:4])
    assert world.browser.open().status_code == 502


@pytest.mark.parametrize("told", ["", "bytes 0-3", "bytes 0-3/18\u00e4", "lines 0-3/9"])
def test_a_part_that_does_not_say_which_is_no_file(world, told):
    world.one_step()
    world.answers["/s/download"] = Reply(206, {"Content-Range": told}, FILE[:4])
    assert world.browser.open(headers={"Range": "bytes=0-3"}).status_code == 502


def test_a_range_is_not_sent_with_other_requests(world):
    world.one_step(method="POST")
    assert content_of(world.browser.open(headers={"Range": "bytes=0-3"})) == FILE
    assert "range" not in world.upstream.requests[0].headers
