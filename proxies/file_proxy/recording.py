"""tell: what monitoring keeps of a download: how it ended, what each step asked for; no contents, no secrets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from hub import clock, database
from hub.environments.redaction import redact
from hub.json_types import JSONObject, JSONValue
from monitoring.codes import get_code
from monitoring.record import FILE_PROXY, MESSAGE_CHARACTERS, Span, record
from proxies.file_proxy.failures import DownloadFailed
from proxies.file_proxy.recipes import Recipe

DONE: Final = "FILE_PROXY_OK"
ABANDONED: Final = "FILE_PROXY_ABANDONED"
WARNED: Final = "FILE_PROXY_DEFAULTED"
URL_CHARACTERS: Final = 2_000


class Account:
    """Of one download: what is known so far, told once."""

    def __init__(self, recipe: Recipe, *, at: datetime, correlation_id: str) -> None:
        self._recipe = recipe
        self._at = at
        self._correlation_id = correlation_id
        self.secrets: frozenset[str] = frozenset()
        self.steps: Sequence[JSONObject] = ()
        self.warnings: Sequence[str] = ()

    def without_secrets(self, failure: DownloadFailed) -> DownloadFailed:
        """Before anybody else is told: a reason may name a host that a secret was filled into."""
        failure.reason = redact(failure.reason, self.secrets)
        return failure

    def done(self, sent_bytes: int) -> None:
        """The last byte is on its way."""
        self._tell(DONE, f"A file of {sent_bytes} bytes was handed out.", {"bytes": sent_bytes})

    def abandoned(self, sent_bytes: int) -> None:
        """Whoever asked has hung up."""
        self._tell(ABANDONED, f"Whoever asked hung up after {sent_bytes} bytes.", {"bytes": sent_bytes})

    def failed(self, failure: DownloadFailed, sent_bytes: int = 0) -> None:
        """Nothing was handed out, or only a part."""
        self._tell(failure.code, failure.reason, {"status": failure.status, "bytes": sent_bytes})

    def _tell(self, code: str, message: str, facts: JSONObject) -> None:
        steps: list[JSONValue] = [shown(step, self.secrets) for step in self.steps]
        spans = [self._span(WARNED, warning, None) for warning in self.warnings]
        spans.append(self._span(code, message, facts | {"steps": steps}))
        database.retrying(lambda: _record(spans))

    def _span(self, code: str, message: str, detail: JSONObject | None) -> Span:
        known, now, use_case = get_code(code), clock.now(), self._recipe.use_case
        return Span(
            organization_id=use_case.organization_id,
            integration_id=use_case.integration_id,
            use_case_id=use_case.pk,
            use_case_version=use_case.version,
            sync_type=FILE_PROXY,
            level=known.level,
            category=known.category,
            code=code,
            message=redact(message, self.secrets)[:MESSAGE_CHARACTERS],
            correlation_id=self._correlation_id,
            received_at=self._at,
            completed_at=now,
            duration_ms=round((now - self._at).total_seconds() * 1000),
            detail=detail,
        )


def shown(step: JSONObject, secrets: Iterable[str]) -> JSONObject:
    """Without the query, where systems take what is secret, and without what is secret in the rest."""
    parts = urlsplit(str(step["url"]))
    url = f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?…" if parts.query else "")
    return step | {"url": redact(url, secrets)[:URL_CHARACTERS]}


@transaction.atomic
def _record(spans: Iterable[Span]) -> None:
    record([*spans])
