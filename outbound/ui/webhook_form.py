"""WebhookForm: what people fill in becomes the JSON that the API takes, so that one parser checks both.

Members that the form does not show stay as they are stored.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict

from hub.json_types import JSONObject, JSONValue
from hub.web.form_rows import Row
from integrations.env_references import is_reference
from outbound.backoff import RETRIES
from outbound.models import Webhook
from outbound.ui.file_fields import files_initial, files_said
from outbound.ui.form_rows import (
    KINDS,
    condition_rows,
    conditions_of,
    expression_rows,
    extra_field_rows,
    header_rows,
    headers_of,
    parameter_rows,
    parameters_of,
)
from outbound.ui.webhook_fields import WebhookFields
from outbound.webhooks.authentication import DEFAULT_KEY_NAME, SECRET_OF, TOKEN_METHODS, AuthType
from outbound.webhooks.changes import DEFAULTS
from outbound.webhooks.configuration import IN_FLIGHT, METHODS, PAYLOAD_OPTIONS


class WebhookForm(WebhookFields):
    """A new webhook, or one that is there; webhook None: a new one."""

    def __init__(self, data: QueryDict | None, *, webhook: Webhook | None = None, event_name: str = "") -> None:
        self.webhook = webhook
        self._base: JSONObject = dict(webhook.configuration) if webhook else {}
        initial = _initial(webhook) if webhook else {**_NEW, "event_name": event_name}
        super().__init__(data, initial=initial)
        self.row_errors: dict[str, list[str]] = {}
        self.rows = {name: kind.read(data) for name, kind in KINDS.items()} if data else self._stored_rows()

    def _stored_rows(self) -> dict[str, list[Row]]:
        return {
            "headers": header_rows(self._base),
            "conditions": condition_rows(self._base),
            "expressions": expression_rows(self._base),
            "parameters": parameter_rows(_object(self._base.get("auth"))),
            "extra_fields": extra_field_rows(self._base),
        }

    def blank_rows(self) -> dict[str, Row]:
        """One more of each kind, to be filled in."""
        return {name: kind.blank for name, kind in KINDS.items()}

    @property
    def secret_is_set(self) -> str:
        """The member of the stored secret, such as keyValue; empty where there is none."""
        return next(iter(self.webhook.sealed_secrets), "") if self.webhook else ""

    def as_json(self) -> JSONObject:
        """The body that the API would get; call it on a valid form. What is empty is left out."""
        given = self.cleaned_data
        body = {name: value for name, value in self._base.items() if name not in _SHOWN}
        said: JSONObject = {
            "name": given["name"],
            "eventName": given["event_name"],
            "eventVersion": given["event_version"] or None,
            "url": given["url"] or None,
            "httpMethod": given["http_method"],
            "enabled": given["enabled"],
            "protected": given["protected"],
            "auth": self._auth(),
            "filterConditions": self._filter(),
            "payloadConfiguration": self._payload(),
            "jsonataExpression": given["jsonata_expression"].strip() or None,
            "retryPolicy": _policy(int(given["retries"])),
            "ordering": given["ordering"] or None,
            "onFailure": given["on_failure"] or None,
            "maxInFlight": given["max_in_flight"],
            "requestsPerMinute": given["requests_per_minute"],
            **files_said(given, self.rows["extra_fields"], self._base),
        }
        return body | {name: value for name, value in said.items() if value is not None}

    def expected(self) -> frozenset[int] | None:
        """The version that was on the screen."""
        version = self.cleaned_data["version"]
        return None if version is None else frozenset({version})

    def _auth(self) -> JSONObject:
        given, type = self.cleaned_data, AuthType(self.cleaned_data["auth_type"])
        if type is AuthType.NONE:
            return {"authType": type.value}
        members: dict[AuthType, JSONObject] = {
            AuthType.API_KEY: {"keyName": given["key_name"] or DEFAULT_KEY_NAME},
            AuthType.BASIC: {"username": given["username"]},
            AuthType.OAUTH: {
                "endpoint": given["token_endpoint"],
                "clientId": given["client_id"],
                "httpMethod": given["token_method"] or TOKEN_METHODS[0],
                "customParameterList": parameters_of(self.rows["parameters"]),
            },
        }
        return {"authType": type.value} | members[type] | self._secret(type)

    def _secret(self, type: AuthType) -> JSONObject:
        """A text replaces the stored secret, the box clears it, otherwise it stays."""
        member = SECRET_OF[type]
        text: str = self.cleaned_data[SECRET_FIELDS[type]]
        if text:
            return {member: text, f"{member}IsEnvVar": is_reference(text)}
        if self.cleaned_data["clear_secret"]:
            return {member: None}
        stored = _object(self._base.get("auth"))
        flag = stored.get(f"{member}IsEnvVar")
        return {f"{member}IsEnvVar": flag} if isinstance(flag, bool) else {}

    def _filter(self) -> JSONValue:
        conditions = conditions_of(self.rows["conditions"], self.rows["expressions"])
        if not conditions:
            return None
        return {"conditions": conditions, "logical_operator": self.cleaned_data["logical_operator"] or "AND"}

    def _payload(self) -> JSONValue:
        chosen: JSONObject = dict.fromkeys(self.cleaned_data["payload"], True)
        headers = headers_of(self.rows["headers"])
        return (chosen | ({"custom_headers": headers} if headers else {})) or None


SECRET_FIELDS: Final = {
    AuthType.API_KEY: "key_value",
    AuthType.BASIC: "password",
    AuthType.OAUTH: "client_secret",
}
_SHOWN: Final = frozenset(
    {
        *("name", "eventName", "eventVersion", "url", "httpMethod", "enabled", "protected", "auth"),
        *("filterConditions", "payloadConfiguration", "jsonataExpression", "retryPolicy"),
        *("ordering", "onFailure", "maxInFlight", "requestsPerMinute", "deliveryMode", "multipartConfig"),
    }
)
_NEW: Final[dict[str, Any]] = {  # Any: values of fields
    "enabled": True,
    "http_method": METHODS[0],
    "auth_type": AuthType.NONE.value,
    "retries": str(RETRIES),
    "max_in_flight": IN_FLIGHT,
    "key_name": DEFAULT_KEY_NAME,
}


def _initial(webhook: Webhook) -> dict[str, Any]:  # Any: values of fields
    """The webhook as the form shows it; no secret."""
    shown = DEFAULTS | webhook.configuration
    auth, payload = _object(shown.get("auth")), _object(shown.get("payloadConfiguration"))
    return {
        "name": webhook.name,
        "event_name": webhook.event_name,
        "event_version": shown.get("eventVersion"),
        "url": shown.get("url"),
        "http_method": shown.get("httpMethod"),
        "enabled": webhook.enabled,
        "protected": shown.get("protected"),
        "auth_type": auth.get("authType"),
        "key_name": auth.get("keyName") or DEFAULT_KEY_NAME,
        "username": auth.get("username"),
        "token_endpoint": auth.get("endpoint"),
        "token_method": auth.get("httpMethod"),
        "client_id": auth.get("clientId"),
        "logical_operator": _object(shown.get("filterConditions")).get("logical_operator"),
        "payload": [name for name in PAYLOAD_OPTIONS if payload.get(name)],
        "jsonata_expression": shown.get("jsonataExpression"),
        "retries": str(_retries(shown.get("retryPolicy"))),
        "ordering": shown.get("ordering"),
        "on_failure": shown.get("onFailure"),
        "max_in_flight": shown.get("maxInFlight"),
        "requests_per_minute": shown.get("requestsPerMinute"),
        **files_initial(shown),
        "version": webhook.version,
    }


def _policy(retries: int) -> JSONObject:
    return {"enabled": True, "maxAttempts": retries} if retries else {"enabled": False}


def _retries(policy: JSONValue) -> int:
    known = _object(policy)
    if not known or known.get("enabled") is False:
        return 0
    most = known.get("maxAttempts")
    return most if isinstance(most, int) else RETRIES


def _object(value: JSONValue) -> JSONObject:
    return value if isinstance(value, dict) else {}
