"""show: what is wrong with a webhook, put at the fields and rows of its form; told: what is probably not meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.errors import ErrorDetail, HubError
from outbound.ui.webhook_form import WebhookForm

FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "eventName": "event_name",
    "eventVersion": "event_version",
    "url": "url",
    "httpMethod": "http_method",
    "auth.keyName": "key_name",
    "auth.keyValue": "key_value",
    "auth.username": "username",
    "auth.password": "password",
    "auth.endpoint": "token_endpoint",
    "auth.clientId": "client_id",
    "auth.clientSecret": "client_secret",
    "auth.httpMethod": "token_method",
    "auth": "auth_type",
    "jsonataExpression": "jsonata_expression",
    "retryPolicy": "retries",
    "ordering": "ordering",
    "onFailure": "on_failure",
    "maxInFlight": "max_in_flight",
    "requestsPerMinute": "requests_per_minute",
    "payloadConfiguration": "payload",
    "deliveryMode": "delivery_mode",
    "multipartConfig": "delivery_mode",
    "multipartConfig.fileFieldName": "file_field_name",
    "multipartConfig.fileFieldStrategy": "file_field_strategy",
    "multipartConfig.fileSource": "file_source",
}
"""Where a finding lies → the field that shows it; the longest place wins."""
ROWS: Final[Mapping[str, str]] = {
    "auth.customParameterList": "parameters",
    "filterConditions": "conditions",
    "payloadConfiguration.custom_headers": "headers",
    "multipartConfig.extraFields": "extra_fields",
}
"""The same, for rows, which show it above them."""

ROW_WORDS: Final = {
    "parameters": _("Token parameters"),
    "conditions": _("Filter"),
    "headers": _("Custom headers"),
    "extra_fields": _("Further fields of the form"),
}


def show(form: WebhookForm, error: HubError) -> None:
    """Put a refusal where somebody can mend it; what has no place stands above the form."""
    for detail in error.details or (ErrorDetail("", error.message),):
        rows, place = _longest(detail.path, ROWS), _longest(detail.path, FIELDS)
        if rows and len(rows) > len(place):
            text = _in_rows(rows, detail)
            form.row_errors.setdefault(ROWS[rows], []).append(text)
            form.add_error(None, f"{ROW_WORDS[ROWS[rows]]}: {text}")
        elif place:
            form.add_error(FIELDS[place], detail.message[:1].upper() + detail.message[1:])
        else:
            form.add_error(None, f"{detail.path}: {detail.message}" if detail.path else detail.message)


def told(form: WebhookForm, warning: ErrorDetail) -> str:
    """A warning in the words of the form; what the form does not show keeps the name that the API has for it."""
    rows, place = _longest(warning.path, ROWS), _longest(warning.path, FIELDS)
    if rows and len(rows) > len(place):
        return f"{ROW_WORDS[ROWS[rows]]}: {_in_rows(rows, warning)}"
    words = form.fields[FIELDS[place]].label if place and place == warning.path else warning.path
    return f"{words}: {warning.message}"


def _in_rows(rows: str, detail: ErrorDetail) -> str:
    inner = detail.path[len(rows) :].lstrip(".")
    return f"{inner}: {detail.message}" if inner else detail.message


def _longest(path: str, places: Mapping[str, str]) -> str:
    fitting = [place for place in places if path == place or path.startswith((f"{place}.", f"{place}["))]
    return max(fitting, key=len, default="")
