"""What the documentation says about each operation of entities, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "listSchemas": """The schemas that entities can have: the core catalogue, with what your organization added to
it, then your own. `count` tells how many entities there are, the recycle bin included, and ends at 1,000.""",
    "getSchema": """One schema. `version` grows by one with every change, and every version is kept: ask for an
earlier one with `?version=`.""",
    "listSchemaVersions": """When and by whom a schema was changed, newest first, 100 versions at a time. Version 1 of
a core schema is what the hub brings; it has no date.""",
    "saveSchema": """Defines a schema of your own, or adds attributes to one of the catalogue. Send the whole schema:
what you leave out of your own attributes is taken out of the schema, while entities keep their values. Of a core
schema only what you add needs to be sent; what the hub brings keeps its type. `attributes` must not be left out: `[]`
stands for none of your own. `groups` installs ready-made attributes,
such as `self_service` on `ticket`, `contract` and `meter`. Sending what is there already makes no new version.

An attribute whose type would change while entities have values of it is refused with `ATTRIBUTE_TYPE_IN_USE`; more
options, a list instead of a single relation, and text instead of options are always possible. An attribute that
becomes an `identifier` is indexed at once where a schema has fewer than 10,000 entities, and in the background
otherwise.

`edit_mode` may be set for what the hub brings, too: name the attribute with its mode, without a type. What is parked
already stays parked when the mode changes.""",
    "getSchemaAsJSONSchema": """The schema as a JSON Schema of draft 2020-12, for validators, editors and code
generators. The hub itself is more lenient: it stores what does not fit and warns, unless `?validate=true` is asked
for.""",
    "getSchemaExample": """An entity with a value for every attribute. It validates against the JSON Schema, and can
be posted once its relations lead to entities of yours: here they lead to one that nobody has.""",
    "searchEntities": """Entities that a query describes, as of now: a search right after a write sees it.

What is compared for equality with an identifier is answered from an index at any size. Everything else is limited
to one schema and to a few seconds; what takes longer is a 400 `QUERY_TOO_BROAD` with advice. A query that cannot be
read is a 400 `INVALID_QUERY` that names the character. Read long lists with `search_after`: `from` ends at
10,000.""",
    "exportEntities": """A file of the entities of a schema, of those that a query describes, or both, sent while it
is read: of any length, at the pace of the reader. Everything that was there when the export began is in it; an entity
that is changed meanwhile may stand in it twice, the newer state later. A file that ends without its last line was cut
off by an outage: ask again.

In CSV the columns are those of the schema and a last one, `_further`, with the other attributes of the row as one
JSON object; or the chosen ones. Lists of e-mail addresses and phone numbers are joined by a semicolon and a space,
other nested values are written as JSON. A cell that would begin like a formula (`=`, `+`, `-`, `@`, tab, carriage
return) has an apostrophe before it, which the import takes away again. `byte_order_mark` makes Excel read UTF-8;
`delimiter` may be a semicolon, which German Excel expects; numbers then have a decimal comma, 1,234 for one and a bit,
and are read back so. Texts stay as they are.""",
    "importEntities": """Makes and changes the entities of a schema row by row. Send the rows as JSON, or a file of up
to 10 MB and 20,000 rows as `text/csv`, `application/x-ndjson` or, with `schema` in the query string, as a list in
`application/json`; what is said about a file stands in the query string. The answer tells of every row what became of
it: `created`, `updated`, `no_op` or `failed` with the column, the reason and what to do, and the `entity_id`.
`dry_run` writes nothing and tells what would become of the rows, with the differences. No row that fails stops
another. Repeating an import changes nothing. Larger files have to be divided; imports in the background come later.
A file other than JSON needs a Content-Length: in chunks it may be cut where nobody sees it, and is a 411.

A CSV file names its columns in the first line; the delimiter is found out, a `charset` other than UTF-8 stands in the
Content-Type. Each column is the attribute of its name, unless `mapping` says otherwise; then only the mapped columns
are read. `unknown_columns` lists those whose attribute the schema does not have, as a typing error would: they are
stored all the same. The column `_further` of an export is read back, each member of its object as an attribute.
`unique_key` names the attributes that find the entity, `_id` by default where there is such a column. Empty cells
leave their attribute as it is. Numbers may be written 1234.5 or 1.234,50 (a point without a comma is the decimal
point; in a file divided by semicolons, as German Excel writes it, 1.000 or 12.345.678 could mean either and is
refused: write 1000 or 1,000), amounts of money only as whole minor units (123450 for 1.234,50), dates 2026-01-15 or
15.01.2026, booleans true, yes, ja, wahr, 1 and their opposites; lists of texts, e-mail addresses and phone numbers
are divided by semicolons, and everything nested is JSON.""",
    "listEntities": """What changed, oldest change first: for those who keep a copy. Follow `next_cursor` until it is
null, and ask again later with `updated_since`, the last `_updated_at` or `_purged_at` you have seen. A change is
listed two seconds after it was made; so nothing appears behind your place in the list. With `include_deleted` what
was purged stands in the list, too, at the moment of its purge, as `_id`, `_schema` and `_purged_at` alone: remove it
from your copy. The answer carries an `ETag`; sent back as `If-None-Match`, it makes an unchanged page a 304 without a
body.""",
    "createEntity": """A new entity of a schema that is defined. If a live entity has the same value of an identifier
that you give, the answer is a 409 `ENTITY_ALREADY_EXISTS` whose details name it: use the upsert where that may be.
E-mail addresses and phone numbers do not count, since people share them; without any other identifier each request
makes an entity. Changes of an entity are refused the same way when they would give it an identifier of another one, and
so are restoring, undoing and applying. Relations and references lead to
entities that are there, as `entity_id`; anything else is a 400 that names the place, here and in every other request
that writes an entity.""",
    "upsertEntity": """Changes the one entity whose attributes named by `unique_key` have the values that `entity`
gives them, all of them; or makes it, with 201. Two of these requests at one moment end in one entity. Of a list of
e-mail addresses or phone numbers the first one is looked for. A match in the recycle bin is a 405, several matches
are a 409.""",
    "getEntity": """One entity, also one in the recycle bin. With `hydrate=true` its relation attributes show the
related entities, each with the reference it came from as `$relation`. The `ETag` is what `If-Match` and
`If-None-Match` take; answers with `at` or `hydrate` have none.""",
    "patchEntity": """Writes some attributes and leaves the others as they are; null clears one. A list is replaced
as a whole, or added to: `{"_append": [...]}` adds what is not there yet, `{"_append_all": [...]}` everything. Items
of a list keep their `_id`. Values of attributes whose edit mode is `external` or `approval` are parked in
`_changesets`, unless `direct=true` writes them; the present value ends what is parked. With `If-Match`
nothing is written unless the entity is still at that version.""",
    "replaceEntity": """Writes exactly these attributes: those you leave out are taken away. What may not be written at
once is parked as in a change of some attributes, null for what you leave out; present values leave what is parked as it
is.""",
    "deleteEntity": """Puts the entity into the recycle bin, where it can still be read and from where it can be
restored. With `purge=true` it is removed for good, out of the recycle bin, too. Repeating it changes nothing.""",
    "restoreEntity": """Takes an entity out of the recycle bin as it was.""",
    "listChangesets": """Values that people or clients wrote and that wait: those of `external` attributes until the ERP
sends a matching value, those of `approval` ones until somebody applies them. The entity keeps them in `_changesets`,
each by its attribute. A decimal and a currency wait and end together with their amount.""",
    "applyChangeset": """Writes the parked value into its attribute, also one that waits for the ERP. 404 when none is
parked. With `If-Match` nothing is done unless the entity is still at that version.""",
    "dismissChangeset": """Gives the parked value up; the attribute keeps its present one. 404 when none is parked.""",
    "moveProductOrder": """Moves a product order on. `release` takes it from `planned` to `released` and needs an
article and a quantity; `start` from `released` or `on_hold` to `in_progress`, stamping `started_at` the first time;
`hold` from `in_progress` to `on_hold`; `complete` from `released` or `in_progress` to `completed`, with `completed_at`,
`completed_by` and `quantity_completed`; `reopen` back to `in_progress`, clearing the first two, for tokens that may
administer the organization; `cancel` from everything but `completed`. An order without a status is planned. From any
other status the answer is a 409 `PRODUCT_ORDER_MOVE_NOT_ALLOWED`; of two completions at one moment one is answered so,
and so one event is published. With `If-Match` nothing is done unless the order is still at that version. Status and
stamps are written at once, also where their edit mode would park them. Changing the status as any other attribute stays
possible: events of the ERP have the last word.""",
    "listRelations": """What an entity is related to, attribute by attribute, and on request which entities point at
it (`direction` reverse). A page of reverse relations holds `size` entities, and more relations than that where one of
them points here twice. References count, too, and name the `path` that they point at.""",
    "addRelations": """Adds relations at the end of their attributes, whatever else changes the entity meanwhile. One
that is there already stays as it is, tags included; the answer lists those that were added. An attribute that
the schema declares leads to the schema it names.""",
    "removeRelations": """Takes relations away; one that is not there changes nothing. The answer lists those that
were removed.""",
}
"""Operation id → its description."""
