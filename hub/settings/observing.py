"""How the hub may be watched: who may read /metrics, and who is told of traces."""

from __future__ import annotations

from hub.settings.env import Environment

_env = Environment()

HUB_METRICS_TOKEN = _env.text("HUB_METRICS_TOKEN", "")
"""What a scraper sends as bearer token to /metrics; empty: only development answers, and only to its own machine."""
HUB_OTEL_ENDPOINT = _env.address("HUB_OTEL_ENDPOINT", ("http", "https"), "http://127.0.0.1:4318")
"""The collector that gets traces by OTLP over HTTP; empty: there are none, and nothing is imported for them."""
HUB_DOCTOR_URL = _env.address("HUB_DOCTOR_URL", ("https",), "https://example.org/")
"""What hub_doctor calls to see whether calls leave this machine; empty: it calls nothing."""
