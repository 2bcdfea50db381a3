"""/v1/entity:export and /v1/entity:import: entities as files, out and in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from hub import strict_json
from hub.accounts.grants import Capability, allows, missing
from hub.api.entities.documentation import documented
from hub.api.entities.files import CSVParser, JSONLinesParser, ObjectOrFileParser, SentFile, sent_file
from hub.api.entities.parameters import flag_of
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of, word_of, wrong
from hub.entities.identity import MOST_UNIQUE_KEYS
from hub.entities.query.search import may_search
from hub.entities.query.syntax import And, Equals, Node, Term, parse
from hub.entities.transfer.export import ExportRequest, Format, export
from hub.entities.transfer.importing import ImportRequest, import_rows
from hub.entities.transfer.read_rows import LARGEST_FILE, Rows, rows_of_lines, rows_of_list, rows_of_table
from hub.entities.transfer.reading import parse_exactly
from hub.entities.transfer.tables import DELIMITERS
from hub.json_encoding import encode
from hub.json_types import JSONObject, JSONValue

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


@documented(post="importEntities")
class EntityImport(EntityView):
    """Entities out of a file."""

    requires = {"POST": Capability.ENTITY_EDIT}
    checks_each_integration = True
    parser_classes = [ObjectOrFileParser, CSVParser, JSONLinesParser]

    def most_bytes(self) -> int:
        """A file, or an object of ordinary size."""
        return max(LARGEST_FILE, super().most_bytes())

    @once_per_key
    def post(self, request: Request) -> Response:
        """What became of the rows, or would; the grant is asked for the schema."""
        body = sent_file(request)
        is_file = isinstance(body, SentFile) or "schema" in request.query_params
        options = _options_of(request) if is_file else self.body_object()
        wanted = _import(options, _rows(body if is_file else options.get("rows"), options))
        if not allows(self.principal, Capability.ENTITY_EDIT, None, wanted.schema):
            raise missing(Capability.ENTITY_EDIT)
        return Response(import_rows(editor=self.editor(), request=wanted, parse=parse_exactly).as_json())


def _options_of(request: Request) -> JSONObject:
    """The query string in the shape of the object: unique_key divided by commas, mapping as JSON."""
    options: JSONObject = {name: request.query_params[name] for name in request.query_params}
    if "dry_run" in options:
        options["dry_run"] = flag_of(request, "dry_run")
    if "unique_key" in options:
        options["unique_key"] = [*str(options["unique_key"]).split(",")]
    if "mapping" in options:
        options["mapping"] = _mapping_in(str(options["mapping"]))
    return options


def _mapping_in(text: str) -> JSONValue:
    try:
        return strict_json.parse(text.encode("utf-8", "replace"))
    except strict_json.MalformedJSON as error:
        message = "in the query string must be a JSON object, column → attribute"
        raise wrong("mapping", message) from error


def _rows(body: JSONValue | SentFile, options: JSONObject) -> Rows:
    if not isinstance(body, SentFile):
        return rows_of_list(body)
    if body.media_type == CSVParser.media_type:
        return rows_of_table(body.content, charset=body.charset, delimiter=_delimiter(options))
    return rows_of_lines(body.content, parse_exactly)


def _delimiter(options: JSONObject) -> str:
    value = options.get("delimiter", "")
    if value not in ("", *DELIMITERS):
        raise wrong("delimiter", "must be a comma, a semicolon or a tab")
    return str(value)


def _import(options: JSONObject, rows: Rows) -> ImportRequest:
    schema = text_of(options, "schema")
    if not schema:
        raise wrong("schema", "name the schema of the rows")
    return ImportRequest(schema, rows, _mapping(options), _unique_key(options), _flag(options, "dry_run"))


def _mapping(options: JSONObject) -> Mapping[str, str] | None:
    value = options.get("mapping")
    if value is None:
        return None
    texts = {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
    if not isinstance(value, dict) or not 0 < len(texts) == len(value) <= MOST_COLUMNS:
        raise wrong("mapping", f"must be an object of 1 to {MOST_COLUMNS} columns, each with its attribute")
    return texts


def _unique_key(options: JSONObject) -> list[str] | None:
    value = options.get("unique_key")
    if value is None:
        return None
    names = [name for name in value if isinstance(name, str) and name] if isinstance(value, list) else []
    if not isinstance(value, list) or not 0 < len(names) == len(value) <= MOST_UNIQUE_KEYS:
        raise wrong("unique_key", f"must be a list of 1 to {MOST_UNIQUE_KEYS} attributes")
    return list(dict.fromkeys(names))
