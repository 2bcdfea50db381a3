"""An archive whose files are linked: a recipe that brings them, and addresses that file entities have at the hub."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings

from integrations.models import Integration, UseCase, UseCaseType
from tests.builders import make_use_case

PATH = "/archive/F-1"


def archive_recipe(integration: Integration, base: str) -> UseCase:
    """The file proxy. base: of the archive, whose files lie under /archive/."""
    configuration = {
        "params": [{"name": "id", "required": True}],
        "steps": [{"url": f"{base}/archive/{{{{params.id}}}}", "method": "GET", "response_type": "binary"}],
        "response": {"body": "steps[0].body", "encoding": "binary"},
    }
    return make_use_case(
        integration=integration, slug="from-the-archive", type=UseCaseType.FILE_PROXY, configuration=configuration
    )


def archive_address(integration: Integration, **changed: str | None) -> str:
    """Of the hub's own download, with other parameters."""
    whole = {
        "orgId": integration.organization.public_id,
        "integrationId": str(integration.pk),
        "useCaseSlug": "from-the-archive",
        "id": "F-1",
    } | changed
    query = urlencode({name: value for name, value in whole.items() if value is not None})
    return f"{settings.HUB_BASE_URL.rstrip('/')}/download?{query}"
