"""open_file: a verified link becomes a file on its way, without the file ever being in memory (section 6.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.database import no_transaction_is_open
from hub.environments.references import names_in
from hub.environments.resolve import lookup
from hub.errors import HubError
from hub.http.addresses import EgressPolicy
from hub.http.client import send
from hub.http.messages import Answer, Budget, Request
from hub.http.streaming import Stream
from proxies.file_proxy.credentials import CredentialSource
from proxies.file_proxy.extraction import Contents, Extraction, Facts
from proxies.file_proxy.failures import DownloadFailed, as_failed, may_pass, not_extracted
from proxies.file_proxy.long_texts import LongTexts
from proxies.file_proxy.places import place_of
from proxies.file_proxy.recipes import Recipe
from proxies.file_proxy.recording import Account
from proxies.file_proxy.requests import Known
from proxies.file_proxy.running import PARTIAL, UNSATISFIABLE, Running
from proxies.waiting import waiting_for_upstream

_RANGE: Final = re.compile(r"bytes=(?:[0-9]{1,15}-[0-9]{0,15}|-[0-9]{1,15})")
"""One range; of several the whole file is sent, which is as good an answer."""
_CONTENT_RANGE: Final = re.compile(r"bytes (?:[0-9]{1,15}-[0-9]{1,15}|\*)/(?:[0-9]{1,15}|\*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came with a link. parameters were verified."""

    parameters: Mapping[str, str]
    origin: str | None
    byte_range: str
    at: datetime
    correlation_id: str
    hop: int = 0
    """How many hubs the request has passed before this one."""


class OpenedFile:
    """A file on its way: iterate once over its bytes, and close it in any case.

    status is 200, 206 for a part, 416 where there is no such part. Iterating raises
    DownloadFailed where the file breaks off.
    """

    def __init__(self, facts: Facts, contents: Contents, account: Account) -> None:
        self.facts = facts
        self.status = 200
        self.content_range = ""
        self.takes_ranges = False
        self.length = contents.length
        self._account = account
        self._sent = 0
        self._is_told = False
        self._resources = ExitStack()
        self._pieces = contents.pieces()
        if contents.stream is not None:
            self._take_head(contents.stream)

    def hold(self, resources: ExitStack) -> None:
        """What is let go of when the file is closed."""
        self._resources = resources

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                self._sent += len(piece)
                yield piece
        except HubError as error:
            failure = self._account.without_secrets(as_failed(error))
            self._tell(lambda: self._account.failed(failure, self._sent))
            raise failure from error
        self._tell(lambda: self._account.done(self._sent))

    def skip(self) -> None:
        """Whoever asked wants to know about the file and no byte of it."""
        self._tell(lambda: self._account.done(0))
        self.close()

    def close(self) -> None:
        """Let go of everything; whoever closes it before its end has hung up."""
        self._resources.close()
        self._tell(lambda: self._account.abandoned(self._sent))

    def _take_head(self, stream: Stream) -> None:
        if stream.status in {PARTIAL, UNSATISFIABLE}:
            self.status, self.content_range = stream.status, stream.header("content-range") or ""
            if not _CONTENT_RANGE.fullmatch(self.content_range):
                raise not_extracted("FILE_FETCH_FAILED", "A part of the file came without saying which.")
        self.takes_ranges = self.status != 200 or (stream.header("accept-ranges") or "").strip().lower() == "bytes"

    def _tell(self, tell: Callable[[], None]) -> None:
        if not self._is_told:
            self._is_told = True
            tell()


def open_file(recipe: Recipe, asked: Asked) -> OpenedFile:
    """The file, its first bytes at hand. Raises DownloadFailed, which monitoring knows of by then."""
    account = Account(recipe, at=asked.at, correlation_id=asked.correlation_id)
    with ExitStack() as resources:
        try:
            opened = _opened(recipe, asked, account, resources)
        except HubError as error:
            resources.close()
            failure = account.without_secrets(as_failed(error))
            account.failed(failure)
            raise failure from error
        opened.hold(resources.pop_all())
    return opened


def _opened(recipe: Recipe, asked: Asked, account: Account, resources: ExitStack) -> OpenedFile:
    params = recipe.params_in(asked.parameters)
    resources.enter_context(place_of(recipe.organization.pk))
    resources.enter_context(waiting_for_upstream())
    policy = _policy_of(recipe)
    steps = recipe.configuration.steps
    found = lookup(
        names_in(text for step in steps for text in step.templates),
        organization_id=recipe.organization.pk,
        config_version=recipe.organization.config_version,
    )
    account.secrets = found.secrets
    texts = LongTexts()
    resources.callback(texts.close)
    known = Known(params=params, steps=[], env=found.texts, texts=texts, origins=set())
    credentials = CredentialSource(recipe.auth(), owner=recipe.owner(), send=sender_of(policy))
    running = Running(steps, known, credentials, policy, byte_range=_one_range(asked.byte_range), hop=asked.hop + 1)
    account.steps = running.told
    resources.callback(running.close)
    try:
        running.run()
    finally:
        account.secrets |= credentials.secrets
    return _extracted(recipe, asked, running, account)


def _extracted(recipe: Recipe, asked: Asked, running: Running, account: Account) -> OpenedFile:
    response = recipe.response
    env = lookup(
        names_in([response.body, response.filename, response.content_type]),
        organization_id=recipe.organization.pk,
        with_secrets=False,
        config_version=recipe.organization.config_version,
    )
    extraction = Extraction(response, running.known, env=env.texts, at=asked.at)
    contents = extraction.contents(handle=running.handle, stream=running.stream)
    facts = extraction.facts()
    account.warnings = facts.warnings
    return OpenedFile(facts, contents, account)


def _one_range(asked: str) -> str:
    return asked if _RANGE.fullmatch(asked) else ""


def _policy_of(recipe: Recipe) -> EgressPolicy:
    try:
        return recipe.policy()
    except HubError as failure:  # whoever opens a file can do nothing about it
        reason = f"secure_proxy {recipe.configuration.secure_proxy_slug}: {failure.message}"
        raise DownloadFailed(500, failure.code, reason, is_transient=may_pass(failure)) from failure


def sender_of(policy: EgressPolicy) -> Callable[[Request, Budget], Answer]:
    """What fetches a token on the way that the recipe goes."""

    def sent(request: Request, budget: Budget) -> Answer:
        return send(request, policy=policy, budget=budget, forbid_in_transaction=no_transaction_is_open)

    return sent
