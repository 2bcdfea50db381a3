"""confirmed: an action of support's lists, as somebody does it who reads what is asked first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse


def asked(client: Client, rows: Sequence[Model], action: str) -> dict[str, str | list[str]]:
    """The form of the question; without its mark where nothing is asked."""
    chosen: dict[str, str | list[str]] = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    text = client.post(list_of(type(rows[0])), chosen).content.decode()
    marks = re.findall(r'name="form_mark" value="([^"]+)"', text)
    return {**chosen, "confirmed": "yes", **({"form_mark": marks[0]} if marks else {})}


def confirmed(client: Client, rows: Sequence[Model], action: str) -> Any:
    """The page after the answer. Any: an answer of the test client."""
    return client.post(list_of(type(rows[0])), asked(client, rows, action), follow=True)


def list_of(model: type[Model]) -> str:
    """The address of support's list of them."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
