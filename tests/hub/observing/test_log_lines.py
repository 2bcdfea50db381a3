"""A log line says which request, organization and event it is about, and shows no secret."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace

import pytest
from django.test import Client

from hub.environments.log_masking import MaskSecrets, keep_out_of_logs
from hub.logs import JSONLines, TextLines
from hub.observing.context import AddIds, telling
from hub.settings.env import Environment
from hub.settings.logs import logging_settings
from tests.builders import make_token


@pytest.fixture
def written():
    """Reads what the hub and the framework's answers wrote, through the filters of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    handler.addFilter(AddIds())
    handler.addFilter(MaskSecrets())
    access, kept = logging.getLogger("hub.access"), logging.getLogger("hub.access").level
    access.setLevel(logging.INFO)
    loggers = [logging.getLogger(name) for name in ("hub", "django.request")]
    for one in loggers:
        one.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for one in loggers:
        one.removeHandler(handler)
    access.setLevel(kept)


def test_a_line_carries_the_ids_told_around_it(written):
    with telling(organization_id=7), telling(event_id="evt_1", delivery_id=None):
        logging.getLogger("hub.test").warning("slow")
    logging.getLogger("hub.test").warning("idle")
    inside, outside = written()
    assert (inside["organization_id"], inside["event_id"], "delivery_id" in inside) == ("7", "evt_1", False)
    assert "organization_id" not in outside


def test_a_field_of_the_record_itself_stays(written):
    with telling(event_id="evt_1"):
        logging.getLogger("hub.test").warning("slow", extra={"event_id": "evt_2"})
    assert written()[0]["event_id"] == "evt_2"


def test_a_secret_is_masked_in_message_ids_and_exception(written):
    keep_out_of_logs(["s3cr3t-value"])
    with telling(correlation_id="order-s3cr3t-value"):
        try:
            raise ValueError("s3cr3t-value is wrong")
        except ValueError:
            logging.getLogger("hub.test").exception("failed with %s", "s3cr3t-value")
    line = written()[0]
    assert "s3cr3t-value" not in json.dumps(line)
    assert line["exception_type"] == "ValueError"


def test_a_request_leaves_one_line_with_its_ids(written, db):
    answer = Client(headers={"x-correlation-id": "order-1"}).get("/accounts/login/?next=s3cr3t")
    line = next(each for each in written() if each["logger"] == "hub.access")
    assert (line["request_id"], line["correlation_id"]) == (answer.headers["X-Request-ID"], "order-1")
    assert (line["status"], line["route"], "s3cr3t" in json.dumps(line)) == (200, "accounts/login/", False)


def test_a_request_of_a_token_names_its_organization(written, client_of, organization):
    client_of(make_token(organization=organization)).get("/v1/environments")
    line = next(each for each in written() if each["logger"] == "hub.access")
    assert line["organization_id"] == organization.pk


@pytest.mark.urls("tests.hub.api.failing_urls")
def test_a_request_that_fails_is_told_with_its_ids_and_without_its_query(written, db):
    client = Client(raise_request_exception=False, headers={"x-correlation-id": "order-1"})
    answer = client.get("/v1/boom?key=s3cr3t-value")
    [line] = [each for each in written() if each["logger"] == "django.request"]
    assert answer.status_code == 500
    assert (line["request_id"], line["correlation_id"]) == (answer.headers["X-Request-ID"], "order-1")
    assert "s3cr3t-value" not in json.dumps(line)


def test_a_line_about_a_request_says_whose_it_is_and_never_its_query(written, rf, organization):
    request = rf.get("/v1/x?key=s3cr3t-value")
    request.request_id, request.principal = "req_1", SimpleNamespace(organization_id=organization.pk)
    logging.getLogger("django.request").error(
        "Refused: %s", request.path, extra={"request": request, "status_code": 500}
    )
    [line] = written()
    assert (line["request_id"], line["organization_id"], line["status_code"]) == ("req_1", str(organization.pk), 500)
    assert ("request" in line, "s3cr3t-value" in json.dumps(line)) == (False, False)


def test_probes_leave_no_line(written):
    Client().get("/livez")
    assert written() == []


def test_text_is_for_people():
    record = logging.makeLogRecord({"name": "hub", "levelname": "INFO", "msg": "done\nforged", "event_id": "evt_1"})
    line = TextLines().format(record)
    assert line.endswith(' info hub done\\u000aforged event_id="evt_1"')


@pytest.mark.parametrize(("variables", "level"), [({}, "CRITICAL"), ({"HUB_ACCESS_LOG": "true"}, "INFO")])
def test_development_writes_access_lines_on_demand(variables, level):
    assert logging_settings(Environment(variables))["loggers"]["hub.access"]["level"] == level


def test_production_writes_access_lines():
    assert logging_settings(Environment({}), is_development=False)["loggers"]["hub.access"]["level"] == "INFO"


def test_what_was_raised_is_logged_with_the_ids_of_the_work_it_ended(written):
    with telling(request_id="req_1"):
        try:
            with telling(organization_id=7), telling(event_id="evt_1"):
                raise ValueError
        except ValueError:
            logging.getLogger("hub.test").exception("failed")
    line = written()[0]
    assert (line["request_id"], line["organization_id"], line["event_id"]) == ("req_1", "7", "evt_1")


def test_what_a_database_repeats_of_a_row_is_left_out(written):
    refused = ValueError('duplicate key value violates "one"\nDETAIL:  Key (name)=(Erika Mustermann) already exists.')
    try:
        raise refused
    except ValueError:
        logging.getLogger("hub.test").exception("not stored: %s", refused)
    line = written()[0]
    assert "Erika" not in json.dumps(line)
    assert "duplicate key value" in line["message"]
    assert "DETAIL: (left out)" in line["exception"]
