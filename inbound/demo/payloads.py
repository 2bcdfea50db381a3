"""What the ERP of the demo posts: nested, German, not always complete; meters come as XML."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

from hub.json_types import JSONObject, JSONValue
from inbound.demo.town import BANKS, PRODUCTS, Customer


def partner(customer: Customer, change: int = 0) -> JSONObject:
    """A business partner. Every fifth has no e-mail, every seventh a second one; change moves house and phone."""
    phones: list[JSONValue] = [{"TYP": "FESTNETZ", "NUMMER": f"+49 4321 55{customer.number:04d}"}]
    mails: list[JSONValue] = []
    if customer.number % 5:
        mails.append({"ADRESSE": f"{customer.partner}@post.example", "STANDARD": True})
    if customer.number % 7 == 0:
        mails.append({"ADRESSE": f"rechnung.{customer.partner}@post.example", "STANDARD": False})
    if change:
        phones.append({"TYP": "MOBIL", "NUMMER": f"+49 170 {900_000 + change}"})
    return {
        "BUT000": {
            "PARTNER": customer.partner,
            "ANREDE": "Frau" if customer.number % 2 else "Herr",
            "NAME_FIRST": customer.first_name,
            "NAME_LAST": customer.last_name,
            "GEBDT": f"19{50 + customer.number % 45}-0{1 + customer.number % 9}-1{customer.number % 9}",
        },
        "ADRESSEN": [
            {
                "ART": "LIEFERSTELLE",
                "STRASSE": customer.street,
                "HAUSNR": str(1 + (customer.number + change) % 80),
                "PLZ": f"24{customer.number % 900 + 100}",
                "ORT": "Musterstadt",
            }
        ],
        "KOMMUNIKATION": {"TELEFON": phones, "EMAIL": mails},
        "BANK": {"IBAN": BANKS[customer.number % len(BANKS)], "SEPA": customer.number % 4 != 0},
    }


def contract(customer: Customer, change: int = 0) -> JSONObject:
    """A supply contract; every sixth has no end, amounts have a decimal comma."""
    product = PRODUCTS[customer.division][(customer.number + change) % 2]
    supply: JSONObject = {"SPARTE": customer.division, "PRODUKT": product, "MALO": customer.location}
    header: JSONObject = {"VERTRAG": customer.contract, "GPARTNER": customer.partner, "EINZDAT": "20240101"}
    if customer.number % 6:
        header["AUSZDAT"] = "20271231"
    plan: JSONObject = {
        "BETRAG": f"{60 + (customer.number * 3 + change) % 90},50",
        "WAEHRUNG": "EUR",
        "TURNUS": "MONATLICH",
    }
    return {"EVER": header, "LIEFERUNG": supply, "ABSCHLAGSPLAN": plan}


def meter(customer: Customer, change: int = 0) -> str:
    """A device as XML, with the registers of its installation."""
    registers = "1-0:1.8.0" if customer.division == "STROM" else "7-0:3.0.0"
    rows = f'<Zaehlwerk nr="001"><OBIS>{registers}</OBIS><Einheit>kWh</Einheit></Zaehlwerk>'
    if customer.number % 9 == 0:
        rows += '<Zaehlwerk nr="002"><OBIS>1-0:2.8.0</OBIS><Einheit>kWh</Einheit></Zaehlwerk>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<isu:Geraet xmlns:isu="urn:musterstadt:geraete">'
        f'<isu:Geraetenummer hersteller="Landis &amp; Co">{customer.meter}</isu:Geraetenummer>'
        f"<isu:Vertrag>{customer.contract}</isu:Vertrag><isu:MaLo>{customer.location}</isu:MaLo>"
        f"<isu:Standort>{escape(customer.street)} {1 + (customer.number + change) % 80}</isu:Standort>"
        f"<isu:Sparte>{customer.division}</isu:Sparte>{rows}</isu:Geraet>"
    )


def readings(customer: Customer) -> JSONObject:
    """A year and a half of monthly readings of one register: more in winter, values with a decimal comma."""
    is_gas = customer.division == "GAS"
    total = 1_000.0 + customer.number * 37
    rows: list[JSONValue] = []
    for month in range(18):
        winter = 1 + math.cos(month * math.pi / 6)
        total += (900 if is_gas else 120) * winter + 150 + customer.number % 7 * 11
        year, number = 2025 + month // 12, 1 + month % 12
        stand = f"{total:.1f}".replace(".", ",")
        rows.append({"BELEG": f"{customer.meter}-{year}{number:02}", "DATUM": f"{year}{number:02}01", "STAND": stand})
    register: JSONObject = {
        "ID": f"{customer.meter}-001",
        "OBIS": "7-0:3.0.0" if is_gas else "1-0:1.8.0",
        "EINHEIT": "kWh",
    }
    return {"GERAET": customer.meter, "ZAEHLWERK": register, "ABLESUNGEN": rows}
