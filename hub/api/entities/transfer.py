"""/v1/entity:export and /v1/entity:import: entities as files, out and in."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from hub.accounts.grants import Capability, missing
from hub.api.entities.documentation import documented
from hub.api.entities.views import EntityView
from hub.api.query_fields import text_of, word_of, wrong
from hub.api.renderers import encode
from hub.entities.query.search import may_search
from hub.entities.query.syntax import And, Equals, Node, Term, parse
from hub.entities.transfer.export import ExportRequest, Format, export
from hub.json_types import JSONObject

MOST_COLUMNS = 1_000


@documented(post="exportEntities")
class EntityExport(EntityView):
    """Entities as a file."""

    requires = {"POST": Capability.ENTITY_VIEW}
    checks_each_integration = True

    def post(self, request: Request) -> HttpResponseBase:
        """The file, sent while it is read; the grant is asked for every schema that the query reaches."""
        wanted = _wanted(self.body_object())
        if not may_search(wanted.node, self.may_view):
            raise missing(Capability.ENTITY_VIEW)
        file = export(editor=self.editor(), request=wanted, encode=encode)
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(file.chunks, content_type=file.content_type, headers=headers)


def _wanted(body: JSONObject) -> ExportRequest:
    return ExportRequest(
        node=_query(body),
        format=Format(word_of(body, "format", tuple(Format)) or Format.JSON),
        columns=_columns(body),
        include_deleted=_flag(body, "include_deleted"),
        delimiter=text_of(body, "delimiter") or ",",
        has_byte_order_mark=_flag(body, "byte_order_mark"),
    )


def _query(body: JSONObject) -> Node:
    """The entities of schema, those that q describes, or both at once."""
    schema, query = text_of(body, "schema"), body.get("q")
    if query is not None and not isinstance(query, str):
        raise wrong("q", "must be a string")
    nodes: list[Node] = [Term("_schema", Equals(schema), 0)] if schema else []
    if query is not None:
        nodes.append(parse(query))
    if not nodes:
        raise wrong("schema", "name a schema, or describe the entities by q")
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _columns(body: JSONObject) -> Sequence[str] | None:
    value = body.get("columns")
    if value is None:
        return None
    names = [name for name in value if isinstance(name, str) and name] if isinstance(value, list) else []
    if not isinstance(value, list) or not 0 < len(names) == len(value) <= MOST_COLUMNS:
        raise wrong("columns", f"must be a list of 1 to {MOST_COLUMNS} attributes")
    return list(dict.fromkeys(names))


def _flag(body: JSONObject, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, "must be true or false")
    return value
