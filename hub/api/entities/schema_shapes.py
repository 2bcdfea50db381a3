"""The JSON schemas of requests and answers about entity schemas, as the OpenAPI document shows them."""

from __future__ import annotations

from hub.api.entities.shapes import ACTOR, FLAG, NOT_KNOWN_YET, NUMBER, TEXT, Shape, list_of, object_of
from hub.entities.changesets import EditMode, Match
from hub.entities.schemas.types import KINDS

EDIT_MODES = """What becomes of a value that people and API clients write: `direct` stores it; `external` parks it as
a changeset until the ERP sends a matching one (`match` `suffix`: the same last characters are enough, for values that
come back masked); `approval` parks it until somebody applies it. Relations and identifiers are always direct."""
ATTRIBUTE: Shape = object_of(
    {
        "name": TEXT | {"pattern": r"^[^\W_][\w-]{0,127}$", "maxLength": 128},
        "label": TEXT | {"minLength": 1, "maxLength": 255},
        "type": TEXT
        | {
            "enum": list(KINDS),
            "description": "May be left out of what the hub brings. "
            + "; ".join(f"{kind}: {text}" for kind, text in KINDS.items()),
        },
        "options": list_of(TEXT, description="Of an enum."),
        "members": list_of(TEXT, description="Of the objects of a list."),
        "schema": TEXT | {"description": "Of a relation: where it leads."},
        "required": FLAG | {"description": "What a form asks for; entities without it are stored all the same."},
        "identifier": FLAG | {"description": "Looked up by an index, and never by a scan."},
        "edit_mode": TEXT | {"enum": list(EditMode), "default": EditMode.DIRECT.value, "description": EDIT_MODES},
        "match": TEXT | {"enum": list(Match), "description": "Of an external attribute; exact by default."},
        "source": TEXT | {"enum": ["core", "own"], "readOnly": True},
    },
    ["name"],
)
SCHEMA_PARTS: Shape = {
    "name": TEXT | {"minLength": 1, "maxLength": 255},
    "plural": TEXT,
    "title_template": TEXT
    | {"description": "`{attribute}` places; alternatives are divided by a vertical bar, the first filled one counts."},
    "attributes": list_of(ATTRIBUTE, maxItems=500),
    "groups": list_of(TEXT, description="Installed attribute groups, such as self_service."),
}
SCHEMA: Shape = object_of(
    {
        "slug": TEXT,
        **SCHEMA_PARTS,
        "version": NUMBER,
        "source": TEXT | {"enum": ["core", "extended", "own"]},
        "count": object_of({"value": NUMBER, "has_more": FLAG}, ["value", "has_more"]),
    },
    ["slug", "name", "plural", "title_template", "version", "source", "groups", "attributes"],
)
NEW_SCHEMA: Shape = object_of(SCHEMA_PARTS, ["attributes"])
SCHEMAS: Shape = object_of({"results": list_of(SCHEMA)}, ["results"])
SCHEMA_VERSIONS: Shape = object_of(
    {
        "results": list_of(
            object_of(
                {
                    "version": NUMBER,
                    "created_at": {"type": ["string", "null"], "format": "date-time"},
                    "actor": ACTOR,
                },
                ["version", "created_at", "actor"],
            )
        )
    },
    ["results"],
)
JSON_SCHEMA: Shape = NOT_KNOWN_YET | {"description": "A JSON Schema of draft 2020-12."}
EXAMPLE: Shape = NOT_KNOWN_YET | {"description": "Attributes that validate against the schema."}
