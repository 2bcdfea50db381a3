"""uses_of: the integrations and use cases whose configuration refers to a variable."""

from __future__ import annotations

import re

from hub.environments.references import names_in
from hub.json_types import JSONValue
from integrations.models import Integration, UseCase

ENV = "$env"
"""How expressions name the environment."""


def uses_of(organization_id: int, key: str) -> list[str]:
    """``integration ERP`` or ``use case customer of ERP``, oldest first, for whatever refers to the key. Two queries.

    Counts references, env_var_ref and expressions that mention $env and the key, however they put them together.
    """
    integrations = Integration.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    names = {row.pk: row.name for row in integrations}
    found = [f"integration {row.name}" for row in integrations if mentions(row.connector_config, key)]
    use_cases = UseCase.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    return found + [
        f"use case {row.slug} of {names[row.integration_id]}" for row in use_cases if mentions(row.configuration, key)
    ]


def mentions(document: JSONValue, key: str) -> bool:
    """Whether a configuration, or a list of texts, refers to the key anywhere."""
    word = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str) and _refers(each, key, word):
            return True
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            reference = each.get("env_var_ref")
            if isinstance(reference, dict) and reference.get("key") == key:
                return True
            waiting += each.values()
    return False


def _refers(text: str, key: str, word: re.Pattern[str]) -> bool:
    if any(name.lower() == key for name in names_in([text])):
        return True
    return ENV in text and word.search(text) is not None
