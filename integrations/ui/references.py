"""Fields that may refer to the environment: completed while somebody types, and never showing a secret."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from hub.accounts.grants import Capability
from hub.environments.models import Variable
from hub.environments.queries import variables_of
from hub.web.access import may
from hub.web.requests import HubRequest
from integrations.env_references import is_reference

CODE: Final = {"class": "ih-mono", "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
WITH_VARIABLES: Final = CODE | {"data-behaviour": "env-completion"}
"""References to the environment are completed while somebody types."""


class SecretInput(forms.TextInput):
    """Shows a reference to the environment again, but nothing that is a secret itself."""

    def format_value(self, value: Any) -> str | None:  # Any: whatever was sent
        """What the field holds when a form was refused."""
        return value if isinstance(value, str) and is_reference(value) else None


def offered_variables(request: HubRequest) -> list[Variable]:
    """What can be referred to, for those who may see it."""
    return variables_of(request.organization) if may(request, Capability.ENVIRONMENTS_EDIT) else []
