"""Secrets that are written down in a file proxy: sealed where they are kept, whole where they are sent."""

from __future__ import annotations

import pytest

from hub import clock
from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.environments.models import DataKey
from hub.errors import Invalid
from integrations.changes.use_case import UseCaseChanges
from integrations.models import UseCase
from integrations.operations.author import Author
from integrations.operations.use_cases import create_use_case, update_use_case
from proxies.file_proxy.sealing_old import seal_old_secrets
from proxies.file_proxy.written_secrets import opened
from proxies.kinds import FileProxyKind
from tests.database_text import database_text
from tests.proxies.file_proxy.world import FILE, RECIPE, TOKEN, content_of

KIND = FileProxyKind()
WRITTEN = "hunter2-hunter2"
AUTH = {
    "type": "oauth2_password",
    "token_url": "https://login.example.com/token",
    "client_id": "hub",
    "client_secret": WRITTEN,
    "username": "clerk",
    "password": "{{env.dms.id}}-pass-4711",
}


@pytest.fixture
def author(world):
    return Author(world.organization, Actor("system", ""), is_admin=True, at=clock.now())


@pytest.fixture
def auth(world):
    """AUTH with the token server that there is; its host is written down, as a secret that is needs it."""
    return AUTH | {"token_url": f"{world.upstream.url}/token"}


@pytest.fixture
def saved(world, author, auth):
    """The recipe with secrets that are written down, as the API has saved it."""
    body = {
        "name": "Files",
        "slug": "document-download",
        "type": "file_proxy",
        "enabled": True,
        "configuration": RECIPE | {"auth": auth},
    }
    changes = UseCaseChanges.parse_new(body)
    return create_use_case(author=author, integration_id=world.integration.pk, changes=changes)


def put(author, use_case, **auth):
    """The use case after a PUT with other members of auth."""
    kept = AUTH | {"token_url": use_case.configuration["auth"]["token_url"]}
    body = {"configuration": RECIPE | {"auth": kept | auth}}
    changes = UseCaseChanges.parse_partial(body, stored_type="file_proxy")
    return update_use_case(
        author=author, integration_id=use_case.integration_id, use_case_id=use_case.pk, changes=changes
    )


def auth_of(use_case):
    """What a call would be made with, before its references are filled in."""
    return opened(use_case.configuration, use_case.organization_id, use_case.pk)


def test_no_dump_of_the_database_has_a_secret_that_was_written_down(author, saved):
    put(author, saved, client_secret="hunter3-hunter3")
    dump = database_text()
    assert [text in dump for text in (WRITTEN, "hunter3-hunter3", "pass-4711", "document-download")] == [
        *[False] * 3,
        True,
    ]


def test_the_token_is_asked_for_with_what_was_written_down(world, saved):
    assert content_of(world.browser.open()) == FILE
    sent = world.upstream.requests[0].body
    assert b"client_secret=hunter2-hunter2" in sent
    assert b"password=hub-pass-4711" in sent


def test_references_within_a_secret_are_still_found(saved):
    assert "{{env.dms.id}}" in saved.configuration["auth"]["password"]


def test_the_mask_that_is_sent_back_keeps_the_stored_secret(author, saved):
    later = put(author, saved, client_secret="***", password="***", username="other")
    assert (later.version, auth_of(later)["client_secret"]) == (2, WRITTEN)
    assert later.configuration["auth"]["client_secret"] == saved.configuration["auth"]["client_secret"]


def test_the_same_secret_again_is_no_change(author, saved):
    assert put(author, saved).version == 1


def test_a_secret_of_another_use_case_does_not_open(author, saved, world):
    copy = world.recipe(saved.configuration, slug="copy")
    assert world.browser.open(useCaseSlug="copy").status_code == 500
    assert not world.upstream.requests
    assert copy.configuration == saved.configuration


def test_without_its_data_key_a_written_secret_is_no_empty_one(world, saved):
    DataKey.objects.all().delete()
    response = world.browser.open()
    assert (response.status_code, world.upstream.requests) == (500, [])


def test_a_file_proxy_of_the_time_before_is_sealed_with_all_its_versions(auth, saved, world):
    versions = UseCase.history.model
    plain = RECIPE | {"auth": auth}
    for table in (UseCase, versions):
        table._default_manager.all().update(configuration=plain)
    before = world.organization.config_version
    sealing = {"organizations": Organization, "at": clock.now()}
    counts = [seal_old_secrets(UseCase, versions, **sealing) for _ in range(2)]
    world.organization.refresh_from_db()
    assert world.organization.config_version == before + 1
    assert (counts, WRITTEN in database_text()) == ([2, 0], False)
    assert auth_of(UseCase.objects.get(pk=saved.pk)) == auth
    assert content_of(world.browser.open()) == FILE


def test_a_secret_that_was_not_yet_sealed_still_works(world, auth):
    world.recipe(RECIPE | {"auth": auth})
    assert content_of(world.browser.open()) == FILE


def test_no_dump_of_the_database_has_a_token_that_was_fetched(world, saved):
    assert content_of(world.browser.open()) == FILE
    assert TOKEN not in database_text()


def with_headers(author, use_case, **headers):
    return put(author, use_case, headers=headers, body_params={"resource": "dms", "access_token": WRITTEN})


def test_what_a_name_gives_away_in_the_maps_is_sealed_masked_and_kept_by_its_mask(author, saved):
    later = with_headers(author, saved, Authorization="Basic written-header", Accept="application/json")
    shown = KIND.shown(later.configuration)["auth"]
    assert shown["headers"] == {"Authorization": "***", "Accept": "application/json"}
    assert shown["body_params"] == {"resource": "dms", "access_token": "***"}
    assert "written-header" not in database_text()
    assert put(author, later, **{name: shown[name] for name in ("headers", "body_params")}).version == later.version
    assert auth_of(later)["headers"]["Authorization"] == "Basic written-header"


def test_a_reference_in_a_header_is_shown(author, saved):
    later = with_headers(author, saved, Authorization="Bearer {{env.dms.id}}")
    assert KIND.shown(later.configuration)["auth"]["headers"] == {"Authorization": "Bearer {{env.dms.id}}"}


def test_every_secret_that_is_written_down_is_warned_of_by_its_place(author, saved):
    later = with_headers(author, saved, Authorization="Basic written-header")
    told = [one.path for one in KIND.advice(later.configuration, later.organization, later.integration_id)]
    places = ("client_secret", "password", "headers.Authorization", "body_params.access_token")
    assert told == [f"configuration.auth.{one}" for one in places]


# --- beside a host that comes from a variable -----------------------------------------------------------------------

FOLLOWING = "{{env.dms.token_url}}"
PLACES = [f"configuration.auth.{one}" for one in ("client_secret", "password")]


def test_no_secret_that_is_written_down_follows_a_variable(author, saved):
    with pytest.raises(Invalid, match="write the host down") as refused:
        put(author, saved, token_url=FOLLOWING)
    assert [one.path for one in refused.value.details] == PLACES
    assert "{{env.dms.token_url}}" in refused.value.message
    assert WRITTEN not in refused.value.message


@pytest.mark.parametrize("url", ["https://{{env.h}}/t", "https://a.example{{env.h}}", "{{env.h}}://a.example/t"])
def test_whatever_else_of_the_origin_comes_from_a_variable_is_refused_too(author, saved, url):
    with pytest.raises(Invalid):
        put(author, saved, token_url=url)


def test_a_path_from_a_variable_changes_no_host(author, saved):
    url = "https://a.example/{{env.dms.id}}"
    assert put(author, saved, token_url=url).configuration["auth"]["token_url"] == url


def test_a_secret_that_comes_from_a_variable_as_well_may_follow_one(author, saved):
    reference = {"client_secret": "{{env.dms.secret}}", "password": "{{env.dms.secret}}"}
    assert put(author, saved, token_url=FOLLOWING, **reference).version == 2


def test_a_secret_in_a_header_follows_no_variable(author, saved):
    reference = {"client_secret": "{{env.dms.secret}}", "password": "{{env.dms.secret}}"}
    with pytest.raises(Invalid) as refused:
        put(author, saved, token_url=FOLLOWING, headers={"X-Token": WRITTEN}, **reference)
    assert [one.path for one in refused.value.details] == ["configuration.auth.headers.X-Token"]


def test_one_that_was_stored_before_is_called_told_of_and_not_saved_again(author, saved, world):
    before = saved.configuration | {"auth": saved.configuration["auth"] | {"token_url": FOLLOWING}}
    UseCase.objects.filter(pk=saved.pk).update(configuration=before)
    assert content_of(world.browser.open()) == FILE
    saved.refresh_from_db()
    told = KIND.advice(saved.configuration, saved.organization, saved.integration_id)
    assert [one.path for one in told] == PLACES
    assert all("write the host down" in one.message for one in told)
    with pytest.raises(Invalid):
        put(author, saved, client_secret="***", password="***", scope="more")
