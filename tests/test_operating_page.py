"""What operators are told of is whole: every metric with its labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.observing.http_counters import REQUESTS
from hub.observing.readings import METRICS

pytestmark = pytest.mark.once

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "operating.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(hub_\w+)` \| (.*?) ?\|", re.MULTILINE)


def test_every_metric_stands_on_the_page_with_its_labels() -> None:
    told = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in ROW.findall(PAGE)}
    read = {
        f"{name}_total" if metric.kind == "counter" else name: set(metric.labels) for name, metric in METRICS.items()
    }
    counted = {f"{one.name}_total" if one.type == "counter" else one.name for one in REQUESTS.collect()}
    assert {name: labels for name, labels in told.items() if name not in counted} == read
    assert counted <= set(told)
