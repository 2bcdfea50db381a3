"""MaskSecrets: what was resolved lately is masked in every log record of the process, in all its forms (1.4)."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple

from hub import clock
from hub.environments.redaction import SHORTEST, redact, traces_of

KEPT_S: Final = 900.0
"""How long a secret is looked for after it was last used: longer than anything takes that uses it."""
MOST_KEPT: Final = 2_000
"""Secrets that are looked for; beyond it the one that was used longest ago is not."""


class _Kept(NamedTuple):
    used_at_s: float
    traces: tuple[str, ...]

    def may_be_in(self, text: str) -> bool:
        return not self.traces or any(trace in text for trace in self.traces)


_lock = threading.Lock()
_used: Final[OrderedDict[str, _Kept]] = OrderedDict()
"""By secret, the one that was used longest ago first; in memory alone."""


def keep_out_of_logs(secrets: Iterable[str]) -> None:
    """Nothing that is logged within KEPT_S shows them. Called wherever one is filled in, opened or fetched."""
    at_s = clock.monotonic()
    with _lock:
        for secret in secrets:
            if len(secret) >= SHORTEST:
                known = _used.pop(secret, None)
                _used[secret] = _Kept(at_s, known.traces if known else traces_of(secret))
        while len(_used) > MOST_KEPT:
            _used.popitem(last=False)


def without_secrets(text: str) -> str:
    """The text as it may be logged."""
    with _lock:
        oldest_s = clock.monotonic() - KEPT_S
        while _used and next(iter(_used.values())).used_at_s < oldest_s:
            _used.popitem(last=False)
        secrets = [secret for secret, kept in _used.items() if kept.may_be_in(text)]
    return redact(text, secrets) if secrets else text


def forget_all() -> None:
    """Nothing is looked for."""
    with _lock:
        _used.clear()


class MaskSecrets(logging.Filter):
    """Masks message, extra fields, exception and stack before anything is cut off, whatever formats the record."""

    _standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        if not _used:
            return True
        record.msg, record.args = without_secrets(record.getMessage()), ()
        for name, value in vars(record).items():
            if name not in self._standard and not isinstance(value, bool | int | float | None):
                text = str(value)
                masked = without_secrets(text)
                if masked != text:
                    setattr(record, name, masked)
        if record.exc_info and not record.exc_text:
            record.exc_text = without_secrets(self._formatter.formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = without_secrets(record.stack_info)
        return True
