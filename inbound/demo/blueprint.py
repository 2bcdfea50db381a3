"""The demo's integration: four use cases with the mappings of customers, contracts, meters and readings."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONValue

ORGANIZATION = ("stadtwerke-musterstadt", "Stadtwerke Musterstadt")
INTEGRATION = "SAP IS-U demo"
DESCRIPTION = "Customers, contracts, meters and readings of a small utility, as its ERP posts them."

ADDRESS = (
    "[ADRESSEN.{'street': STRASSE, 'street_number': HAUSNR, 'postal_code': PLZ, 'city': ORT, 'country': 'DE', "
    "'_tags': [$lowercase(ART)]}]"
)
DATE = "$substring({0}, 0, 4) & '-' & $substring({0}, 4, 2) & '-' & $substring({0}, 6, 2)"
AMOUNT = "$round($number($replace(ABSCHLAGSPLAN.BETRAG, ',', '.')) * 100)"


def _field(attribute: str, source: str, **more: JSONValue) -> JSONObject:
    key = "field" if source.startswith("$.") else "jsonataExpression"
    return {"attribute": attribute, key: source, **more}


def _related(attribute: str, schema: str, identifier: str, source: str) -> JSONObject:
    """A relation to the one entity of schema that has the identifier."""
    item: JSONObject = {"entity_schema": schema, "unique_ids": [_field(identifier, source)]}
    return {"attribute": attribute, "relations": {"operation": "_set", "items": [item]}}


def _entry(schema: str, identifier: str, fields: list[JSONValue]) -> JSONObject:
    return {"entities": [{"entity_schema": schema, "unique_ids": [identifier], "fields": fields}]}


CUSTOMER = _entry(
    "contact",
    "customer_number",
    [
        _field("customer_number", "$.BUT000.PARTNER"),
        _field(
            "salutation",
            "$lookup({'Frau': 'Ms. / Mrs.', 'Herr': 'Mr.'}, BUT000.ANREDE)",
            enabled="$exists(BUT000.ANREDE)",
        ),
        _field("first_name", "$.BUT000.NAME_FIRST"),
        _field("last_name", "$.BUT000.NAME_LAST"),
        _field("birthdate", "$.BUT000.GEBDT"),
        _field("address", ADDRESS),
        _field("email", "KOMMUNIKATION.EMAIL.ADRESSE", _type="email", enabled="$exists(KOMMUNIKATION.EMAIL.ADRESSE)"),
        _field("phone", "$.KOMMUNIKATION.TELEFON[*].NUMMER", _type="phone"),
        _field("payment", "[BANK[SEPA].{'type': 'payment_sepa', 'data': {'iban': IBAN}}]"),
    ],
)
CONTRACT = _entry(
    "contract",
    "contract_number",
    [
        _field("contract_number", "$.EVER.VERTRAG"),
        _related("customer", "contact", "customer_number", "$.EVER.GPARTNER"),
        _field("branch", "LIEFERUNG.SPARTE = 'GAS' ? 'gas' : 'power'"),
        _field("contract_name", "$.LIEFERUNG.PRODUKT"),
        _field("start_date", DATE.format("EVER.EINZDAT")),
        _field("end_date", DATE.format("EVER.AUSZDAT"), enabled="$exists(EVER.AUSZDAT)"),
        _field("installment_amount", AMOUNT),
        _field("installment_amount_currency", "$.ABSCHLAGSPLAN.WAEHRUNG"),
    ],
)
METER = _entry(
    "meter",
    "meter_number",
    [
        _field("meter_number", "$.Geraet.Geraetenummer['#text']"),
        _field("manufacturer", "$.Geraet.Geraetenummer['@hersteller']"),
        _field("ma_lo_id", "$.Geraet.MaLo"),
        _related("contract", "contract", "contract_number", "$.Geraet.Vertrag"),
        _field("location", "$.Geraet.Standort"),
        _field("sector", "$lookup({'STROM': 'power', 'GAS': 'gas'}, $uppercase(Geraet.Sparte))"),
        _field("registers", "[Geraet.Zaehlwerk.{'number': `@nr`, 'obis': OBIS, 'unit': Einheit}]"),
    ],
)
_COUNTER = _entry(
    "meter_counter",
    "external_id",
    [
        _field("external_id", "$.ZAEHLWERK.ID"),
        _related("meter", "meter", "meter_number", "$.GERAET"),
        _field("obis_number", "$.ZAEHLWERK.OBIS"),
        _field("unit", "$.ZAEHLWERK.EINHEIT"),
        _field("direction", "'feed-out'"),
    ],
)
READINGS: JSONObject = {
    **_COUNTER,
    "meter_readings": [
        {
            "jsonataExpression": "ABLESUNGEN",
            "meter": {"unique_ids": [_field("meter_number", "$$.GERAET")]},
            "meter_counter": {"unique_ids": [_field("external_id", "$$.ZAEHLWERK.ID")]},
            "fields": [
                {"attribute": "external_id", "field": "BELEG"},
                _field("timestamp", DATE.format("DATUM")),
                _field("value", "$replace(STAND, ',', '.')"),
                {"attribute": "source", "constant": "ERP"},
                {"attribute": "reason", "constant": "regular"},
                {"attribute": "unit", "field": "$$.ZAEHLWERK.EINHEIT"},
            ],
        }
    ],
}
USE_CASES = (
    ("Customer sync", "customer-sync", CUSTOMER),
    ("Contract sync", "contract-sync", CONTRACT),
    ("Meter sync", "meter-sync", METER),
    ("Meter readings", "meter-readings", READINGS),
)
