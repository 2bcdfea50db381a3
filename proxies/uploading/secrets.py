"""Secrets in expressions: a placeholder that may be moved and says nothing, exchanged for the value afterwards.

A placeholder is another one for each attempt. So what an event or an answer holds is never taken for one.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Final

from hub.environments.redaction import redact
from hub.environments.resolve import lookup, secret_keys_of, values_of
from hub.json_types import JSONValue

_DIGITS: Final = "[0-9]{1,9}"


class Environment:
    """What expressions of one attempt see as ``$env``. secrets: those that were filled in, for whoever masks."""

    def __init__(self, organization_id: int, config_version: int | None) -> None:
        self._organization_id = organization_id
        self._config_version = config_version
        self._token = secrets.token_hex(16)
        keys = sorted(secret_keys_of(organization_id, config_version))
        self._keys = {f"hub-secret-{self._token}-{number}.": key for number, key in enumerate(keys)}
        self._placeholder = re.compile(f"hub-secret-{self._token}-{_DIGITS}\\.")
        self.secrets: frozenset[str] = frozenset()

    def seen(self) -> Mapping[str, JSONValue]:
        """Key → value, of a secret its placeholder."""
        hidden = {key: placeholder for placeholder, key in self._keys.items()}
        return {**values_of(self._organization_id, self._config_version), **hidden}

    def filled(self, text: str) -> str:
        """JSON text with the values of secrets in the place of their placeholders, all of which stand within texts.

        Raises ConfigurationError for a secret that has no form inside a text, SecretUnavailable.
        """
        keys = {self._keys[found] for found in self._placeholder.findall(text) if found in self._keys}
        known = lookup(keys, organization_id=self._organization_id, config_version=self._config_version)
        self.secrets |= known.secrets
        return self._placeholder.sub(
            lambda found: (
                json.dumps(known.texts[self._keys[found.group()]], ensure_ascii=False)[1:-1]
                if found.group() in self._keys
                else found.group()
            ),
            text,
        )

    def masked(self, text: str, mask: str) -> str:
        """Text with the mask in the place of each secret."""
        return self._placeholder.sub(mask, text)

    def check(self, text: str) -> None:
        """Raise ValueError where a part of a placeholder stands in it, in capitals or encoded: it was changed."""
        if self._token in text.lower() or redact(text, [self._token]) != text:
            raise ValueError("a placeholder was changed")
