"""Every failure has one shape."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from hub.api.errors import handle
from hub.errors import Conflict, ErrorDetail, HubError
from tests.cast import MACHINE

SHAPE = {"code", "message", "details", "correlation_id"}
PATH = "/v1/access-tokens"


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (Conflict("Taken.", code="SLUG_NOT_UNIQUE"), 409, "SLUG_NOT_UNIQUE"),
        (Http404(), 404, "NOT_FOUND"),
        (PermissionDenied(), 403, "FORBIDDEN"),
        (SuspiciousOperation(), 400, "VALIDATION_ERROR"),
        (exceptions.NotAuthenticated(), 401, "UNAUTHORIZED"),
        (exceptions.MethodNotAllowed("PUT"), 405, "METHOD_NOT_ALLOWED"),
        (exceptions.UnsupportedMediaType("x"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (exceptions.ParseError(), 400, "VALIDATION_ERROR"),
    ],
)
def test_an_anticipated_failure_has_its_status_and_code(failure, status, code):
    answer = handle(failure, {"request": None})
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert set(answer.data) == SHAPE


@pytest.mark.parametrize("failure", [ValueError("secret"), HubError("secret")])
def test_what_nobody_anticipated_stays_an_exception(failure):
    assert handle(failure, {"request": None}) is None


def test_findings_are_named_by_their_path():
    failure = exceptions.ValidationError({"events": [{}, {"payload": ["required"]}], "non_field_errors": ["odd"]})
    assert handle(failure, {"request": None}).data["details"] == [
        {"path": "events[1].payload", "message": "required"},
        {"path": "", "message": "odd"},
    ]


def test_the_details_of_a_hub_error_are_kept():
    failure = Conflict("Taken.", details=[ErrorDetail("slug", "taken")])
    assert handle(failure, {"request": None}).data["details"] == [{"path": "slug", "message": "taken"}]


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v2/nothing/at/all", "/v3/", "/v1/access-tokens/"])
def test_an_unknown_api_path_answers_json(db, path):
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_an_unknown_page_answers_html(db):
    answer = Client().get("/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("accept", ["application/xml", "text/html, image/*;q=0.5", "nonsense", ""])
def test_the_answer_is_json_whatever_the_caller_would_like(client_of, accept):
    answer = client_of(MACHINE).get(PATH, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_a_query_parameter_called_format_is_no_concern_of_the_framework(client_of):
    assert client_of(MACHINE).get(PATH, {"format": "xml"}).status_code == 200


def test_a_failure_names_the_correlation_id_of_the_caller(client_of):
    answer = client_of(MACHINE).get(f"{PATH}/api_x", headers={"x-correlation-id": "order-4711"})
    assert answer.json()["correlation_id"] == "order-4711"


def test_a_failure_without_one_names_the_request_id(client_of):
    answer = client_of(MACHINE).get(f"{PATH}/api_x")
    assert answer.json()["correlation_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize(("path", "content_type"), [("/v1/boom", "application/json"), ("/boom", "text/html")])
def test_a_failure_nobody_anticipated_is_a_500_without_a_trace(db, settings, path, content_type, caplog):
    settings.ROOT_URLCONF = "tests.hub.api.failing_urls"
    caplog.set_level(logging.CRITICAL, "django.request")
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith(content_type)
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def test_an_unknown_host_is_a_400(db):
    assert Client(headers={"host": "evil.example"}).get(PATH).status_code == 400
