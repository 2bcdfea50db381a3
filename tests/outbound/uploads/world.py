"""Uploads: an outbound use case whose event has files, the recipe that its mapping names, and a document system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from hub.events.requests import Firing, Seed
from hub.events.triggering import trigger
from hub.json_types import JSONObject
from integrations.models import UseCase, UseCaseType
from outbound.models import DeliveryAttempt
from tests.builders import NOW, make_secret, make_use_case, make_variable
from tests.hub.entities.files.builders import a_file
from tests.outbound.world import World, mapping
from tests.receiver import Received, Reply

EVENT = "GridConnectionRequested"
SLUG = "to-the-dms"
SECRET = "s3cr3t-of-the-dms"
TOKEN = "token-of-the-dms"
JSON = {"Content-Type": "application/json"}
STEP = {
    "url": "{{env.dms.base}}/files",
    "method": "POST",
    "response_type": "json",
    "body_jsonata": '{"name": $file_data.filename, "doc": $file_data.base64, "ack": $ack_id, "tags": $file_data._tags}',
}


class Uploads:
    """One recipe with one step, and one use case that hands it the files of EVENT."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.organization = world.organization
        self.dms = world.receiver
        self.events = 0
        make_variable(organization=self.organization, key="dms.base", value=self.dms.url)
        make_secret(organization=self.organization, key="dms.secret", value=SECRET)
        self.answers: dict[str, Reply | Callable[[Received], Reply | None]] = {
            "/token": Reply(headers=JSON, body=b'{"access_token": "%s", "expires_in": 3600}' % TOKEN.encode()),
            "/files": Reply(201, JSON, b'{"id": "D-1"}'),
        }
        self.dms.answer = lambda received, _: self._answer(received)

    def _answer(self, received: Received) -> Reply | None:
        answer = self.answers.get(received.path, Reply(404))
        return answer(received) if callable(answer) else answer

    def recipe(self, *steps: JSONObject, enabled: bool = True, slug: str = SLUG, **fields: Any) -> UseCase:
        """The file proxy; fields are of its configuration."""
        configuration = {"direction": "upload", "upload": {}, "steps": [*(steps or [STEP])]} | fields
        row = make_use_case(
            integration=self.world.integration,
            slug=slug,
            type=UseCaseType.FILE_PROXY,
            enabled=enabled,
            configuration=configuration,
        )
        self.organization.bump_config_version()
        return row

    def use_case(self, **configuration: Any) -> UseCase:
        """The outbound use case."""
        return self.world.use_case(to_recipe(), event=EVENT, **configuration)

    def event(self, *files: UUID | JSONObject, chain: Sequence[str] = ()) -> None:
        """The event happens, with attachments that are ids of files or written out; chain: what led to it."""
        opportunity = self.world.write("opportunity", opportunity_number="O-1")
        listed = [one if isinstance(one, dict) else attachment(one) for one in files]
        seed = Seed(opportunity, "opportunity")
        self.events += 1
        firing = Firing(
            name=EVENT,
            seed=seed,
            fields={"event_attachments": listed},
            source_type="automation",
            source=f"run-{self.events}/step-1",
            chain=chain,
        )
        trigger(organization=self.organization, firing=firing, at=NOW)

    def file(self, content: bytes = b"%PDF a contract", filename: str = "a.pdf") -> UUID:
        """A stored file."""
        return a_file(self.organization, content, filename)

    def attempts(self) -> list[DeliveryAttempt]:
        """All of them, oldest first."""
        return list(DeliveryAttempt.objects.of(self.organization).order_by("at", "id"))

    def sent(self, path: str = "/files") -> list[Received]:
        """The requests to that path, in order."""
        return [one for one in self.dms.requests if one.path == path]


def to_recipe(slug: str = SLUG, number: int = 1) -> JSONObject:
    """A mapping that hands files to the recipe."""
    whole = mapping(number=number)
    del whole["jsonata_expression"]
    return whole | {"delivery": {"type": "file_proxy", "use_case_slug": slug}}


def attachment(entity_id: UUID, version_index: int = 0, **facts: Any) -> JSONObject:
    """A file as an event names it."""
    return {"entity_id": str(entity_id), "version_index": version_index, **facts}


@pytest.fixture
def uploads(world: World) -> Uploads:
    """Home with its document system."""
    return Uploads(world)
