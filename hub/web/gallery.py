"""The design gallery: every component in every state, with made-up rows. Mounted only while developing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.requests import HubRequest
from hub.web.templatetags.sparklines import STACK
from hub.web.templatetags.statuses import LOOKS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hub.json_types import JSONValue

PAYLOAD: JSONValue = {
    "contractNo": "V-20418",
    "branch": "power",
    "installment": "91.20",
    "meters": [{"no": "1LGZ0072998134", "active": True, "digits": 6}],
    "note": "<script>alert('shown as text')</script>",
    "clerk": None,
}

EXPRESSION = """/* cents, the ERP sends a text */
$amount := $number(installment) * 100;
{ "amount": $round($amount), "currency": "EUR" }"""

CURL = """curl -X POST "$INLET" \\
  -H "Authorization: Bearer $TOKEN" \\
  -d @contract.json"""

XML = """<?xml version="1.0"?>
<contract number="V-20418"><!-- one branch --><branch>power</branch></contract>"""

MEANINGS = {
    "success": "applied",
    "warning": "with a gap",
    "error": "not applied",
    "failed": "tries used up",
    "skipped": "by rule",
    "ignored": "nothing to do",
    "waiting": "in line",
    "running": "right now",
    "held": "needs a person",
    "delivered": "answered 2xx",
    "acknowledged": "confirmed",
    "dead": "can be redriven",
    "draft": "not active",
    "disabled": "switched off",
    "info": "only told",
}


STATUS_OPTIONS = [
    {"value": "error", "label": "Error", "selected": True},
    {"value": "held", "label": "Held", "selected": False},
]


class SampleForm(forms.Form):
    """One control of each kind."""

    name = forms.CharField(help_text="Shown to everyone in this organization.", initial="SAP IS-U")
    token_url = forms.CharField(label="Token URL", widget=forms.TextInput(attrs={"class": "ih-mono"}))
    kind = forms.ChoiceField(choices=[("sap", "SAP"), ("wilken", "Wilken"), ("other", "Another system")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    scopes = forms.MultipleChoiceField(
        label="This token may",
        choices=[("send", "send events"), ("poll", "poll and acknowledge"), ("read", "read monitoring")],
        widget=forms.CheckboxSelectMultiple,
        initial=["send"],
    )
    expiry = forms.ChoiceField(
        choices=[("90", "in 90 days"), ("365", "in a year")], widget=forms.RadioSelect, initial="90"
    )
    read_only = forms.BooleanField(label="Read only", help_text="Refuses every call that writes.", required=False)

    def clean_token_url(self) -> str:
        """Refuses plain http, to show an error at a field."""
        raise forms.ValidationError("Use https. Plain http would send the secret unencrypted.")


@page(Capability.READ)
@require_safe
def gallery(request: HubRequest) -> HttpResponse:
    """Every component, for the eye of a designer and for the accessibility check."""
    form = SampleForm({"name": "SAP IS-U", "token_url": "http://idp.nordfurt.example/token", "kind": "sap"})
    return render(
        request,
        "hub/gallery.html",
        {
            "form": form,
            **sample_texts(),
            **sample_moments(),
            **sample_lists(),
            "buckets": sample_buckets(),
            "rows": sample_rows(),
        },
    )


def sample_texts() -> dict[str, object]:
    """Source texts and statuses."""
    return {
        "statuses": [(name, MEANINGS[name]) for name in LOOKS],
        "legend": list(STACK),
        "payload": PAYLOAD,
        "expression": EXPRESSION,
        "curl": CURL,
        "xml": XML,
    }


def sample_moments() -> dict[str, object]:
    """Now, before and after; and a list of facts that holds one of them."""
    now = clock.now()
    return {
        "now": now,
        "earlier": now - timedelta(minutes=26),
        "later": now + timedelta(minutes=29),
        "days_ago": now - timedelta(days=3, hours=4),
        "facts": [
            {"label": "Received", "at": now - timedelta(seconds=2)},
            {"label": "Key", "value": "contract_number V-20418", "mono": True},
            {"label": "Correlation", "value": "isu-20260312-0088213", "mono": True, "copyable": True},
            {"label": "Issue", "value": "Unmapped tariff in contract-sync", "url": "#issue"},
        ],
    }


def sample_lists() -> dict[str, object]:
    """Chips, tabs, steps and the facts of a dialog."""
    return {
        "deletes": [
            {"label": "Deletes", "value": "1\u202f204 billing_event"},
            {"label": "Sends", "value": "0 deliveries"},
            {"label": "Can be undone", "value": "for 30 days, from the recycle bin"},
        ],
        "chips": [
            {"label": "Status", "value": "Error, Warning", "status": "error", "remove_url": "#status"},
            {"label": "payload.branch", "value": "= power", "mono": True, "remove_url": "#branch"},
            {"label": "Code", "value": "PRICING_FAILED", "empties": True, "remove_url": "#code"},
        ],
        "choices": [
            {"name": "status", "label": "Status", "options": STATUS_OPTIONS},
            {"name": "key", "label": "Entity key", "text": "", "placeholder": "V-20418"},
        ],
        "tabs": [
            {"key": "payload", "label": "Payload", "url": "#payload", "count": None},
            {"key": "result", "label": "Result", "url": "#result", "count": 3},
            {"key": "json", "label": "JSON", "url": "#json", "count": None},
        ],
        "steps": [
            {"label": "System", "note": "SAP S/4HANA Utilities", "url": "#system", "done": True},
            {"label": "Connection", "note": "3 variables set", "url": "#connection", "done": True},
            {"label": "Mapping", "note": "review the proposal"},
            {"label": "Test and activate"},
        ],
    }


def sample_buckets() -> list[dict[str, int] | None]:
    """A day in half hours: a curve, some noise, a gap, trouble at the end."""
    buckets: list[dict[str, int] | None] = []
    for place in range(48):
        base = 20 + 60 * place * (48 - place) // 576 + place * 7 % 11
        buckets.append({"success": base, "skipped": place * 5 % 7, "warning": place % 4})
    buckets[9] = None
    for place in range(41, 48):
        buckets[place] = {"success": 12, "held": place % 3, "error": 34 + place % 5}
    return buckets


def sample_rows() -> list[dict[str, object]]:
    """A few rows of an event table."""
    now = clock.now()
    names = ["meter-reading-sync", "contract-sync", "billing-event-sync", "customer-sync", "meter-sync"]
    statuses = ["error", "warning", "held", "success", "duplicate"]
    codes = ["METER_NOT_FOUND", "LOOKUP_UNMAPPED", "PRUNE_HELD", "", "DUPLICATE"]
    return [
        {
            "at": now - timedelta(seconds=place * 7919),
            "status": statuses[place],
            "use_case": names[place],
            "code": codes[place],
            "key": f"1LGZ007299{8134 - place * 7}",
            "duration_ms": 61 + place * 913,
        }
        for place in range(5)
    ]
