"""The same cast at every page: strangers, forms of other sites, viewers, and the owner next door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from outbound.signing_keys import signing_key_of
from tests.builders import NOW, make_member
from tests.cast import NEIGHBOUR_OWNER, NOBODY, OWNER, VIEWER, Stage
from tests.contract.test_foreign_parts import rows_of
from tests.contract.test_strangers import stored
from tests.contract.things import Things
from tests.hub.api.routes import PARAMETER

pytestmark = pytest.mark.once

ClientOf = Callable[[Any], Client]
ANSWERS_BY_FORM = {
    *("/app/simulation", "/app/entities/<stored_schema:schema>/export", "/app/organization"),
    "/app/deliveries/<str:delivery_id>",
    "/app/events/issues",
    *("/app/saved-views", "/app/saved-views/<uuid:view_id>/rename", "/app/saved-views/<uuid:view_id>/delete"),
}
"""Pages whose forms ask for something, choose where the person works, or keep what is the person's own: no role is
needed to send them."""
LEADS_ON = {"/app", "/app/"}
"""Where nothing is, but the way to the first page."""
DEVELOPMENT = "/app/gallery"
NAMED = {
    **{"schema": "contact", "attribute": "first_name", "component_id": "component_id", "app_id": "registered_id"},
    **{"chart": "throughput", "key": "variable_key", "webhook_id": "hook_id", "name": "own_event", "slug": "own_event"},
}
"""Parameter of a path → the member of Things that it stands for, where that has another name; or the word itself."""


def _patterns(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(here, pattern.url_patterns)
        else:
            yield f"/{here}"


PAGES = sorted(
    {path for path in _patterns("", get_resolver().url_patterns) if path.startswith("/app") and path != DEVELOPMENT}
)


def path_to(page: str, things: Things) -> str:
    """Where the page of these things is."""

    def value(found: re.Match[str]) -> str:
        name, converter = found["name"], found["converter"]
        if name == "entity_id" and "/file" in page:
            return things.file_id
        if name == "use_case_id" and "schedule" in page:
            return things.pull_id
        if name == "use_case_id" and "allow-lists" in page:
            return things.proxy_id
        if converter == "int":
            return "1"
        if converter == "uuid" and not hasattr(things, NAMED.get(name, name)):
            return things.change_id
        return str(getattr(things, NAMED.get(name, name), NAMED.get(name, "unknown")))

    return PARAMETER.sub(value, page)


def test_a_stranger_is_sent_to_sign_in_everywhere(client_of: ClientOf, things: Things) -> None:
    client, before = client_of(NOBODY), stored()
    answers = {
        (method, page): getattr(client, method)(path_to(page, things)) for page in PAGES for method in ("get", "post")
    }
    allowed_in = [
        door
        for door, answer in answers.items()
        if answer.status_code != 405
        and door[1] not in LEADS_ON
        and not answer.headers.get("Location", "").startswith("/accounts/login/")
    ]
    assert allowed_in == []
    assert stored() == before


def test_a_form_of_another_site_is_refused_everywhere(stage: Stage, things: Things) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "https://evil.example"})
    client.force_login(make_member(organization=stage.home, role="owner").user)
    before = stored()
    statuses = {page: client.post(path_to(page, things)).status_code for page in PAGES}
    assert [page for page, status in statuses.items() if status != 403] == []
    assert stored() == before


def test_a_viewer_sends_no_form_that_changes_anything(client_of: ClientOf, things: Things) -> None:
    client, before = client_of(VIEWER), stored()
    before.pop("AuditEntry")  # an export is audited
    statuses = {page: client.post(path_to(page, things), {"do": "fire"}).status_code for page in PAGES}
    assert {page: status for page, status in statuses.items() if status not in {403, 405}}.keys() <= ANSWERS_BY_FORM
    assert {name: rows for name, rows in stored().items() if name in before} == before


@pytest.mark.parametrize("caller", [VIEWER, OWNER], ids=str)
def test_opening_a_page_changes_nothing(client_of: ClientOf, stage: Stage, things: Things, caller: Any) -> None:
    signing_key_of(stage.home.pk, NOW)  # pages that show the key make it
    client, before = client_of(caller), stored()
    statuses = {page: client.get(path_to(page, things)).status_code for page in PAGES}
    assert {page: status for page, status in statuses.items() if status >= 500} == {}
    assert stored() == before


def test_the_owner_next_door_gets_the_answer_of_an_id_that_nobody_has(
    client_of: ClientOf, stage: Stage, things: Things
) -> None:
    client = client_of(NEIGHBOUR_OWNER)
    ours, unknown = rows_of(stage.home.pk, stored()), Things.unknown()
    told_apart = []
    for page in PAGES:
        for method in ("get", "post"):
            foreign = getattr(client, method)(path_to(page, things))
            nobodys = getattr(client, method)(path_to(page, unknown))
            if foreign.status_code != nobodys.status_code or b"Jensen" in foreign.getvalue():
                told_apart.append((method, page, foreign.status_code, nobodys.status_code))
    assert told_apart == []
    assert rows_of(stage.home.pk, stored()) == ours
