"""The JSON schemas of webhooks, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, NAME, SLUG, TEXT, TEXT_MAP, Schema, described, list_of
from integrations.findings import CONDITION_CHARACTERS
from outbound.attachments.modes import DELIVERY_MODES
from outbound.backoff import MOST_RETRIES, RETRIES
from outbound.webhooks.address import URL_CHARACTERS
from outbound.webhooks.authentication import DEFAULT_KEY_NAME, TOKEN_METHODS, AuthType, ParameterPlace
from outbound.webhooks.configuration import (
    EVENT_NAME_CHARACTERS,
    IN_FLIGHT,
    METHODS,
    MOST_IN_FLIGHT,
    MOST_PER_MINUTE,
    ON_FAILURE,
    ORDERINGS,
    PAYLOAD_OPTIONS,
)
from outbound.webhooks.files import FIELD_CHARACTERS, FILE_STRATEGIES, MOST_FIELDS
from outbound.webhooks.filters import MOST_CONDITIONS
from outbound.webhooks.operators import OPERATIONS
from outbound.webhooks.status import Health, Status
from outbound.webhooks.typed_values import FieldType

OPTION_EFFECTS = {
    "hydrate_entity": "Adds entity, whole, as it is now; without it a trigger has a stub, an event its own nodes.",
    "include_relations": "Adds relations: the entities that it is related to, 200 at most.",
    "include_activity": "Adds activity: the change of the entity that is behind the event, where there is one.",
    "include_changed_attributes": "Adds changed_attributes {added, updated, deleted}; empty where no change is known.",
    "apply_changesets": "Entities show proposed values in their place; _changesets still tells of them.",
}
EVENT_NAME: Schema = TEXT | {
    "minLength": 1,
    "maxLength": EVENT_NAME_CHARACTERS,
    "description": "event_ and the name of an event of the catalogue, or another kind of trigger.",
}
URL: Schema = TEXT | {"maxLength": URL_CHARACTERS, "description": "May refer to the environment: {{env.KEY}}."}
IS_SET: Schema = BOOLEAN | {"readOnly": True, "description": "Whether a secret is kept."}
IS_VARIABLE: Schema = BOOLEAN | {"description": "The secret is a reference such as {{env.my_secret}}."}
EXPRESSION: Schema = TEXT | {"description": "JSONata."}


def _words(words: Any, default: str | None = None) -> Schema:  # Any: whatever yields texts
    return TEXT | {"enum": [str(word) for word in words]} | ({"default": default} if default else {})


def _whole(most: int, default: int | None = None) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most} | ({"default": default} if default else {})


def _secret(name: str) -> Schema:
    sent: Schema = {
        "type": ["string", "null"],
        "writeOnly": True,
        "description": "Never answered. Left out it stays, null clears it, a text sets it. It has to be sent again"
        " where url or endpoint lead to another scheme, host or port, unless it only refers to the environment.",
    }
    return {name: sent, f"{name}IsEnvVar": IS_VARIABLE, f"{name}IsSet": IS_SET}


PARAMETER = described(
    {"type": _words(ParameterPlace), "key": NAME, "value": TEXT}, ["type", "key", "value"], additionalProperties=False
)
AUTH = described(
    {
        "authType": _words(AuthType),
        "keyName": NAME | {"default": DEFAULT_KEY_NAME, "description": "The header that carries keyValue."},
        **_secret("keyValue"),
        "username": TEXT,
        **_secret("password"),
        "endpoint": TEXT | {"description": "Where tokens are fetched."},
        "clientId": TEXT,
        "httpMethod": _words(TOKEN_METHODS),
        "customParameterList": list_of(PARAMETER),
        **_secret("clientSecret"),
    },
    ["authType"],
    description="Only the members that belong to authType are taken.",
)
CONDITION = described(
    {
        "field": TEXT | {"description": "A dotted path; list members by number: a.1.b or a[1].b."},
        "operation": _words(OPERATIONS),
        "values": {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
        "field_type": _words(FieldType, "string"),
        "is_array_field": BOOLEAN,
        "repeatable_item_op": BOOLEAN | {"description": "Looks at each member of a list."},
        "jsonata_expression": EXPRESSION | {"maxLength": CONDITION_CHARACTERS},
    },
    description="Either a field with its operation, or an expression.",
)
MULTIPART = described(
    {
        "fileFieldName": TEXT
        | {
            "minLength": 1,
            "maxLength": FIELD_CHARACTERS,
            "default": "file",
            "description": "Of the parts that are files. Before each stands a field of this name and _metadata, with"
            " the JSON that is signed of it.",
        },
        "fileFieldStrategy": _words(FILE_STRATEGIES, FILE_STRATEGIES[0])
        | {"description": "single: more than one file is a failure."},
        "fileSource": TEXT
        | {"description": "JSONata that picks among event_attachments, all without it; picking none sends nothing."},
        "extraFields": TEXT_MAP
        | {
            "maxProperties": MOST_FIELDS,
            "description": "Name of a field → JSONata that yields one value; what yields nothing is left out.",
        },
    },
    description="Of binary_multipart. The signature covers, in the place of the body, a line for each file: the SHA-256"
    " of its bytes in hex, a dot, and its metadata.",
)
FIELDS: Schema = {
    "name": NAME,
    "eventName": EVENT_NAME,
    "eventVersion": {
        "type": ["string", "null"],
        "pattern": r"^[0-9]{1,5}\.[0-9]{1,5}$",
        "description": "The version of the event that arrives, filled in with the first delivery. Left out it stays;"
        " null takes it away.",
    },
    "url": URL,
    "httpMethod": _words(METHODS, METHODS[0]),
    "enabled": BOOLEAN | {"default": True},
    "auth": AUTH,
    "filterConditions": described(
        {
            "conditions": list_of(CONDITION) | {"maxItems": MOST_CONDITIONS},
            "logical_operator": _words(("AND", "OR"), "AND"),
        }
    ),
    "filter": described({"keyToFilter": TEXT, "supportedValues": list_of(TEXT)}, ["keyToFilter", "supportedValues"]),
    "payloadConfiguration": described(
        {name: BOOLEAN | {"description": OPTION_EFFECTS[name]} for name in PAYLOAD_OPTIONS}
        | {"custom_headers": TEXT_MAP | {"description": "Those that only the hub sets are left out, with a warning."}}
    ),
    "jsonataExpression": EXPRESSION,
    "deliveryMode": _words(DELIVERY_MODES)
    | {
        "description": "Sends the bytes of the files that an event names in event_attachments, 100 MiB each at most."
        " json_base64: the expression sees them as file_data [{base64, mime_type, filename, size_bytes}], where base64"
        " is a text that is filled in as the request goes out: it may be passed on and joined, not looked into."
        " binary_multipart: a form with one part per file, and no expression. Without it the event only names them."
        " What no core event stands behind goes out as it is, in any mode."
    },
    "multipartConfig": MULTIPART,
    "retryPolicy": described({"enabled": BOOLEAN, "maxAttempts": _whole(MOST_RETRIES, RETRIES)}),
    "ordering": _words(ORDERINGS, ORDERINGS[0])
    | {"description": "entity: deliveries about one entity go one after the other."},
    "onFailure": _words(ON_FAILURE, ON_FAILURE[0])
    | {"description": "block: where one of them fails for good, those behind it wait."},
    "maxInFlight": _whole(MOST_IN_FLIGHT, IN_FLIGHT),
    "requestsPerMinute": _whole(MOST_PER_MINUTE)
    | {"description": "What is above waits; without it there is no such limit."},
    "protected": BOOLEAN | {"description": "Only an admin changes what is protected, and nobody deletes it."},
    "enableStaticIP": BOOLEAN,
    "secureProxy": described(
        {"integration_id": IDENTIFIER, "use_case_slug": SLUG}, ["integration_id", "use_case_slug"]
    ),
}
SECRET: Schema = TEXT | {"pattern": "^whsec_", "description": "Shown once."}
FORMER_UNTIL: Schema = MOMENT | {
    "description": "Until then requests carry a signature of a former secret, too; of several, the last."
}
WARNING = described({"path": TEXT, "message": TEXT}, ["path", "message"])
READ_ONLY: Schema = {
    "id": TEXT,
    "status": _words(Status),
    "health": _words(Health)
    | {"description": "failing: nothing but a probe goes out now and then; unhealthy: for a day nothing got through."},
    "pausedAt": MOMENT,
    "formerSecretUntil": FORMER_UNTIL,
    "creationTime": MOMENT,
    "updatedTime": MOMENT,
}
WARNINGS: Schema = {"warnings": list_of(WARNING)}
REQUIRED = ["id", "name", "eventName", "enabled", "auth", "status", "health", "creationTime", "updatedTime"]
NEW_WEBHOOK = described(FIELDS, ["name", "eventName"])
WEBHOOK = described(FIELDS | READ_ONLY, REQUIRED)
REPLACED_WEBHOOK = described(FIELDS | READ_ONLY | WARNINGS, REQUIRED)
CREATED_WEBHOOK = described(FIELDS | READ_ONLY | WARNINGS | {"signingSecret": SECRET}, [*REQUIRED, "signingSecret"])
OVERLAP_HOURS: Schema = {
    **{"type": "integer", "minimum": 0, "maximum": 168, "default": 24},
    "description": "How long the present secret goes on signing; 0 ends it and all former ones at once.",
}
ROTATION = described({"overlapHours": OVERLAP_HOURS})
ROTATED = described({"id": TEXT, "signingSecret": SECRET, "formerSecretUntil": FORMER_UNTIL}, ["id", "signingSecret"])
EVENTS = list_of(described({"eventName": TEXT, "eventLabel": TEXT}, ["eventName", "eventLabel"]))
PUBLIC_KEY = described(
    {"public_key": TEXT | {"description": "PEM, SubjectPublicKeyInfo."}, "algorithm": TEXT, "issuer": TEXT},
    ["public_key", "algorithm", "issuer"],
)
