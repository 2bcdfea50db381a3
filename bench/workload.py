"""The workload: contacts by customer number, 12 attributes of which 3 by JSONata, payloads of about 600 bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

PLAIN = {
    "customer_number": "KUNNR",
    "external_id": "PARTNER",
    "last_name": "$.NAME.NACHNAME",
    "first_name": "$.NAME.VORNAME",
    "birthdate": "GEBDAT",
    "salutation": "ANREDE",
    "title": "TITEL",
    "communication_preference": "VERSANDWEG",
    "marketing_permission": "WERBUNG",
}
COMPUTED = {
    "phone": "$trim(KONTAKT.TELEFON)",
    "full_name": "NAME.VORNAME & ' ' & NAME.NACHNAME",
    "address": '[{"street": ADRESSE.STRASSE & " " & ADRESSE.HAUSNR, "postal_code": ADRESSE.PLZ, "city": ADRESSE.ORT}]',
}

TYPES = {"phone": {"_type": "phone"}}
"""How a value is shaped so that it fits its attribute: one that does not would leave a warning with each event."""


def configuration() -> dict[str, Any]:
    """The use case. Any: JSON."""
    fields = [{"attribute": attribute, "field": key} for attribute, key in PLAIN.items()]
    fields += [
        {"attribute": attribute, "jsonataExpression": text} | TYPES.get(attribute, {})
        for attribute, text in COMPUTED.items()
    ]
    return {"entities": [{"entity_schema": "contact", "unique_ids": ["customer_number"], "fields": fields}]}


def payload(number: int) -> dict[str, Any]:
    """What the ERP sends about one customer. Any: JSON."""
    return {
        "KUNNR": f"K-{number:08d}",
        "PARTNER": f"BP{number:010d}",
        "ANREDE": "Mr.",
        "TITEL": "Dr.",
        "NAME": {"VORNAME": "Jörg", "NACHNAME": f"Müller-Lüdenscheidt {number}"},
        "GEBDAT": "1974-05-23",
        "KONTAKT": {"TELEFON": " +49 431 5550123 ", "MAIL": f"joerg.{number}@example.org"},
        "ADRESSE": {"STRASSE": "Holstenstraße", "HAUSNR": "17b", "PLZ": "24103", "ORT": "Kiel", "LAND": "DE"},
        "VERSANDWEG": "postal",
        "WERBUNG": True,
        "BANK": {"IBAN": "DE02120300000000202051", "BIC": "BYLADEM1001", "INHABER": "Jörg Müller-Lüdenscheidt"},
        "SPARTE": "STROM",
        "BEMERKUNG": "Zählerwechsel im Herbst angekündigt, bitte vorher anrufen.",
    }


def requests(integration_id: str, *, events: int, per_request: int, first: int = 0) -> Iterator[bytes]:
    """Bodies of POST /v3/erp/updates/events that carry `events` customers in all."""
    for start in range(first, first + events, per_request):
        items = [
            {
                "use_case_slug": "customer",
                "timestamp": "2026-01-15T08:00:00Z",
                "format": "json",
                "payload": payload(number),
            }
            for number in range(start, min(start + per_request, first + events))
        ]
        yield json.dumps({"integration_id": integration_id, "events": items}, ensure_ascii=False).encode()
