"""What the configuration of a managed call must look like."""

from __future__ import annotations

import pytest

from hub.errors import Invalid
from hub.json_types import ROOT
from proxies.managed_call.configuration import ManagedCallConfiguration
from tests.integrations.configurations import MANAGED_CALL

OPERATION = MANAGED_CALL["operation"]


def with_operation(**fields):
    """The sample with other fields of its operation."""
    return MANAGED_CALL | {"operation": OPERATION | fields}


@pytest.mark.parametrize(
    "raw",
    [
        MANAGED_CALL,
        {"operation": {"method": "DELETE", "path": "customers"}},
        with_operation(path="/v1/{{a.b}}/x?fixed=1"),
        with_operation(path="/{{env.partner.base}}/x"),
        with_operation(headers={"Authorization": "Bearer {{env.KEY}}", "X-Raw": "{{{raw}}}"}),
        MANAGED_CALL
        | {
            "request_mapping": "$",
            "inbound_use_case_slug": "customers",
            "secure_proxy": {"use_case_slug": "link"},
            "timeout_ms": 25_000,
        },
        MANAGED_CALL | {"types_locked": True},
        MANAGED_CALL | {"request_mapping": None},
    ],
)
def test_documented_forms_are_accepted(raw):
    assert ManagedCallConfiguration.parse(raw, ROOT).method


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({}, "operation"),
        ({"operation": []}, "operation"),
        (with_operation(method="HEAD"), "operation.method"),
        (with_operation(method="get"), "operation.method"),
        (with_operation(method=None), "operation.method"),
        (with_operation(path=None), "operation.path"),
        (with_operation(path=""), "operation.path"),
        (with_operation(path="https://evil.example.com/x"), "operation.path"),
        (with_operation(path="//evil.example.com/x"), "operation.path"),
        (with_operation(path="/a\\b"), "operation.path"),
        (with_operation(path="/a#b"), "operation.path"),
        (with_operation(path="/a/../b"), "operation.path"),
        (with_operation(path="/a/%2E%2e/b"), "operation.path"),
        (with_operation(path="./a"), "operation.path"),
        (with_operation(path="/a b"), "operation.path"),
        (with_operation(path="/{{a"), "operation.path"),
        (with_operation(path="/{{#each a}}"), "operation.path"),
        (with_operation(headers={"X": 1}), "operation.headers.X"),
        (with_operation(headers={"Host": "x"}), "operation.headers.Host"),
        (with_operation(headers={"X-Forwarded-For": "x"}), "operation.headers.X-Forwarded-For"),
        (with_operation(headers={"a b": "x"}), "operation.headers.a b"),
        (with_operation(headers={"X": "a\r\nY: b"}), "operation.headers.X"),
        (with_operation(headers={"X": "{{a"}), "operation.headers.X"),
        (with_operation(headers={"X": "x" * 8193}), "operation.headers.X"),
        (with_operation(headers={f"X-{n}": "x" for n in range(31)}), "operation.headers"),
        (with_operation(headers=[]), "operation.headers"),
        (with_operation(query_params={"q": None}), "operation.query_params.q"),
        (with_operation(query_params={"q": "}}"}), "operation.query_params.q"),
        (with_operation(query_params={str(n): "x" for n in range(51)}), "operation.query_params"),
        (MANAGED_CALL | {"request_mapping": ""}, "request_mapping"),
        (MANAGED_CALL | {"response_mapping": 1}, "response_mapping"),
        (MANAGED_CALL | {"inbound_use_case_slug": "A"}, "inbound_use_case_slug"),
        (MANAGED_CALL | {"secure_proxy": {}}, "secure_proxy.use_case_slug"),
        (MANAGED_CALL | {"secure_proxy": {"use_case_slug": "x", "integration_id": "y"}}, "secure_proxy.integration_id"),
        (MANAGED_CALL | {"timeout_ms": 999}, "timeout_ms"),
        (MANAGED_CALL | {"timeout_ms": 25_001}, "timeout_ms"),
        (MANAGED_CALL | {"timeout_ms": True}, "timeout_ms"),
    ],
)
def test_whatever_breaks_a_rule_is_refused_by_its_path(raw, path):
    with pytest.raises(Invalid) as refused:
        ManagedCallConfiguration.parse(raw, ROOT)
    assert {detail.path for detail in refused.value.details} == {path}
