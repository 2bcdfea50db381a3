"""What the tests of the pages of entities share: the store of Home, and a person who looks at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.entities.editor import Editor
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from tests.builders import NOW
from tests.cast import ADMIN, VIEWER
from tests.hub.entities.conftest import Store
from tests.hub.entities.past.diary import Diary
from tests.hub.entities.readings.conftest import Readings


@pytest.fixture
def store(organization: Organization) -> Store:
    """The store of Home."""
    return Store(organization)


@pytest.fixture
def diary(store: Store) -> Diary:
    """One contact, written step by step."""
    return Diary(store)


@pytest.fixture
def readings(organization: Organization) -> Readings:
    """Readings of a meter at Home."""
    return Readings(organization)


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look, and no more."""
    return client_of(VIEWER)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    """Somebody who may change and delete entities."""
    return client_of(ADMIN)


@pytest.fixture
def seen(viewer: Client) -> Callable[..., str]:
    """``seen(path)``: what the page says, with its markup."""

    def look(path: str, status: int = 200) -> str:
        answer = viewer.get(path)
        assert answer.status_code == status
        return answer.content.decode()

    return look


@pytest.fixture
def define(organization: Organization) -> Callable[..., None]:
    """``define(slug, **document)``: what Home says about a schema."""

    def save(slug: str, **document: Any) -> None:
        order = SchemaOrder.parse(document)
        save_schema(editor=Editor(organization, SYSTEM, NOW), slug=slug, order=order)
        organization.refresh_from_db()

    return save


def address_of(entity: Any, tail: str = "") -> str:
    """The address of an entity's page, or of what lies below it. Any: an entity or a result of the store."""
    return f"/app/entities/{entity.schema}/{entity.pk}{tail}"
