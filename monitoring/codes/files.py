"""Codes of files that are handed out by a recipe (proxies-and-security.md section 6)."""

from __future__ import annotations

from monitoring.codes.code import Category, Code, Level, error_code

_SETUP = Category.CONFIGURATION
_THEIRS = Category.DOWNSTREAM_API

FILE_CODES = [
    Code("FILE_PROXY_OK", Level.SUCCESS, "The file was handed out."),
    Code(
        "FILE_PROXY_ABANDONED",
        Level.INFO,
        "Whoever asked for the file hung up before its end.",
        "Nothing to do: browsers do so when somebody leaves the page or looks at the beginning first.",
    ),
    Code(
        "FILE_PROXY_DEFAULTED",
        Level.WARNING,
        "The recipe yields no name or no type, so the file went out with the usual one.",
        "Correct response.filename or response.content_type of the use case.",
    ),
    error_code(
        "FILE_FETCH_FAILED",
        _THEIRS,
        "The system that holds the file could not be reached or did not hand it out.",
        "See in the steps which request failed. 401 and 403 are about the credentials of the use case.",
    ),
    error_code(
        "FILE_EXTRACTION_FAILED",
        _SETUP,
        "The answer of a step is no JSON, or an expression over the answers failed.",
        "Correct the expressions in response, or the response_type of the step.",
    ),
    error_code(
        "FILE_PROXY_EMPTY_BODY",
        _SETUP,
        "The recipe found no file in what the steps brought.",
        "Look up in the answer of the other system where the file stands, and correct response.body.",
    ),
    error_code(
        "FILE_PROXY_DECODE_FAILED",
        _SETUP,
        "What the recipe found is no base64.",
        "Correct response.body or response.encoding.",
    ),
    error_code(
        "FILE_TOO_LARGE",
        _SETUP,
        "The file is larger than the hub passes on.",
        "Ask the operator for a higher HUB_FILE_MAX_BYTES, or HUB_FILE_IN_JSON_MAX_BYTES where it comes in base64."
        " No webhook carries more than 100 MiB in a file: have the receiver fetch such a file by its reference.",
    ),
    Code("FILE_UPLOADED", Level.SUCCESS, "The other system took the file."),
    Code(
        "FILE_UPLOAD_SKIPPED",
        Level.INFO,
        "A step of the recipe was not enabled for this event, so it and the steps after it were left out.",
        "Nothing to do if that is meant. Otherwise correct the enabled expression of the step.",
    ),
    error_code(
        "UPLOAD_RECIPE_UNFIT",
        _SETUP,
        "The mapping names no enabled file proxy of its integration that uploads.",
        "Correct use_case_slug in the delivery of the mapping, or the use case that it names; then resend.",
    ),
    error_code(
        "REQUIRED_PARAM_MISSING",
        Category.VALIDATION,
        "The link lacks a parameter that the recipe requires.",
        "Have the mapping that writes the address give it a value, or declare the parameter as not required.",
    ),
    error_code(
        "ORIGIN_NOT_ALLOWED",
        _SETUP,
        "A page of a site that is not allowed asked for the file.",
        "If the site is yours, add its origin to allowed_origins of the use case.",
    ),
    error_code(
        "TOO_MANY_DOWNLOADS",
        Category.SYSTEM,
        "The organization had as many files on their way as it may have at once.",
        "Nothing to do if it is rare. Otherwise ask the operator for a higher HUB_FILE_DOWNLOADS.",
    ),
    error_code(
        "TOO_MANY_UPLOADS",
        Category.SYSTEM,
        "The organization had as many files on their way into the hub as it may have at once.",
        "Send the file again in a moment. Otherwise ask the operator for a higher HUB_FILE_UPLOADS.",
    ),
]
