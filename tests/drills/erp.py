"""Erp: sends events to a hub under trial and remembers what it was promised, for the ledger to be compared with."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tools.running import Answer, Hub, wait_for

EVENTS_PATH = "/v3/erp/updates/events"
USE_CASES = {"last-name": "last_name", "first-name": "first_name", "slowly": "last_name"}
"""Slug → the one attribute that its events change besides the customer number."""
SLOW = '$sum([1..20000]) > 0 ? WERT : ""'
"""Takes a millisecond or so: long enough that a worker can be stopped between mapping and committing."""


def configuration(slug: str) -> dict[str, Any]:
    """Of the use case with this slug. Any: JSON."""
    expression = SLOW if slug == "slowly" else "$trim(WERT)"
    fields = [
        {"attribute": "customer_number", "field": "KUNNR"},
        {"attribute": USE_CASES[slug], "jsonataExpression": expression},
    ]
    return {"entities": [{"entity_schema": "contact", "unique_ids": ["customer_number"], "fields": fields}]}


@dataclass(frozen=True)
class Note:
    """One event: the customer has this value now."""

    customer: str
    value: str
    use_case: str = "last-name"
    deduplication_id: str = ""
    group_id: str = ""

    def as_event(self) -> dict[str, Any]:
        """As the request carries it. Any: JSON."""
        named = {"deduplication_id": self.deduplication_id, "group_id": self.group_id}
        return {
            "use_case_slug": self.use_case,
            "timestamp": "2026-01-15T08:00:00Z",
            "payload": {"KUNNR": self.customer, "WERT": self.value},
            **{name: text for name, text in named.items() if text},
        }


@dataclass
class Erp:
    """promised: customer → values in the order in which events about it were answered with success."""

    hub: Hub
    token: str
    integration_id: str
    promised: dict[str, list[str]] = field(default_factory=dict)
    promised_ids: set[str] = field(default_factory=set)
    """Public ids of the events that were answered with success."""
    _keeping: threading.Lock = field(default_factory=threading.Lock)

    def post(self, notes: Sequence[Note]) -> Answer:
        """One request, whatever it is answered with."""
        body = {"integration_id": self.integration_id, "events": [note.as_event() for note in notes]}
        return self.hub.request("POST", EVENTS_PATH, body, self.token)

    def send(self, notes: Sequence[Note]) -> list[dict[str, str]]:
        """One request that must be answered; the results."""
        return self._keep(notes, self.post(notes))

    def send_all(self, notes: Sequence[Note], *, per_request: int = 100) -> None:
        """Everything in order, one request after the other."""
        for start in range(0, len(notes), per_request):
            self.send(notes[start : start + per_request])

    def insist(self, notes: Sequence[Note]) -> None:
        """Send the same request again and again until it is answered, as middleware does."""
        wait_for(lambda: self._is_answered(notes), "a request to be answered")

    def _is_answered(self, notes: Sequence[Note]) -> bool:
        try:
            answer = self.post(notes)
        except (OSError, http.client.HTTPException):
            return False
        if answer.status >= 500:
            return False
        self._keep(notes, answer)
        return True

    def _keep(self, notes: Sequence[Note], answer: Answer) -> list[dict[str, str]]:
        """A duplicate was promised when it was stored first, although nobody may have heard that answer."""
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {answer.text}")
        results: list[dict[str, str]] = answer.json()["results"]
        with self._keeping:
            for note, result in zip(notes, results, strict=True):
                if result["status"] not in {"success", "skipped"}:
                    raise AssertionError(f"{note}: {result}")
                self.promised.setdefault(note.customer, []).append(note.value)
                if result["status"] == "success":
                    self.promised_ids.add(result["event_id"])
        return results


def in_parallel(acts: Iterable[Callable[[], object]]) -> list[Any]:
    """Everything at once, each in a thread of its own, let go at the same moment. Any: what the acts answer."""
    waiting = list(acts)
    gate = threading.Barrier(len(waiting))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(waiting)) as threads:
        return list(threads.map(run, waiting))


def without_repeats(values: Iterable[str]) -> list[str]:
    """The values that differ from the one before: what a history keeps."""
    return [value for value, _ in groupby(values)]


def as_json(text: str) -> Any:
    """A JSON column: PostgreSQL's driver parses it, SQLite keeps the text. Any: JSON."""
    return json.loads(text) if isinstance(text, str) else text
