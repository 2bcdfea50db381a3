"""What file proxies keep sealed can be opened, and what cannot be is named with its place."""

from __future__ import annotations

from hub import clock
from hub.accounts.audit import Actor
from hub.doctor.key_checks import secrets
from hub.environments.sealed_values import lost_values
from integrations.changes.use_case import UseCaseChanges
from integrations.operations.author import Author
from integrations.operations.use_cases import create_use_case
from proxies.sealed_values import values
from tests.proxies.file_proxy.world import RECIPE

WRITTEN = "hunter2-hunter2"
AUTH = {
    "type": "oauth2_password",
    "token_url": "https://login.example.com/token",
    "client_id": "hub",
    "client_secret": WRITTEN,
    "username": "clerk",
    "password": "{{env.dms.id}}-pass-4711",
    "headers": {"X-Api-Key": "key-4711", "Accept": "*/*"},
}


def saved(world, **auth):
    """A file proxy as the API has saved it."""
    author = Author(world.organization, Actor("system", ""), is_admin=True, at=clock.now())
    body = {"name": "Files", "slug": "files", "type": "file_proxy", "enabled": True}
    changes = UseCaseChanges.parse_new(body | {"configuration": RECIPE | {"auth": AUTH | auth}})
    return create_use_case(author=author, integration_id=world.integration.pk, changes=changes)


def test_all_that_is_written_down_in_a_file_proxy_is_opened(world):
    use_case = saved(world)
    names = {one.name.removeprefix(f"file_proxy.{use_case.pk}.") for one in values()}
    assert names == {"client_secret", "password", "headers.X-Api-Key"}
    assert list(lost_values()) == []


def test_a_reference_to_a_secret_is_nothing_that_the_file_proxy_keeps(world):
    saved(world, client_secret="{{env.dms.secret}}", password="{{env.dms.secret}}", headers={})
    assert list(values()) == []


def test_a_secret_that_was_damaged_is_named_with_its_place(world):
    use_case = saved(world)
    auth = use_case.configuration["auth"]
    use_case.configuration["auth"] = auth | {"client_secret": auth["client_secret"][:-4]}
    use_case.save()
    [found] = secrets()
    assert f"configuration.auth.client_secret of the file proxy files ({use_case.pk})" in found.message
    assert "set these values anew" in found.advice


def test_with_a_lost_key_the_doctor_names_the_key_and_shows_no_secret(world, settings):
    use_case = saved(world)
    lost_key = next(iter(settings.HUB_MASTER_KEYS))
    settings.HUB_MASTER_KEYS = {"2026": bytes(32)}
    [found] = [one for one in secrets() if lost_key in one.message]
    assert (found.grade.name, found.advice) == ("FAIL", "Add the missing key behind the first in HUB_MASTER_KEYS.")
    told = [one.place for one in lost_values() if str(use_case.pk) in one.place]
    assert len(told) == 3
    assert not any(secret in text for text in [found.message, *told] for secret in (WRITTEN, "pass-4711", "key-4711"))
