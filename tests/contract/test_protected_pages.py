"""A protected integration at its pages: whoever is no admin changes nothing of it, and nobody deletes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Integration
from tests.cast import ADMIN, OPERATOR, OWNER, VIEWER, Caller
from tests.contract.test_every_page import PAGES, path_to
from tests.contract.test_strangers import stored
from tests.contract.things import Things
from tests.hub.web.test_settings_page import with_fresh_password

pytestmark = pytest.mark.once

ClientOf = Callable[[Any], Client]

OF_INTEGRATION = [page for page in PAGES if page.startswith("/app/integrations/<") or "/mapping" in page]
DELETING = "/app/integrations/<uuid:integration_id>/delete"
KEPT = {"Integration", "UseCase", "AppMapping", "AllowListChange", "HistoricalUseCase", "Tombstone"}
"""What an integration is made of."""
FORMS = {
    "name": "Mine",
    "slug": "mine",
    "integration_type": "erp",
    "version": "1",
    "configuration": '{"entities": []}',
    "base_url": "https://erp.example.com",
    "allowed_domains": "erp.example.com",
    "reason": "wanted",
    "is_seen": "on",
}
"""One filling for all forms, none of which sets the protection."""


@pytest.fixture
def integration(things: Things) -> Integration:
    """All that the things hang on, protected."""
    integration = Integration.objects.get(pk=things.integration_id)
    integration.protected = True
    integration.save()
    return integration


def parts() -> dict[str, Any]:
    """Rows of the tables that an integration is made of. Any: rows."""
    return {name: rows for name, rows in stored().items() if name in KEPT}


@pytest.mark.parametrize("caller", [VIEWER, OPERATOR], ids=str)
@pytest.mark.parametrize("page", OF_INTEGRATION)
def test_whoever_is_no_admin_changes_nothing_of_it(
    client_of: ClientOf, things: Things, integration: Integration, page: str, caller: Caller
) -> None:
    before = parts()
    answer = client_of(caller).post(path_to(page, things), FORMS)
    assert answer.status_code in {403, 404, 405}
    assert parts() == before


@pytest.mark.parametrize("caller", [OWNER, ADMIN, OPERATOR, VIEWER], ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_deletes_it(
    client_of: ClientOf, things: Things, integration: Integration, caller: Caller, method: str
) -> None:
    before = parts()
    answer = getattr(with_fresh_password(client_of(caller)), method)(path_to(DELETING, things))
    assert answer.status_code == 403
    assert parts() == before


@pytest.mark.parametrize("caller", [OWNER, ADMIN], ids=str)
def test_an_admin_is_told_why_and_takes_the_protection_away_first(
    client_of: ClientOf, things: Things, integration: Integration, caller: Caller
) -> None:
    client = with_fresh_password(client_of(caller))
    settings, deleting = (
        path_to(f"/app/integrations/<uuid:integration_id>/{one}", things) for one in ("settings", "delete")
    )
    assert "Take the protection away first" in client.get(deleting).text
    assert deleting not in client.get(settings).text
    assert client.post(settings, {"name": integration.name, "integration_type": "erp"}).status_code == 302
    assert client.post(deleting).status_code == 302
    assert not Integration.objects.filter(pk=integration.pk).exists()
