"""What the configuration of a file proxy must look like, and what of it is shown."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.models import Organization
from hub.errors import Invalid
from hub.json_types import ROOT
from integrations.kinds import Target
from proxies.kinds import FileProxyKind
from tests.builders import NOW
from tests.integrations.configurations import FILE_PROXY

KIND = FileProxyKind()
STEP = FILE_PROXY["steps"][0]
AUTH = {
    "type": "oauth2_client_credentials",
    "token_url": "\\{{env.dms.token_url}}",
    "client_id": "{{env.dms.id}}",
    "client_secret": "{{env.dms.secret}}",
}
PASSWORD = AUTH | {"type": "oauth2_password", "username": "u", "password": "{{env.dms.password}}"}
UPLOAD = {
    "direction": "upload",
    "upload": {"max_file_bytes": 104_857_600, "max_delivery_attempts": 8},
    "fan_out": {"enabled": True},
    "steps": [
        {
            "url": "{{env.dms.base}}/files",
            "method": "PUT",
            "response_type": "json",
            "body_jsonata": '{"name": $file_data[0].filename}',
            "enabled": "$exists($file_data)",
        }
    ],
}
TARGET = Target(Organization(), UUID(int=1), NOW)


def with_step(**fields):
    """The sample with other fields of its step."""
    return FILE_PROXY | {"steps": [STEP | fields]}


def with_auth(**fields):
    """The sample with an auth block."""
    return FILE_PROXY | {"auth": AUTH | fields}


def with_response(**fields):
    """The sample with other fields of its response."""
    return FILE_PROXY | {"response": FILE_PROXY["response"] | fields}


def upload_step(**fields):
    """The upload sample with other fields of its step."""
    return UPLOAD | {"steps": [UPLOAD["steps"][0] | fields]}


def upload_with(**fields):
    """The upload sample with other fields."""
    return UPLOAD | fields


@pytest.mark.parametrize(
    "raw",
    [
        FILE_PROXY,
        with_auth(),
        FILE_PROXY | {"auth": PASSWORD},
        with_auth(scope="x", audience="y", resource="z", body_params={"a": "b"}, query_params={}, headers={"X": "y"}),
        FILE_PROXY | {"secure_proxy": {"use_case_slug": "link"}, "requires_vpc": True},
        FILE_PROXY | {"allowed_origins": ["https://portal.example.com", "http://127.0.0.1:8000"]},
        FILE_PROXY | {"prevent_indirect_serving": True, "direction": "download"},
        with_step(
            method="POST", body='{"id": {"v": "{{params.documentId}}"}}', headers={"Authorization": "{{auth_token}}"}
        ),
        FILE_PROXY | {"steps": [STEP, STEP | {"url": "{{steps.0.body.url}}"}, STEP | {"url": "{{steps[1].body}}"}]},
        with_step(url="https://{{env.host}}/d/{{params.documentId}}"),
        with_response(encoding="base64", filename="steps[0].body.name", content_type='"text/plain"'),
        UPLOAD,
        {key: value for key, value in UPLOAD.items() if key != "fan_out"},
        upload_with(upload={}),
        upload_step(body_jsonata=""),
        upload_step(headers={"X": "{{auth_token}} {{file_data.0.filename}}"}, enabled=False),
        upload_with(auth=AUTH | {"token_url": "{{env.dms.token_url}}"}),
    ],
)
def test_documented_forms_are_accepted(raw):
    assert KIND.parse(raw, ROOT).steps


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"response": FILE_PROXY["response"]}, "steps"),
        (FILE_PROXY | {"steps": []}, "steps"),
        (FILE_PROXY | {"steps": [STEP] * 11}, "steps"),
        (FILE_PROXY | {"steps": [1]}, "steps[0]"),
        (with_step(url=None), "steps[0].url"),
        (with_step(url="/relative"), "steps[0].url"),
        (with_step(url="ftp://x.example.com"), "steps[0].url"),
        (with_step(url="file:///etc/passwd"), "steps[0].url"),
        (with_step(url="gopher://127.0.0.1:6379/_FLUSHALL"), "steps[0].url"),
        (with_step(url="https://127.0.0.1\\@good.example.com/"), "steps[0].url"),
        (with_step(url="https://127.0.0.1\0.example.com/"), "steps[0].url"),
        (with_step(url="https://x.example.com/\r\nX-Role: {{params.id}}"), "steps[0].url"),
        (with_step(url="https://{{params.host}}/"), "steps[0].url"),
        (with_step(url="https://x.{{params.host}}.example.com"), "steps[0].url"),
        (with_step(url="https://x.example.com/{{a"), "steps[0].url"),
        (with_step(method="PUT"), "steps[0].method"),
        (with_step(method=None), "steps[0].method"),
        (with_step(response_type="xml"), "steps[0].response_type"),
        (with_step(headers={"X": []}), "steps[0].headers.X"),
        (with_step(body={}), "steps[0].body"),
        (with_step(body="{{#a}}"), "steps[0].body"),
        (with_step(body_jsonata="$"), "steps[0].body_jsonata"),
        (with_step(url="https://x.example.com/{{steps.0.body}}"), "steps[0]"),
        (with_step(headers={"X": "{{steps.[1].body}}"}), "steps[0]"),
        ({"steps": [STEP]}, "response"),
        (FILE_PROXY | {"response": []}, "response"),
        (with_response(body=None), "response.body"),
        (with_response(encoding="hex"), "response.encoding"),
        (with_response(filename=""), "response.filename"),
        (with_response(content_type=1), "response.content_type"),
        (FILE_PROXY | {"params": {}}, "params"),
        (FILE_PROXY | {"params": [{"required": True}]}, "params[0].name"),
        (FILE_PROXY | {"params": [{"name": "a"}]}, "params[0].required"),
        (FILE_PROXY | {"params": [{"name": "1a", "required": True}]}, "params[0].name"),
        (FILE_PROXY | {"params": [{"name": "orgId", "required": True}]}, "params[0].name"),
        (FILE_PROXY | {"params": [{"name": "signature", "required": True}]}, "params[0].name"),
        (FILE_PROXY | {"params": [{"name": "a", "required": True}] * 2}, "params[1].name"),
        (with_auth(type="basic"), "auth.type"),
        (with_auth(password=1), "auth.password"),
        (with_auth(client_secret=None), "auth.client_secret"),
        (with_auth(token_url=None), "auth.token_url"),
        (with_auth(token_url="{{x"), "auth.token_url"),
        (with_auth(body_params={"client_id": "x"}), "auth.body_params.client_id"),
        (with_auth(headers={"Host": "x"}), "auth.headers.Host"),
        (FILE_PROXY | {"auth": PASSWORD | {"password": None}}, "auth.password"),
        (FILE_PROXY | {"secure_proxy": {"use_case_slug": "x", "a": 1}}, "secure_proxy.a"),
        (FILE_PROXY | {"requires_vpc": "yes"}, "requires_vpc"),
        (FILE_PROXY | {"direction": "both"}, "direction"),
        (FILE_PROXY | {"allowed_origins": ["https://*.example.com"]}, "allowed_origins[0]"),
        (FILE_PROXY | {"allowed_origins": ["https://x.example.com/"]}, "allowed_origins[0]"),
        (FILE_PROXY | {"allowed_origins": ["null"]}, "allowed_origins[0]"),
        (FILE_PROXY | {"allowed_origins": ["https://x.example.com:99999"]}, "allowed_origins[0]"),
        (FILE_PROXY | {"upload": {}}, "upload"),
        (FILE_PROXY | {"fan_out": {"enabled": True}}, "fan_out"),
        (upload_with(upload=None), "upload"),
        (upload_with(upload={"max_file_bytes": 104_857_601}), "upload.max_file_bytes"),
        (upload_with(upload={"max_delivery_attempts": 0}), "upload.max_delivery_attempts"),
        (upload_with(fan_out={"enabled": 1}), "fan_out.enabled"),
        (upload_with(response=FILE_PROXY["response"]), "response"),
        (upload_with(params=[]), "params"),
        (upload_with(allowed_origins=[]), "allowed_origins"),
        (upload_with(steps=[UPLOAD["steps"][0] | {"body": "x"}]), "steps[0].body"),
        (upload_step(url="\\{{env.dms.base}}/files"), "steps[0]"),
        (upload_step(headers={"X": "a\\{{env.dms.base}}"}), "steps[0]"),
        (upload_step(headers={"X": "\\{{file_data.0.filename}}"}), "steps[0]"),
        (upload_step(headers={"X": "{{params.id}}"}), "steps[0]"),
        (upload_step(headers={"X": "{{file_data.0.base64}}"}), "steps[0]"),
        (upload_step(headers={"X": "{{steps.0.body}}"}), "steps[0]"),
        (upload_step(method="DELETE"), "steps[0].method"),
        (upload_step(enabled=7), "steps[0].enabled"),
        (upload_with(auth=AUTH), "auth.token_url"),
        (upload_with(auth=AUTH | {"token_url": "x", "body_params": {"a": "\\{{env.x}}"}}), "auth.body_params.a"),
        (upload_with(steps=[UPLOAD["steps"][0] | {"enabled": ""}]), "steps[0].enabled"),
    ],
)
def test_whatever_breaks_a_rule_is_refused_by_its_path(raw, path):
    with pytest.raises(Invalid) as refused:
        KIND.parse(raw, ROOT)
    assert {detail.path for detail in refused.value.details} == {path}


def test_a_secret_that_is_written_down_is_a_warning():
    warnings = KIND.parse(with_auth(client_secret="hunter2"), ROOT).warnings
    assert [warning.path for warning in warnings] == ["auth.client_secret"]


def test_a_secret_that_is_written_down_is_never_shown():
    shown = KIND.shown(FILE_PROXY | {"auth": PASSWORD | {"client_secret": "hunter2", "password": "x{{env.a}}"}})
    assert (shown["auth"]["client_secret"], shown["auth"]["password"]) == ("***", "***")


def test_a_reference_to_a_secret_is_shown():
    assert KIND.shown(with_auth()) == with_auth()


def complete(raw, stored):
    """What would be stored, of nobody's: nothing is left to be sealed."""
    return KIND.complete(raw, stored=stored, target=TARGET, at=ROOT)


def test_references_are_stored_as_they_are_sent():
    assert complete(with_auth(), None) == with_auth()


@pytest.mark.parametrize("stored", [None, {}, FILE_PROXY, with_auth()])
def test_a_mask_without_a_stored_secret_is_refused(stored):
    with pytest.raises(Invalid) as refused:
        complete(with_auth(client_secret="***"), stored)
    assert [detail.path for detail in refused.value.details] == ["auth.client_secret"]


@pytest.mark.parametrize(("value", "is_told"), [(True, True), (False, False), (None, False)])
def test_whoever_forbids_indirect_serving_is_told_that_there_is_none(value, is_told):
    found = KIND.parse(FILE_PROXY | {"prevent_indirect_serving": value}, ROOT).warnings
    assert [one.path for one in found] == (["prevent_indirect_serving"] if is_told else [])


def test_the_backslash_that_uploads_do_not_take_is_named():
    with pytest.raises(Invalid, match="drop the backslash"):
        KIND.parse(upload_step(url="\\{{env.dms.base}}/files"), ROOT)


@pytest.mark.parametrize(
    "known", ["$file_data", "$steps", "$env.a", "$ack_id", "$now()", "$germanDate('')", "$uppercase('a')"]
)
def test_expressions_of_an_upload_know_their_bindings(known):
    raw = upload_step(body_jsonata=f'{{"x": {known}}}', enabled=f"$exists({known})")
    assert KIND.complete(raw, stored=None, target=TARGET, at=ROOT) == raw


@pytest.mark.parametrize("member", ["body_jsonata", "enabled"])
@pytest.mark.parametrize("unknown", ["$event", "$file", "$params", "$auth_token"])
def test_a_variable_that_nothing_binds_is_refused_when_it_is_saved(member, unknown):
    raw = upload_step(**{member: f'{{"x": {unknown}}}'})
    with pytest.raises(Invalid) as caught:
        KIND.complete(raw, stored=None, target=TARGET, at=ROOT)
    [detail] = caught.value.details
    assert (str(detail.path), unknown in detail.message) == (f"steps[0].{member}", True)


def test_a_body_of_a_get_is_warned_of():
    [warning] = KIND.parse(upload_step(method="GET"), ROOT).warnings
    assert (warning.path, warning.message) == ("steps[0].body_jsonata", "has no effect: a GET sends no body")


def test_a_function_that_may_see_a_placeholder_instead_of_a_file_is_warned_of():
    [warning] = KIND.parse(upload_step(body_jsonata='{"size": $length($file_data[0].base64)}'), ROOT).warnings
    assert (warning.path, "$length" in warning.message) == ("steps[0].body_jsonata", True)


def test_limits_of_an_upload_have_usual_values():
    limits = KIND.parse(upload_with(upload={"max_file_bytes": 5}), ROOT).upload
    assert (limits.max_file_bytes, limits.max_total_bytes, limits.max_attempts) == (5, 104_857_600, 8)
