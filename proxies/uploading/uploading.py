"""upload: the files of an order go out by their recipe; whatever happens is an Outcome."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from hub.accounts.models import Organization
from hub.environments.redaction import redact
from hub.environments.references import names_in
from hub.environments.resolve import lookup
from hub.errors import HubError
from hub.json_types import JSONObject
from proxies.file_proxy.credentials import CredentialSource
from proxies.file_proxy.download import sender_of
from proxies.file_proxy.long_texts import LongTexts
from proxies.file_proxy.recording import shown
from proxies.file_proxy.requests import Known
from proxies.uploading.contents import SpooledFiles
from proxies.uploading.expressions import Expressions
from proxies.uploading.failures import UploadFailed, as_failed
from proxies.uploading.orders import SKIPPED, UPLOADED, Outcome, UploadOrder
from proxies.uploading.recipes import RecipeUnfit, UploadRecipe, find_upload_recipe
from proxies.uploading.running import Run
from proxies.uploading.secrets import Environment

MESSAGE_CHARACTERS: Final = 2_000


def upload(order: UploadOrder) -> Outcome:
    """One attempt, by the recipe as it is now. Must not be called within a transaction. Never raises HubError."""
    try:
        organization = Organization.objects.get(pk=order.organization_id)
        recipe = find_upload_recipe(organization=organization, integration_id=order.integration_id, slug=order.slug)
    except RecipeUnfit as failure:
        return Outcome(failure.code, failure.message)
    with ExitStack() as resources:
        try:
            run = _run_of(order, recipe, resources)
        except HubError as failure:
            return _failed(as_failed(failure), recipe, (), frozenset())
        try:
            skipped = run.run()
        except UploadFailed as failure:
            return _failed(failure, recipe, run.told, run.secrets())
    steps = [shown(one, run.secrets()) for one in run.told]
    if skipped is not None:
        message = f"Step {skipped} was not enabled, so that it and the steps after it were left out."
        return Outcome(SKIPPED, message, run.status, steps=steps)
    return Outcome(UPLOADED, status_code=run.status, steps=steps)


def _failed(
    failure: UploadFailed, recipe: UploadRecipe, told: Iterable[JSONObject], secrets: frozenset[str]
) -> Outcome:
    return Outcome(
        code=failure.code,
        message=redact(failure.message, secrets)[:MESSAGE_CHARACTERS],
        status_code=failure.status_code,
        is_transient=failure.is_transient,
        is_receivers_fault=failure.is_receivers_fault,
        retry_after=failure.retry_after,
        max_attempts=recipe.limits.max_attempts,
        steps=[shown(one, secrets) for one in told],
    )


def _run_of(order: UploadOrder, recipe: UploadRecipe, resources: ExitStack) -> Run:
    """Everything that has to be there before the first request. Raises HubError of many kinds."""
    organization = recipe.organization
    texts = LongTexts()
    resources.callback(texts.close)
    files = SpooledFiles(order.files, recipe.limits, texts)
    files.check_sizes()
    policy = recipe.policy()
    steps = [replace(step, body=None) for step in recipe.configuration.steps]
    found = lookup(
        names_in(text for step in steps for text in step.templates),
        organization_id=organization.pk,
        single_line=True,
        config_version=organization.config_version,
    )
    environment = Environment(organization.pk, organization.config_version)
    environment.secrets |= found.secrets
    known = Known(params={}, steps=[], env=found.texts, texts=texts, origins=set(), file_data=list(files.facts()))
    return Run(
        steps=steps,
        known=known,
        files=files,
        expressions=Expressions(order, environment, files.seen(), known.steps),
        environment=environment,
        credentials=CredentialSource(recipe.auth(), owner=recipe.owner(), send=sender_of(policy)),
        policy=policy,
        hint=order.hint,
        hop=order.hop + 1,
    )
