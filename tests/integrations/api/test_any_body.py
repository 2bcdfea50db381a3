"""Whatever is sent: never a server error, never half of a write."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.models import AppMapping, Integration, UseCase
from tests.integrations.configurations import CONFIGURATIONS
from tests.integrations.conftest import path_of

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**63, max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
    | st.sampled_from(
        ["inbound", "outbound", "file_proxy", "managed_call", "secure_proxy", "{{env.k}}", "{{", "((", ""]
    )
)
KEYS = st.sampled_from(
    [
        "name",
        "type",
        "enabled",
        "id",
        "slug",
        "configuration",
        "use_cases",
        "description",
        "settings",
        "autoRefresh",
        "environment_config",
        "key",
        "label",
        "connector_config",
        "auth",
        "access_token_ids",
        "app_ids",
        "protected",
        "integration_type",
        "entities",
        "entity_schema",
        "unique_ids",
        "fields",
        "attribute",
        "field",
        "scope",
        "pricing",
        "mappings",
        "delivery",
        "event_catalog_event",
        "steps",
        "url",
        "method",
        "response",
        "body",
        "params",
        "operation",
        "path",
        "headers",
        "vpc_mode",
        "allowed_domains",
        "allowed_ips",
        "direction",
        "upload",
        "app_id",
        "component_id",
        "overwrite",
    ]
) | st.text(max_size=5)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
ONE_DATABASE = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
DOORS = [
    ("POST", lambda case: "/v1/integrations"),
    ("POST", lambda case: "/v2/integrations"),
    ("PUT", lambda case: path_of(case.integration)),
    ("PUT", lambda case: path_of(case.integration, version=2)),
    ("POST", lambda case: f"{path_of(case.integration)}/use-cases"),
    ("PUT", path_of),
    ("PUT", lambda case: f"{path_of(case.integration)}/app-mapping"),
    ("DELETE", lambda case: f"{path_of(case.integration)}/app-mapping"),
]


def stored():
    """Everything that these doors could write."""
    return [list(model.objects.order_by("pk").values()) for model in (Integration, UseCase, AppMapping)]


def places(document, at=()):
    """The place of every value in the document."""
    members = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in members:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def spoiled(document, place, value):
    """A copy with something else at that place."""
    changed = inner = copy.deepcopy(document)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


@pytest.mark.parametrize(("method", "path"), DOORS)
@ONE_DATABASE
@given(body=DOCUMENTS)
def test_any_json_is_answered_without_server_error_and_a_refusal_writes_nothing(api, use_case, method, path, body):
    before = stored()
    answer = api.client.generic(method, path(use_case), json.dumps(body), content_type="application/json")
    assert answer.status_code < 500
    assert answer.status_code < 400 or stored() == before


@pytest.mark.parametrize("type", CONFIGURATIONS)
@ONE_DATABASE
@given(data=st.data())
def test_a_configuration_with_one_wrong_value_is_stored_or_refused_and_shown(api, integration, type, data):
    configuration = CONFIGURATIONS[type]
    place = data.draw(st.sampled_from(list(places(configuration))))
    wrong = spoiled(configuration, place, data.draw(DOCUMENTS))
    body = {"name": "x", "type": type, "enabled": True, "configuration": wrong}
    answer = api.post(f"{path_of(integration)}/use-cases", body)
    assert answer.status_code in {201, 400}
    assert all(detail["path"] for detail in answer.json().get("details", []))
    assert api.get(f"{path_of(integration)}/use-cases").status_code == 200


def test_an_integer_of_400_digits_comes_back_with_every_digit(api, integration):
    digits = "9" * 400
    content = f'{{"settings": {{"x": {digits}}}}}'.encode()
    answer = api.client.generic("PUT", path_of(integration), content, content_type="application/json")
    assert digits in answer.content.decode()
