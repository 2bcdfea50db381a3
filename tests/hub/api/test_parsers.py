"""Bodies are weighed before they are read."""

from __future__ import annotations

import gzip
import io

import pytest
from django.test import Client

from hub.accounts.models import ApiToken
from hub.api.parsers import BodyTooLarge, read_body
from hub.errors import Invalid
from tests.cast import MACHINE

PATH = "/v1/access-tokens"


@pytest.fixture
def machine(client_of):
    return client_of(MACHINE)


def post(client, body, content_type="application/json", **headers):
    return client.generic("POST", PATH, body, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b"7",
        b"null",
        b'"text"',
        b"NaN",
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 10_000,
        b'{"n": ' + b"9" * 5000 + b"}",
        b'{"n": 1e400}',
        b"",
    ],
)
def test_bad_json_is_a_400_in_the_one_shape(machine, body):
    answer = post(machine, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "details", "correlation_id"}


def test_a_byte_order_mark_is_skipped(machine):
    assert post(machine, b'\xef\xbb\xbf{"name": "N", "grants": []}').status_code == 201


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x", ""])
def test_another_content_type_is_a_415(machine, content_type):
    answer = post(machine, b"{}", content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_charset_parameter_is_fine(machine):
    body = b'{"name": "N", "grants": []}'
    assert post(machine, body, "application/json; charset=utf-8").status_code == 201


def test_a_compressed_body_is_a_415(machine):
    answer = post(machine, gzip.compress(b"{}"), **{"content-encoding": "gzip"})
    assert answer.status_code == 415


def test_a_body_over_the_limit_is_a_413(machine, settings):
    settings.HUB_REQUEST_MAX_BYTES = 1024
    answer = post(machine, b" " * 1025)
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_nothing_of_a_refused_body_is_stored(machine, settings):
    settings.HUB_REQUEST_MAX_BYTES = 1024
    before = ApiToken.objects.count()
    post(machine, b'{"name": "N", "grants": []}' + b" " * 1024)
    assert ApiToken.objects.count() == before


class Unread(io.BytesIO):
    """Fails when anything is read."""

    def read(self, size=-1):
        raise AssertionError("the body was read")


def test_an_announced_length_over_the_limit_is_refused_unread():
    with pytest.raises(BodyTooLarge):
        read_body(Unread(), 10, {"CONTENT_LENGTH": "11"})


def test_more_bytes_than_announced_are_counted_while_reading():
    with pytest.raises(BodyTooLarge):
        read_body(io.BytesIO(b"x" * 11), 10, {"CONTENT_LENGTH": "5"})


def test_fewer_bytes_than_announced_are_refused():
    with pytest.raises(Invalid, match="ended before its announced length"):
        read_body(io.BytesIO(b"{}"), 10, {"CONTENT_LENGTH": "3"})


def test_a_body_of_exactly_the_limit_is_read():
    assert read_body(io.BytesIO(b"x" * 10), 10, {"CONTENT_LENGTH": "10"}) == b"x" * 10


def test_a_body_in_chunks_is_read_from_the_servers_stream():
    meta = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(b"{}")}
    assert read_body(None, 10, meta) == b"{}"


def test_a_request_with_a_body_in_chunks_is_understood(machine):
    stream = io.BytesIO(b'{"name": "N", "grants": []}')
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": ""}
    answer = machine.generic("POST", PATH, **chunked, **{"wsgi.input": stream})
    assert answer.status_code == 201


def test_two_lengths_are_refused(machine):
    assert post(machine, b"{}", **{"transfer-encoding": "chunked"}).status_code == 400


def test_a_connection_that_breaks_off_is_a_400_not_a_500():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            from django.http.request import UnreadablePostError

            raise UnreadablePostError

    with pytest.raises(Invalid):
        read_body(Broken(), 10, {"CONTENT_LENGTH": "5"})


def test_a_nul_in_the_query_string_is_a_400(machine):
    assert machine.get(f"{PATH}?name=a%00b").status_code == 400


def test_a_nul_in_the_path_is_a_404(machine):
    assert machine.get(f"{PATH}/api_%00").status_code == 404


@pytest.mark.django_db
def test_a_stranger_learns_nothing_from_the_size_of_a_body(settings):
    settings.HUB_REQUEST_MAX_BYTES = 10
    assert post(Client(), b" " * 11).status_code == 401
