"""values: what file proxies keep sealed in their configurations, for whoever looks whether it can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hub.database.reading import each
from hub.environments.sealed_values import SealedValue
from integrations.models import UseCase, UseCaseType
from proxies.file_proxy.written_secrets import sealed_texts

AT_ONCE: Final = 50
"""A configuration is as large as its author likes."""


def values() -> Iterator[SealedValue]:
    """The secrets that are written down in them as they are now: nobody calls with those of a former version."""
    kept = UseCase.objects.filter(type=UseCaseType.FILE_PROXY, configuration__isnull=False)
    for use_case in each(kept.only("organization_id", "configuration", "slug"), AT_ONCE):
        for place, name, record in sealed_texts(use_case.configuration, use_case.pk):
            told = f"configuration.auth.{place} of the file proxy {use_case.slug} ({use_case.pk})"
            yield SealedValue(use_case.organization_id, name, record, told)
