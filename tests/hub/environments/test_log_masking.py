"""No log shows what was filled in lately, in whichever form and however it got there."""

from __future__ import annotations

import base64
import json
import logging
import sys
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.environments import log_masking
from hub.environments.log_masking import KEPT_S, MaskSecrets, keep_out_of_logs, without_secrets
from hub.environments.redaction import redact, traces_of
from hub.environments.resolve import resolve
from hub.logs import FIELD_CHARACTERS, JSONLines
from hub.settings.env import Environment
from hub.settings.logs import logging_settings
from tests.builders import make_secret

SECRET = 'k-12"34/56 <ä>'


def line_of(message: str, *arguments: object, exception: BaseException | None = None, **more: object) -> str:
    """As the handler of the settings writes it."""
    told = (type(exception), exception, exception.__traceback__) if exception else None
    record = logging.LogRecord("hub", logging.WARNING, __file__, 1, message, arguments, told)
    vars(record).update(more)
    assert MaskSecrets().filter(record)
    return JSONLines().format(record)


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        SECRET.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"),
    ],
)
def test_every_form_is_masked_wherever_it_stands(shown):
    keep_out_of_logs([SECRET])
    plain = logging.LogRecord("hub", logging.WARNING, __file__, 1, "sent %s", (shown,), None)
    for text in (
        line_of("sent %s", shown),
        line_of("sent", url=f"https://x/{shown}"),
        line_of("x", seen=LookupError(shown)),
    ):
        assert "***" in text
        assert shown not in text
    assert shown in plain.getMessage()


def test_an_exception_is_masked_before_it_is_cut():
    keep_out_of_logs(["s3cr3t-value"])
    try:
        raise ValueError("s3cr3t-value" + "x" * (FIELD_CHARACTERS - 6))
    except ValueError as error:
        line = line_of("failed", exception=error)
    assert "t-value" not in line
    assert json.loads(line)["exception"].endswith("xxx")


def test_the_stack_of_a_record_is_masked():
    keep_out_of_logs(["s3cr3t-value"])
    record = logging.LogRecord("hub", logging.WARNING, __file__, 1, "x", (), None, sinfo='call("s3cr3t-value")')
    assert MaskSecrets().filter(record)
    assert record.stack_info == 'call("***")'


def test_a_secret_that_is_resolved_is_masked_from_then_on(organization):
    make_secret(organization=organization, key="key", value="s3cr3t-value")
    assert "s3cr3t-value" in line_of("s3cr3t-value")
    resolve("{{env.key}}", organization_id=organization.pk)
    assert json.loads(line_of("s3cr3t-value"))["message"] == "***"


def test_what_nobody_uses_any_more_is_not_looked_for(monkeypatch):
    at_s = 1000.0
    monkeypatch.setattr(log_masking.clock, "monotonic", lambda: at_s)
    keep_out_of_logs(["s3cr3t-value", "short"])
    assert without_secrets("s3cr3t-value short") == "*** short"
    at_s += KEPT_S + 1
    assert without_secrets("s3cr3t-value") == "s3cr3t-value"


def test_the_log_of_the_hub_goes_through_the_mask():
    settings = logging_settings(Environment({}))
    assert settings["handlers"]["out"]["filters"][-1] == "secrets"
    assert settings["filters"]["secrets"]["()"] == "hub.environments.log_masking.MaskSecrets"


@given(some.text(min_size=6, max_size=40), some.binary(max_size=3), some.binary(max_size=3))
def test_the_quick_look_passes_nothing_over_that_is_masked(secret, before, after):
    forms = (
        secret,
        quote(secret, safe="", errors="surrogatepass"),
        json.dumps(secret),
        base64.b64encode(before + secret.encode("utf-8", "surrogatepass") + after).decode(),
    )
    traces = traces_of(secret)
    for form in forms:
        assert not traces or redact(form, [secret]) == form or any(trace in form for trace in traces)


def test_a_running_exception_is_told_in_full_otherwise():
    keep_out_of_logs(["s3cr3t-value"])
    try:
        raise ValueError("all is well")
    except ValueError:
        assert "all is well" in line_of("failed", exception=sys.exc_info()[1])
