"""find: what somebody typed into the search box, as an identifier first, then as a query."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.entities.models import Entity
from hub.entities.query.lexer import InvalidQuery
from hub.entities.query.search import COUNTED_UP_TO, SearchRequest, search
from hub.entities.query.syntax import And, Equals, Node, Or, Term, parse
from hub.entities.read import find_by_identifier
from hub.errors import Forbidden, Invalid
from hub.json_types import JSONValue

PAGE_SIZE = 50
LONGEST_QUERY = 4000
WORD = re.compile(r"[^\s:*?()\[\]{}\"~^]+")
"""A text that is no query by any sign of the syntax."""
MOST_PROBED = 21
"""Entities that one identifier value is expected to have; more of them are left to the query."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a text finds nothing; before, at and after are its parts around the place where a query goes wrong."""

    title: str
    message: str
    before: str = ""
    at: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """entities of this page. hits counts all of them, "10 000+" where there are more; next goes on."""

    entities: list[Entity]
    hits: int
    next: str = ""
    trouble: Trouble | None = None

    @property
    def is_mistaken(self) -> bool:
        """Whether the text is no query at all."""
        return self.trouble is not None and bool(self.trouble.before or self.trouble.at or self.trouble.after)

    @property
    def has_more_hits(self) -> bool:
        """Whether hits was counted to its end."""
        return self.hits >= COUNTED_UP_TO


def find(  # the question, its answer's place, and who asks
    *,
    organization: Organization,
    principal: Principal,
    text: str,
    schema: str = "",
    terms: Sequence[Term] = (),
    after: str = "",
) -> Found:
    """A page of entities, of one schema or of all; identifiers are probed in their index and come first.

    terms must hold, too; text may be empty then, or where a schema is named.
    """
    if text and not after and not terms:
        probed = _probed(organization, text, schema)
        if probed:
            return Found(probed, len(probed))
        if not schema and WORD.fullmatch(text):
            # A word alone is an identifier, or part of a title, which only the search in one schema looks at.
            return Found([], 0)
    try:
        node = _node(text, schema, terms)
        request = SearchRequest(node, size=PAGE_SIZE, after=_after(after))
        result = search(
            organization=organization,
            request=request,
            may_view=lambda one: allows(principal, Capability.ENTITY_VIEW, None, one),
        )
    except InvalidQuery as error:
        return Found([], 0, trouble=_trouble(error, text, error.position))
    except Invalid as error:
        return Found([], 0, trouble=Trouble(_("No entity has this identifier."), error.message))
    if result is None:
        raise Forbidden("Your role does not reach all schemas of this query.")
    return Found(result.entities, result.hits, json.dumps(result.sort_end) if result.sort_end else "")


def node_of(*, organization: Organization, text: str, schema: str, terms: Sequence[Term]) -> Node:
    """Every entity of a schema that find() would list, page after page, as a query. Raises InvalidQuery."""
    probed = _probed(organization, text, schema) if text and not terms else []
    if not probed:
        return _node(text, schema, terms)
    ids = tuple(Term("_id", Equals(str(entity.pk)), 0) for entity in probed)
    return And((Term("_schema", Equals(schema), 0), Or(ids)))


def _probed(organization: Organization, text: str, schema: str) -> list[Entity]:
    probed = find_by_identifier(organization=organization, value=text, limit=MOST_PROBED)
    return [entity for entity in probed if not schema or entity.schema == schema]


def _node(text: str, schema: str, terms: Sequence[Term]) -> Node:
    """All that must hold. Raises InvalidQuery with the position in text."""
    within = [Term("_schema", Equals(schema), 0)] if schema else []
    asked = [parse(text)] if text else []
    return And((*within, *terms, *asked))


def _trouble(error: InvalidQuery, text: str, position: int) -> Trouble:
    position = min(max(position, 0), len(text))
    reason = error.details[0].message.partition(": ")[2] or error.message
    title = _("This query cannot be read.")
    return Trouble(title, reason, text[:position], text[position : position + 1], text[position + 1 :])


def _after(text: str) -> JSONValue:
    try:
        after: JSONValue = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return after if isinstance(after, list) else None
