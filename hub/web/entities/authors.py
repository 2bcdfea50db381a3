"""Origin: who made a change, of which use case version, because of which event; names read once per page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from hub.accounts.models import ApiToken, Organization, User
from hub.entities.models import EntityChange
from hub.ids import to_text
from hub.web.entities.filling import UseCaseName, use_case_names

EVENT_PREFIX = "evt_"
Actor = tuple[str, str]
"""Type and id, as changes and changesets keep them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A change with names. who is empty where use_case says it; event_id where no event did it."""

    change: EntityChange
    who: str
    use_case: UseCaseName | None
    event_id: str

    @property
    def below(self) -> int:
        """Where the history has to go on for the change to stand first on its page."""
        return self.change.version + 1


def origins_of(organization: Organization, changes: Iterable[EntityChange]) -> dict[UUID, Origin]:
    """By the id of the change, with at most one query per kind of author."""
    wanted = {change.pk: change for change in changes}
    names = use_case_names(organization) if any(change.use_case_id for change in wanted.values()) else {}
    authors = actors_in_words(organization, map(_actor, wanted.values()))
    return {pk: _origin(change, names, authors) for pk, change in wanted.items()}


def actors_in_words(organization: Organization, actors: Iterable[Actor]) -> dict[Actor, str]:
    """What each of them is called; at most a query for people and one for tokens."""
    wanted = set(actors)
    known = _known(organization, wanted)
    return {actor: _in_words(actor, known.get(actor)) for actor in wanted}


def _known(organization: Organization, actors: Iterable[Actor]) -> dict[Actor, str]:
    ids: dict[str, set[str]] = {"user": set(), "token": set()}
    for actor_type, actor_id in actors:
        ids.setdefault(actor_type, set()).add(actor_id)
    authors = {("user", str(one.pk)): str(one) for one in _people(ids["user"])}
    return authors | {("token", one.pk): one.name for one in _tokens(organization, ids["token"])}


def _people(ids: set[str]) -> list[User]:
    return list(User.objects.filter(pk__in=[int(one) for one in ids if one.isdigit()])) if ids else []


def _tokens(organization: Organization, ids: set[str]) -> list[ApiToken]:
    return list(ApiToken.objects.of(organization).filter(pk__in=ids)) if ids else []


def _actor(change: EntityChange) -> Actor:
    return change.actor_type, change.actor_id


def _origin(change: EntityChange, names: Mapping[UUID, UseCaseName], authors: Mapping[Actor, str]) -> Origin:
    use_case = names.get(change.use_case_id) if change.use_case_id else None
    return Origin(
        change=change,
        who="" if use_case else authors[_actor(change)],
        use_case=use_case,
        event_id=to_text(EVENT_PREFIX, change.event_id) if change.event_id else "",
    )


def _in_words(actor: Actor, known: str | None) -> str:
    actor_type, actor_id = actor
    words = {
        "use_case": _("a use case that was deleted"),
        "automation": _("an automation"),
        "token": _("token %(name)s") % {"name": known or actor_id},
        "user": known or _("somebody who left"),
        "system": _("the hub"),
        "operator": _("somebody on the server"),
    }
    return words.get(actor_type, actor_type)
