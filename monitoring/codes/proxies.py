"""Codes of requests that the hub makes on behalf of others."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, error_code

PROXY_CODES: Final = [
    error_code(
        "SSRF_BLOCKED",
        Category.CONFIGURATION,
        "The URL leads to where the hub may not call, or away from the base URL of its connector.",
        "Correct base_url and path. Private networks are reached through a secure proxy.",
    ),
    error_code(
        "MISSING_REQUIRED_PARAM",
        Category.VALIDATION,
        "A placeholder of the request has no value in the payload of the call.",
        "Send the value that the message names.",
    ),
    error_code(
        "INVALID_PARAM_TYPE",
        Category.VALIDATION,
        "A placeholder of the request got a list or an object.",
        "Send a text, a number, true or false.",
    ),
    error_code(
        "INVALID_PARAM_VALUE",
        Category.VALIDATION,
        "A placeholder of the request got a value that cannot stand there.",
        "Send a value without line breaks, which is neither empty nor consists of dots.",
    ),
    error_code(
        "MANAGED_CALL_EXECUTION_ERROR",
        Category.VALIDATION,
        "The request could not be made as it was asked for.",
        "Read the message; a header or the size of the body is in the way.",
    ),
    error_code(
        "CONFIGURATION_ERROR",
        Category.CONFIGURATION,
        "The configuration refers to something that is not there.",
        "Set the variable or the member that the message names.",
    ),
    error_code(
        "SECRET_UNAVAILABLE",
        Category.SYSTEM,
        "A stored secret cannot be decrypted.",
        "Have whoever runs the hub check its master keys, or set the variable anew.",
    ),
]
