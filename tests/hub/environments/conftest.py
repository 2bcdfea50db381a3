"""Keys of this room's tests, and values as other processes would read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.environments.changes import VariableChanges
from hub.environments.models import Variable
from hub.environments.operations.author import Author
from hub.environments.operations.variables import put_variable
from tests.builders import NOW

OLD_KEY, NEW_KEY = b"old-" * 8, b"new-" * 8


@pytest.fixture
def author(organization: Organization) -> Author:
    """An owner of home."""
    return Author(organization=organization, actor=SYSTEM, is_owner=True, at=NOW)


@pytest.fixture
def put(author: Author) -> Callable[..., Variable]:
    """put("key", "value", type="String"): writes as the API does."""

    def put(key: str, value: Any, **fields: Any) -> Variable:
        body = {"type": "String", "value": value} | fields
        return put_variable(author=author, key=key, changes=VariableChanges.parse(body))[0]

    return put
