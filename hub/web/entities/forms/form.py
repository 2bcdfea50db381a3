"""EntityForm: the attributes of an entity as inputs, and which of them somebody changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from hub.entities.links import RELATION
from hub.entities.schemas import Schema, misfits
from hub.entities.schemas.fitting import types_of
from hub.entities.system_attributes import given_to
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.forms.choosing import look_of
from hub.web.entities.forms.inputs import KEY, SEARCH, SEARCHED, Input, Section
from hub.web.entities.forms.looks import Look, Raw
from hub.web.entities.forms.rows import TAGS, Links, Rows, new_ids, with_schemas
from hub.web.entities.forms.waiting import proposed_for, will_wait
from hub.web.entities.grouping import in_sections
from hub.web.entities.related import Relative, unknown

if TYPE_CHECKING:
    pass


@dataclass
class EntityForm:
    """base: the attributes that the person saw; raws: what stands in the inputs now, by attribute."""

    schema: Schema
    base: JSONObject
    looks: dict[str, Look] = field(default_factory=dict)
    stored: dict[str, Raw] = field(default_factory=dict)
    raws: dict[str, Raw] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    extra_rows_of: str = ""

    @classmethod
    def of(cls, schema: Schema, base: JSONObject) -> EntityForm:
        """As it looks before anybody typed something."""
        form = cls(schema, base)
        for name in names_of(schema, base):
            known = types_of(schema).get(name)
            form.looks[name], form.stored[name] = look_of(known.type if known else None, base.get(name))
        form.raws = dict(form.stored)
        return form

    @classmethod
    def read(cls, schema: Schema, base: JSONObject, sent: QueryDict) -> EntityForm:
        """As it was sent."""
        form = cls.of(schema, base)
        for name, look in form.looks.items():
            raw = look.read(sent, KEY + name)
            if raw is not None:
                form.raws[name] = raw
            if text := sent.get(SEARCH + name, "").replace("\0", "").strip():
                form.searches[name] = text
        return form

    def changed_names(self) -> list[str]:
        """The attributes whose inputs say something else than what is stored."""
        return [name for name, raw in self.raws.items() if raw != self.stored[name]]

    def changes(self) -> JSONObject:
        """The values of changed attributes; errors then says which inputs mean none."""
        values: JSONObject = {}
        for name in self.changed_names():
            try:
                values[name] = self.looks[name].value_of(self.raws[name], self.base.get(name))
            except ValueError as error:
                self.errors[name] = str(error)
        return values

    def unknown_ids(self, values: JSONObject) -> list[str]:
        """Whom new links among changed values lead to: their schemas are needed before the values are whole."""
        return [one for name, value in values.items() if self._is_link(name) for one in new_ids(value)]

    def completed(self, values: JSONObject, schemas: Mapping[str, str]) -> JSONObject:
        """Changed values whose new links have their schemas; links to nobody become errors."""
        for name, value in values.items():
            if self._is_link(name) and any(one not in schemas for one in new_ids(value)):
                self.errors[name] = _("An entity that was chosen is not there any more.")
        return {name: with_schemas(value, schemas) if self._is_link(name) else value for name, value in values.items()}

    def require(self, names: Iterable[str], values: JSONObject) -> None:
        """Errors at those of names that the schema requires and values leave empty; the store itself takes them so."""
        for name in names:
            if name in self.schema.required and _is_empty(values.get(name)):
                self.errors.setdefault(name, _("This is required."))

    def _is_link(self, name: str) -> bool:
        return isinstance(self.looks[name], Links)

    def searched_in_vain(self, sent: QueryDict) -> str:
        """The picker with a search text whose answer the person has not seen yet; "" when there is none."""
        return next((name for name, text in self.searches.items() if sent.get(SEARCHED + name) != text), "")

    def linked_ids(self) -> list[str]:
        """Whom the relations in the form lead to."""
        raws = [raw for name, raw in self.raws.items() if self._is_link(name)]
        return [row["id"] for raw in raws for row in raw if not isinstance(row, str)]

    def sections(
        self, relatives: Mapping[str, Relative], candidates: Mapping[str, Iterable[Relative]]
    ) -> list[Section]:
        """The inputs in the sections of the schema."""
        wrong = {one.attribute: one.expected for one in misfits(self.schema, self.base)}
        inputs = [(name, self._input(name, relatives, candidates, wrong.get(name, ""))) for name in self.looks]
        return [
            Section(title, list(filter(self._is_open, group)), [one for one in group if not self._is_open(one)])
            for title, group in in_sections(self.schema, inputs)
        ]

    def _is_open(self, one: Input) -> bool:
        """Of a new entity everything that is easily typed; else what has a value or wants one."""
        return one.is_filled or (not self.base and one.look.name not in {"json", "links"})

    def _input(
        self, name: str, relatives: Mapping[str, Relative], candidates: Mapping[str, Iterable[Relative]], expected: str
    ) -> Input:
        look, raw, known = self.looks[name], self.raws[name], types_of(self.schema).get(name)
        links = [] if isinstance(raw, str) or not self._is_link(name) else [row["id"] for row in raw]
        return Input(
            name=name,
            label=self.schema.label_of(name),
            kind=known.type if known else None,
            look=look,
            raw=raw,
            is_required=name in self.schema.required,
            is_identifier=name in self.schema.identifiers,
            error=self.errors.get(name, ""),
            expected=expected if raw == self.stored[name] else "",
            blank_rows=self._blank_rows(name, look, raw),
            links=tuple(relatives.get(one) or unknown(one) for one in links),
            candidates=tuple(one for one in candidates.get(name, ()) if one.entity_id not in links),
            search=self.searches.get(name, ""),
            waits=will_wait(self.schema, self.base, name),
            proposed=proposed_for(self.base, name),
        )

    def _blank_rows(self, name: str, look: Look, raw: Raw) -> int:
        if not isinstance(look, Rows) or (look.is_single and raw):
            return 0
        return int(not raw or name == self.extra_rows_of)


def _is_empty(value: JSONValue) -> bool:
    return value in (None, [], {RELATION: []}) or (isinstance(value, str) and not value.strip())


def names_of(schema: Schema, attributes: JSONObject) -> list[str]:
    """The attributes that a form has: those of the schema, tags, and what else is stored and may be written."""
    others = sorted(name for name in attributes if name not in schema.attributes and not name.startswith("_"))
    given = given_to(schema.slug, attributes)
    return [
        name
        for name in (*schema.attributes, *others, *(() if TAGS in schema.attributes else (TAGS,)))
        if name not in given
    ]
