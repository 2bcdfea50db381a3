"""Managed calls over HTTP, to a real other system."""

from __future__ import annotations

import json

import pytest

from tests.builders import make_secret, make_variable
from tests.proxies.partner import PERSON, answer, error_of
from tests.receiver import Reply

pytestmark = pytest.mark.django_db


def test_a_call_is_sent_as_configured_and_its_answer_mapped(partner):
    partner.call()
    response = partner.execute()
    assert (response.status_code, response.json()) == (200, {"name": "John Doe", "email": "john@example.com"})
    sent = partner.sent
    assert (sent.method, sent.path, sent.body) == ("GET", "/base/v1/customers/C%2F00%201?q=a%26b", b"")
    assert (sent.headers["x-tenant"], sent.headers["x-api-key"]) == ("t1", "k-123456")
    assert (sent.headers["x-hub-hop"], "X-Inbound-Event-Id" in response) == ("1", False)


def test_what_the_other_system_says_of_our_secrets_is_masked(partner):
    partner.call()
    partner.receiver.answer_in_turn(answer({"msg": "no k-123456", "access_token": "theirs"}, 404))
    response = partner.execute()
    assert response.status_code == 502
    assert error_of(response) == {
        "code": "EXTERNAL_API_ERROR",
        "message": "The other system answered 404.",
        "details": {"status": 404, "body": {"msg": "no ***", "access_token": "***"}},
    }


def test_the_envelope_is_there_for_whoever_asks(partner):
    partner.call()
    assert partner.execute(query="?envelope=true").json() == {
        "success": True,
        "data": {"name": "John Doe", "email": "john@example.com"},
        "inbound_queued": False,
    }
    assert partner.execute(query="?envelope=yes").status_code == 400


def test_without_mappings_payload_and_answer_pass_with_every_digit(partner):
    partner.call(operation={"method": "POST", "path": "/x", "query_params": {}}, response_mapping=None)
    text = b'{"amount": 12345678901234567890.10, "id": 98765432109876543210}'
    partner.receiver.answer_in_turn(Reply(200, {"Content-Type": "application/json"}, text))
    body = b'{"integration_id": "%s", "payload": %s}' % (str(partner.integration.pk).encode(), text)
    assert partner.execute(text=body).content == text
    assert partner.sent.body == text.replace(b" ", b"")
    assert partner.sent.headers["content-type"] == "application/json"


def test_the_request_mapping_makes_the_body(partner):
    partner.call(
        operation={"method": "PUT", "path": "/x", "query_params": {}},
        request_mapping='{"id": customer_id, "same": $payload.q, "from": $env.`partner.tenant`, "by": $correlation_id}',
    )
    partner.execute(body={"correlation_id": "corr-1"})
    assert partner.sent.json == {"id": "C/00 1", "same": "a&b", "from": "t1", "by": "corr-1"}


def test_no_expression_sees_a_secret(partner):
    partner.call(
        operation={"method": "POST", "path": "/x", "query_params": {}},
        request_mapping='{"key": $env.`partner.key`, "keys": $count($keys($env))}',
    )
    partner.execute()
    assert partner.sent.json == {"keys": 1}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_mapping_that_yields_nothing_sends_no_body(partner, method):
    partner.call(operation={"method": method, "path": "/x", "query_params": {}}, request_mapping="nothing")
    partner.execute()
    assert (partner.sent.body, "content-type" in partner.sent.headers) == (b"", False)


def test_a_text_of_another_type_is_sent_as_it_is(partner):
    operation = {"method": "POST", "path": "/x", "query_params": {}, "headers": {"Content-Type": "text/csv"}}
    partner.call(operation=operation, request_mapping='customer_id & ";" & q')
    partner.execute()
    assert (partner.sent.body, partner.sent.headers["content-type"]) == (b"C/00 1;a&b", "text/csv")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_methods_without_a_body_have_none(partner, method):
    partner.call(operation={"method": method, "path": "/x", "query_params": {}})
    partner.execute()
    assert (partner.sent.path, partner.sent.body) == ("/base/x", b"")


def test_the_response_mapping_sees_status_headers_and_what_was_asked(partner):
    partner.call(
        response_mapping='{"s": $status, "h": $headers.`x-total`, "c": $headers.`set-cookie`, "p": $payload.q,'
        ' "d": $data.full_name, "r": full_name, "e": $env.`partner.tenant`, "i": $correlation_id}'
    )
    partner.receiver.answer_in_turn(answer(PERSON, X_Total="7", Set_Cookie="a=b"))
    assert partner.execute(body={"correlation_id": "corr-1"}).json() == {
        "s": 200,
        "h": "7",
        "p": "a&b",
        "d": "John Doe",
        "r": "John Doe",
        "e": "t1",
        "i": "corr-1",
    }


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (Reply(200, {"Content-Type": "application/json"}, b'\xef\xbb\xbf{"a": 1}'), {"a": 1}),
        (Reply(200, {}, b"[1, 2]"), [1, 2]),
        (Reply(204, {}, b""), None),
        (Reply(200, {"Content-Type": "text/plain"}, b"hello"), "hello"),
        (Reply(200, {"Content-Type": "text/html"}, b"<p>\xff</p>"), "<p>\N{REPLACEMENT CHARACTER}</p>"),
    ],
)
def test_the_answer_is_json_where_it_can_be_and_text_elsewhere(partner, reply, result):
    partner.call(response_mapping=None)
    partner.receiver.answer_in_turn(reply)
    assert partner.execute().json() == result


def test_a_mapping_that_yields_nothing_is_answered_as_null(partner):
    partner.call(response_mapping="nothing")
    assert partner.execute().content == b"null"


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b"[" * 2000 + b"]" * 2000, b'"\\ud800"'])
def test_broken_json_is_the_failure_of_the_other_system(partner, body):
    partner.call()
    partner.receiver.answer_in_turn(Reply(200, {"Content-Type": "application/json"}, body))
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (502, "EXTERNAL_API_ERROR")


def test_a_redirect_is_no_result_and_not_followed(partner):
    partner.call()
    partner.receiver.answer_in_turn(Reply(302, {"Location": "http://169.254.169.254/"}))
    assert error_of(partner.execute())["details"]["status"] == 302
    assert len(partner.receiver.requests) == 1


@pytest.mark.parametrize(
    ("payload", "code", "name"),
    [
        ({"q": "a"}, "MISSING_REQUIRED_PARAM", "customer_id"),
        ({"customer_id": None, "q": "a"}, "MISSING_REQUIRED_PARAM", "customer_id"),
        ({"customer_id": {"a": 1}, "q": "a"}, "INVALID_PARAM_TYPE", "customer_id"),
        ({"customer_id": "1", "q": [1]}, "INVALID_PARAM_TYPE", "q"),
        ({"customer_id": "", "q": "a"}, "INVALID_PARAM_VALUE", "customer_id"),
        ({"customer_id": "..", "q": "a"}, "INVALID_PARAM_VALUE", ""),
    ],
)
def test_a_payload_that_does_not_fit_is_refused_by_name(partner, payload, code, name):
    partner.call()
    response = partner.execute(payload)
    assert (response.status_code, error_of(response)["code"]) == (400, code)
    assert name in error_of(response)["message"]
    assert not partner.receiver.requests


def test_a_header_cannot_be_broken_into_two(partner):
    partner.call(operation={"headers": {"X-Doc": "{{q}}"}})
    response = partner.execute({"customer_id": "1", "q": "1\r\nX-Role: admin"})
    assert response.status_code == 400
    assert not partner.receiver.requests


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("../admin", "/base/v1/customers/..%2Fadmin"),
        ("a?x=1#", "/base/v1/customers/a%3Fx%3D1%23"),
        ("%2e%2e", "/base/v1/customers/%252e%252e"),
    ],
)
def test_a_value_stays_within_its_segment_on_the_wire(partner, value, path):
    partner.call(operation={"query_params": {}})
    partner.execute({"customer_id": value})
    assert partner.sent.path == path


def test_the_host_stays_that_of_the_connector(partner):
    partner.integration.connector_config["base_url"] = partner.receiver.url
    partner.integration.save()
    partner.call(operation={"path": "{{x}}", "query_params": {}})
    partner.execute({"x": "@evil.com/"})
    assert partner.sent.path == "/%40evil.com%2F"


def test_the_path_stays_below_that_of_the_connector(partner):
    partner.call(operation={"path": "/{{{x}}}", "query_params": {}})
    response = partner.execute({"x": "../admin"})
    assert response.status_code == 400
    assert not partner.receiver.requests


def test_a_payload_called_env_does_not_hide_the_store(partner):
    partner.call(operation={"query_params": {}})
    partner.execute({"customer_id": "1", "env": {"partner.tenant": "evil", "partner": {"tenant": "evil"}}})
    assert partner.sent.headers["x-tenant"] == "t1"


def test_a_reference_in_the_payload_is_text(partner):
    partner.call(operation={"query_params": {}})
    partner.execute({"customer_id": "{{env.partner.key}}"})
    assert partner.sent.path == "/base/v1/customers/%7B%7Benv.partner.key%7D%7D"


def test_a_reference_in_a_variable_is_sent_as_it_is(partner):
    make_variable(organization=partner.organization, key="odd", value="{{env.partner.key}}")
    partner.call(operation={"headers": {"X-Odd": "{{env.odd}}"}})
    partner.execute()
    assert partner.sent.headers["x-odd"] == "{{env.partner.key}}"


def test_no_secret_goes_into_a_url(partner):
    partner.call(operation={"path": "/x", "query_params": {"k": "{{env.partner.key}}"}})
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (500, "CONFIGURATION_ERROR")
    assert "env.partner.key: it is a secret" in error_of(response)["message"]
    assert response.json()["code"] == "CONFIGURATION_ERROR"
    assert not partner.receiver.requests


def test_a_missing_variable_is_named_before_anything_is_sent(partner):
    partner.call(operation={"headers": {"X-A": "{{env.nothing}}"}})
    response = partner.execute()
    assert (response.status_code, "env.nothing" in response.json()["message"]) == (500, True)
    assert not partner.receiver.requests


@pytest.mark.parametrize(
    "base_url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "ftp://a.example/",
        "http://localhost/",
        "https://a@b/",
    ],
)
def test_a_target_that_may_not_be_called_is_told_without_a_reason(partner, base_url):
    partner.integration.connector_config["base_url"] = base_url
    partner.integration.save()
    partner.call()
    response = partner.execute()
    assert response.status_code == 400
    assert error_of(response) == {"code": "SSRF_BLOCKED", "message": "The target of this call is not permitted."}


def test_a_connection_that_fails_is_the_failure_of_the_other_system(partner):
    partner.call()
    partner.receiver.answer = lambda _, __: None
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (502, "EXTERNAL_API_ERROR")
    assert error_of(response)["details"]["code"]


def test_an_expression_that_fails_is_told_with_its_message(partner):
    partner.call(response_mapping='$error("nothing here")')
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (400, "MANAGED_CALL_EXECUTION_ERROR")
    assert "response_mapping" in error_of(response)["message"]
    assert "nothing here" in error_of(response)["message"]


def test_a_disabled_call_is_refused(partner):
    partner.call(enabled=False)
    response = partner.execute()
    assert (response.status_code, error_of(response)["code"]) == (400, "USE_CASE_DISABLED")


def test_another_slug_and_another_integration_are_unknown(partner):
    partner.call("other")
    assert partner.execute().json()["code"] == "USE_CASE_NOT_FOUND"
    response = partner.execute(body={"integration_id": "00000000-0000-4000-8000-000000000000"})
    assert (response.status_code, response.json()["code"]) == (404, "INTEGRATION_NOT_FOUND")


def test_an_authorization_that_the_operation_sets_comes_first(partner):
    make_secret(organization=partner.organization, key="own", value="own-secret")
    partner.integration.connector_config["auth"] = {"type": "bearer", "token": "{{env.partner.key}}"}
    partner.integration.save()
    partner.call(operation={"headers": {"authorization": "Basic {{env.own}}"}})
    partner.execute()
    assert partner.sent.headers["authorization"] == "Basic own-secret"


def test_a_request_that_has_passed_too_many_hubs_is_refused(partner):
    partner.call()
    assert partner.execute(HTTP_X_HUB_HOP="5").status_code == 200
    assert partner.sent.headers["x-hub-hop"] == "6"
    assert partner.execute(HTTP_X_HUB_HOP="6").status_code == 508


def test_a_change_of_the_configuration_counts_at_once(partner):
    use_case = partner.call()
    partner.execute()
    use_case.configuration["response_mapping"] = "1"
    use_case.save()
    partner.organization.bump_config_version()
    assert partner.execute().json() == 1


def test_a_repeated_request_with_a_key_is_carried_out_once(partner):
    partner.call()
    answers = [partner.execute(HTTP_IDEMPOTENCY_KEY="k-1") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len(partner.receiver.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"payload": []},
        {"payload": "x"},
        {"correlation_id": ""},
        {"correlation_id": "a" * 256},
        {"correlation_id": "a\nb"},
        {"integration_id": "x"},
        {"integration_id": None},
    ],
)
def test_a_request_that_is_not_well_formed_is_refused(partner, body):
    partner.call()
    response = partner.execute(body=body)
    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert json.dumps(next(iter(body))) in json.dumps([one["path"] for one in response.json()["details"]])


def test_a_span_tells_of_the_call_without_its_url(partner):
    use_case = partner.call()
    partner.execute(body={"correlation_id": "corr-1"})
    [span] = partner.spans()
    assert (span.level, span.code, span.use_case_id, span.correlation_id) == ("success", "", use_case.pk, "corr-1")
    assert span.detail["path"] == "/v1/customers/{{customer_id}}"
    assert (span.detail["status"], span.detail["use_case_version"]) == (200, 1)
    assert "C%2F" not in str(span.detail)


def test_a_span_tells_of_a_failure_by_its_code_and_without_secrets(partner):
    partner.call()
    partner.receiver.answer_in_turn(answer({"msg": "no k-123456"}, 500))
    partner.execute()
    [span] = partner.spans()
    assert (span.level, span.code, span.category) == ("error", "EXTERNAL_API_ERROR", "downstream_api")
    assert "k-123456" not in f"{span.message}{span.detail}"


@pytest.mark.parametrize(
    ("expression", "category"), [("number &", "configuration"), ("$substring(5, 0, 2)", "validation")]
)
def test_a_failed_expression_is_of_the_data_when_the_data_raised_it(partner, expression, category):
    partner.call(response_mapping=expression)
    partner.execute()
    [span] = partner.spans()
    assert (span.code, span.category) == ("MAPPING_EXPRESSION_FAILED", category)


KEY_SAID_BACK = [b'{"msg":"no k\\u002d123456"}', b'{"msg":"no k-123456"}', b'{"k-123456":{"a":["k\\u002D123456"]}}']


@pytest.mark.parametrize("body", [*KEY_SAID_BACK, b'"k\\u002d123456' + b"x" * 70_000])
def test_a_secret_is_masked_however_it_is_escaped(partner, body):
    partner.call()
    partner.receiver.answer_in_turn(Reply(403, {"Content-Type": "application/json"}, body))
    told = json.dumps(partner.execute().json())
    assert "123456" not in told
    assert "***" in told


def test_a_name_hides_its_value_in_a_body_that_is_cut(partner):
    partner.call()
    body = json.dumps({"access_token": "TOKENBYNAME", "pad": "x" * 20_000}).encode()
    partner.receiver.answer_in_turn(Reply(403, {"Content-Type": "application/json"}, body))
    told = error_of(partner.execute())["details"]["body"]
    assert isinstance(told, str)
    assert "TOKENBYNAME" not in told


def test_a_token_server_that_says_back_the_secret_is_not_quoted(partner):
    make_secret(organization=partner.organization, key="partner.secret", value="client-secret-4711")
    auth = {
        "type": "oauth2_client_credentials",
        "token_url": f"{partner.receiver.url}/token",
        "client_id": "hub",
        "client_secret": "{{env.partner.secret}}",
    }
    partner.integration.connector_config |= {"auth": auth}
    partner.integration.save()
    partner.call()
    partner.receiver.answer_in_turn(Reply(401, body=b'{"error": "client-secret-4711"}'))
    assert "client-secret-4711" not in json.dumps(partner.execute().json())
    assert [span.message for span in partner.spans() if "client-secret-4711" in span.message] == []
