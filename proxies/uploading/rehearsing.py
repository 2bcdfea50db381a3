"""rehearse: the requests that a recipe would make of an event's files, as far as that shows without making any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from hub.environments.references import names_in
from hub.environments.resolve import lookup, secret_keys_of
from hub.errors import HubError
from hub.http.headers import WITH_BODY
from hub.json_types import JSONObject, JSONValue
from proxies.file_proxy.long_texts import LongText, LongTexts
from proxies.file_proxy.requests import Known, request_of
from proxies.file_proxy.steps import Step
from proxies.uploading.contents import SpooledFiles
from proxies.uploading.expressions import Expressions, parts_of
from proxies.uploading.failures import as_failed
from proxies.uploading.orders import UploadOrder
from proxies.uploading.recipes import UploadRecipe
from proxies.uploading.secrets import Environment

MASK: Final = "***"
TOKEN: Final = "***"
"""Nothing is asked of a token server."""


@dataclass(slots=True)
class _Rehearsal:
    known: Known
    expressions: Expressions
    environment: Environment
    order: UploadOrder
    token: str | None
    names: Mapping[str, str]
    """Handle of a file → what stands in its place."""

    def step(self, position: int, step: Step) -> JSONObject:
        told: JSONObject = {"step": position, "method": step.method}
        try:
            if not self.expressions.holds(step.enabled, position):
                return told | {"enabled": False}
            request = request_of(step, self.known, token=self.token)
            body = self._body(position, step)
        except HubError as failure:
            failed = as_failed(failure, step=position)
            return told | {"error": {"code": failed.code, "message": failed.message}}
        headers: list[JSONValue] = [[name, value] for name, value in request.headers]
        return told | {"enabled": True, "url": request.url.text, "headers": headers} | body

    def _body(self, position: int, step: Step) -> JSONObject:
        if step.method not in WITH_BODY:
            return {}
        if not step.body_jsonata.strip():
            return {"body": f"<the bytes of {', '.join(file.name for file in self.order.files)}>"}
        text = self.environment.masked(self.expressions.document(step.body_jsonata, position), MASK)
        parts = parts_of(text, position, self.known.texts, self.environment)
        shown = "".join(self._shown(part) for part in parts)
        return {"body": shown}

    def _shown(self, part: bytes | LongText) -> str:
        if isinstance(part, bytes):
            return part.decode(errors="replace")
        return f"<base64 of {self.names.get(part.handle, 'a long text')}>"


def rehearse(order: UploadOrder, recipe: UploadRecipe, answers: Sequence[JSONObject]) -> list[JSONObject]:
    """One entry for each step up to one that is not enabled: method, url, headers and body, or error with code and
    message. answers: what the steps before would be answered, each with body, headers and statusCode.

    Nothing is sent or read. Secrets are masked, files are named. Raises FILE_TOO_LARGE as UploadFailed, and
    ConfigurationError for a key that is not there.
    """
    organization = recipe.organization
    steps = recipe.configuration.steps
    with ExitStack() as resources:
        texts = LongTexts()
        resources.callback(texts.close)
        files = SpooledFiles(order.files, recipe.limits, texts)
        files.check_sizes()
        env = _env(organization.pk, organization.config_version, steps)
        known = Known(
            params={}, steps=[*answers], env=env, texts=texts, origins=set(), file_data=list[JSONValue](files.facts())
        )
        seen = files.seen()
        environment = Environment(organization.pk, organization.config_version)
        rehearsal = _Rehearsal(
            known=known,
            expressions=Expressions(order, environment, seen, known.steps),
            environment=environment,
            order=order,
            token=TOKEN if (recipe.use_case.configuration or {}).get("auth") else None,
            names={str(one["base64"]): str(one.get("filename") or "a file") for one in seen},
        )
        told: list[JSONObject] = []
        for position, step in enumerate(steps):
            told.append(rehearsal.step(position, replace(step, body=None)))
            if told[-1].get("enabled") is False:
                break
    return told


def _env(organization_id: int, config_version: int, steps: Sequence[Step]) -> dict[str, str]:
    """What references stand for, secrets masked."""
    names = names_in(text for step in steps for text in step.templates)
    found = lookup(names, organization_id=organization_id, single_line=True, config_version=config_version)
    secret = secret_keys_of(organization_id, config_version)
    return {name: MASK if {name, name.lower()} & secret else text for name, text in found.texts.items()}
