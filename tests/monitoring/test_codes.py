"""The table of codes: what mapping.md section 15 says of each, and that nothing answers with a code without words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.entities.operations import ResultCode, WarningCode
from hub.entities.readings.wishes import ReadingCode
from hub.pricing.problems import PricingFailed
from monitoring.codes import CODES, WARNINGS, Code, Level, get_code
from monitoring.codes.deliveries import http_code
from monitoring.codes.storing import UNUSED_BY_EVENTS

ROOT = Path(__file__).parents[2]
NO_CODES = {"APP_MAPPING_NOT_FOUND", "TOO_MANY_EVENTS", "VALIDATION_ERROR"}
"""Answers to requests that leave no event behind."""

TABLE = """
ENTITY_CREATED                     success  -               1
ENTITY_UPDATED                     success  -               1
ENTITY_DELETED                     success  -               1
ENTITY_NO_OP                       success  -               1
METER_READING_UPSERTED             success  -               1
METER_READING_DELETED              success  -               1
PRUNE_SCOPE_COMPLETED              success  -               1
ENTITY_SCHEMA_UNKNOWN              warning  -               1
DUPLICATE_EVENT                    info     -               1
SOFT_DELETED_ENTITY_MATCHED        warning  -               1
PORTAL_REF_NO_MATCH                warning  -               1
PORTAL_REF_AMBIGUOUS               warning  -               1
ENV_VAR_REF_NOT_FOUND              warning  -               1
LOOKUP_UNMAPPED                    warning  -               1
DEPRECATED_ENDPOINT                warning  -               1
MALFORMED_PAYLOAD                  error    validation      1
PAYLOAD_TOO_LARGE                  error    validation      1
INTEGRATION_NOT_FOUND              error    configuration   1
USE_CASE_NOT_FOUND                 error    configuration   1
EVENT_NOT_CONFIGURED               error    configuration   1
USE_CASE_DISABLED                  error    configuration   1
USE_CASE_INVALID_TYPE              error    configuration   1
USE_CASE_MISSING_CONFIG            error    configuration   1
MAPPING_EXPRESSION_FAILED          error    configuration   1
MISSING_UNIQUE_IDENTIFIERS         error    validation      1
UNIQUE_ID_MULTIPLE_MATCHES         error    validation      1
UNIQUE_ID_NOT_IN_SCHEMA            error    configuration   1
UNIQUE_ID_LOOKUP_UNRESOLVABLE      error    validation      1
ENTITY_REFERENCE_NOT_FOUND         error    validation      3
ENTITY_ALREADY_EXISTS              error    validation      1
ATTRIBUTE_TYPE_MISMATCH            error    validation      1
RELATION_REF_VALUE_UNDEFINED       error    validation      1
RELATION_REF_ITEM_NOT_FOUND        error    validation      1
RECURSION_DEPTH_EXCEEDED           error    system          1
INVALID_METER_READING_ATTRIBUTES   error    validation      1
METER_NOT_FOUND                    error    validation      3
METER_COUNTER_NOT_FOUND            error    validation      3
READING_MATCH_AMBIGUOUS            error    validation      1
METERING_API_ERROR                 error    downstream_api  6
METER_READING_GROUP_RETRYING       error    downstream_api  6
METER_READING_GROUP_FAILED         error    downstream_api  1
PRUNE_SCOPE_PARTIAL_FAILURE        error    downstream_api  6
PRUNE_SCOPE_UNRESOLVED             error    validation      1
PRICING_FAILED                     error    validation      3
PORTAL_REF_LOOKUP_FAILED           error    downstream_api  6
ENV_VAR_REF_LOOKUP_FAILED          error    downstream_api  6
PORTAL_REF_JSONATA_FAILED          error    configuration   1
ENV_VAR_REF_JSONATA_FAILED         error    configuration   1
EXTERNAL_API_ERROR                 error    downstream_api  6
TIMEOUT                            error    timeout         6
UNKNOWN_ERROR                      error    system          3
DIRECT_PAYLOAD_INVALID             error    validation      1
DIRECT_VERSION_UNSUPPORTED         error    validation      1
DIRECT_ENTITY_NOT_ALLOWED          error    configuration   1
"""


@pytest.mark.parametrize("row", TABLE.strip().splitlines(), ids=lambda row: str(row).split()[0])
def test_level_category_and_attempts_are_those_of_the_table(row: str) -> None:
    name, level, category, attempts = row.split()
    code = CODES[name]
    assert (code.level, code.category or "-", code.attempts) == (level, category, int(attempts))


@pytest.mark.parametrize("code", [*ResultCode, *WarningCode, *ReadingCode, PricingFailed.code])
def test_whatever_the_store_answers_with_has_words(code: str) -> None:
    assert str(code) in CODES


def test_whatever_the_mapping_answers_with_has_words() -> None:
    found = {word for package in ("mapping", "process", "receive", "prunes") for word in _codes_in(package)}
    assert {"MAPPED_FIELD_EMPTY", "LARGE_INTEGER_AS_TEXT", "SYSTEM_ATTRIBUTE_IGNORED", "WORKER_CRASHED"} <= found
    assert found - CODES.keys() - NO_CODES == set()


def test_no_event_ends_with_a_code_for_a_situation_that_does_not_arise() -> None:
    emitted = {word for package in ("mapping", "process", "receive", "prunes") for word in _codes_in(package)}
    assert {code.name for code in UNUSED_BY_EVENTS} & (emitted | {*map(str, (*ResultCode, *ReadingCode))}) == set()


@pytest.mark.parametrize("code", [code for code in CODES.values() if code.level != Level.SUCCESS], ids=lambda c: c.name)
def test_whatever_is_no_success_says_what_to_do(code: object) -> None:
    assert code.advice  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", WARNINGS)
def test_a_code_with_two_meanings_says_which(name: str) -> None:
    assert get_code(name, Level.WARNING).sentence != get_code(name, Level.ERROR).sentence
    assert (get_code(name, Level.WARNING).level, get_code(name).level) == (Level.WARNING, Level.ERROR)


def _codes_in(package: str) -> Iterator[str]:
    """The texts in a package of inbound that look like codes."""
    for path in sorted((ROOT / "inbound" / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _looks_like_one(node.value):
                yield node.value


def _looks_like_one(text: str) -> bool:
    return "_" in text.strip("_") and text.isupper() and text.replace("_", "").isalpha()


@pytest.mark.parametrize(("name", "is_redirect"), [("HTTP_302", True), ("HTTP_308", True), ("HTTP_503", False)])
def test_the_advice_about_a_redirect_says_that_none_is_followed(name: str, is_redirect: bool) -> None:
    code = http_code(name)
    assert code is not None
    assert ("follows no redirect" in code.advice) is is_redirect


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_what_a_code_says_is_as_true_once_nothing_is_tried_again(code: Code) -> None:
    """Whether something is, pages say of the one event, delivery or run that they show."""
    is_of_retries = code.name == "METER_READING_GROUP_RETRYING"
    assert is_of_retries or "tried again" not in f"{code.sentence} {code.advice}"
