"""What must point up, by name (style rule 6): every list is proved at boot by hub/checks.py."""

from __future__ import annotations

USE_CASE_KINDS = {
    "inbound": "inbound.kind.InboundKind",
    "outbound": "outbound.kind.OutboundKind",
    "file_proxy": "proxies.kinds.FileProxyKind",
    "managed_call": "proxies.kinds.ManagedCallKind",
    "secure_proxy": "proxies.kinds.SecureProxyKind",
}
"""Type of a use case → its kind: how its configuration is checked."""
USE_CASE_LISTENERS = ["inbound.lanes.on_use_case_saved", "outbound.cascade.on_use_case_saved"]
"""Functions that get every use case that was saved, in the transaction that saves it."""
USE_CASE_DELETION_LISTENERS = ["inbound.lanes.on_use_case_deleted", "outbound.cascade.on_use_case_deleted"]
"""Functions that get every use case that is about to be deleted, in the transaction that deletes it."""
ENVIRONMENT_USES = [
    "integrations.env_uses.places",
    "outbound.webhooks.env_uses.places",
    "outbound.automations.env_uses.places",
    "hub.events.env_uses.places",
    "monitoring.alerts.env_uses.places",
]
"""Functions that name what refers to variables (hub/environments/uses.py); one that is in use is deleted only on
demand."""
SEALED_SOURCES = [
    "outbound.sealed_values.values",
    "monitoring.alerts.sealed_values.values",
    "proxies.sealed_values.values",
    "hub.api.idempotency.sealed_values.values",
]
"""Functions that name what an app keeps sealed besides variables (hub/environments/sealed_values.py)."""
USE_CASE_FIGURES = "monitoring.figures.last_24_hours"
"""The function that counts what the lists of integrations and use cases show (integrations/figures.py)."""
BACKLOG_SOURCE = "inbound.backlog.read_backlog"
"""The function that says what waits to be processed (monitoring/waiting.py)."""
DEPARTURE_SOURCE = "outbound.departing.read_departing"
"""The function that says what has yet to reach the ERPs (monitoring/departing.py)."""
ORIGINAL_EVENT_SOURCE = "inbound.original_event.find_document"
"""The function that shows the inbound event that spans tell of (monitoring/original_event.py)."""
ISSUE_TARGET_SOURCE = "outbound.ui.issue_targets.targets"
"""The function that names the receivers of deliveries that fail (monitoring/issues/targets.py)."""
METRIC_SOURCES = [
    "hub.observing.workers.readings",
    "monitoring.ended_readings.readings",
    "inbound.queue_readings.readings",
    "outbound.queue_readings.readings",
]
"""Functions that read the numbers of /metrics from the database (hub/observing/readings.py)."""
SUPPORT_PAGES = [
    "hub.support.kernel_pages.PAGES",
    "integrations.support.PAGES",
    "monitoring.support.PAGES",
    "inbound.support.PAGES",
    "outbound.support.PAGES",
]
"""Tables of the admin for support, each with the page that shows it (hub/support/site.py)."""
TRACE_PARTS = [
    "inbound.ui.trace_part.steps_of_events",
    "outbound.ui.trace_part.steps_of_core_events",
    "monitoring.traces.requests_part.steps_of_requests",
]
"""Functions that find what a correlation id went through in their part of the hub (monitoring/traces/parts.py)."""
SEARCH_SOURCES = {
    "hub.web.palette.entities.entities": "entities",
    "inbound.ui.palette.events": "events",
    "outbound.ui.palette.deliveries": "deliveries",
    "monitoring.palette.traces": "traces",
    "monitoring.palette.issues": "issues",
    "integrations.ui.palette.integrations": "integrations",
    "integrations.ui.palette.use_cases": "use-cases",
    "outbound.ui.palette.webhooks": "webhooks",
    "monitoring.palette.codes": "codes",
}
"""Functions that find things by a text → what they find (hub/web/palette/matches.py), in the order it is shown."""
CONCERN_SOURCES = [
    "inbound.ui.held_prunes_concern.held_prunes",
    "outbound.ui.concerns.streams.streams",
    "outbound.ui.concerns.receivers.receivers",
    "outbound.ui.concerns.conflicts.conflicts",
    "outbound.ui.concerns.acknowledgements.overdue",
    "proxies.ui.pull_concern.failing",
    "monitoring.certificate_concern.expiring",
    "monitoring.variable_concern.expiring",
    "monitoring.alerts.concern.failing",
]
"""Functions that say what needs a person, one kind each (monitoring/concerns.py)."""
GAUGES = [
    "inbound.gauges.queue_ages",
    "outbound.gauges.open_circuits",
    "outbound.gauges.poll_queues",
    "outbound.gauges.unacknowledged",
    "monitoring.expiring.days_left",
]
"""Functions that say how things stand at the moment, one number each; alerts read them (monitoring/gauges.py)."""
NAVIGATION_COUNTS = {"held-prunes": "inbound.prunes.query.waiting_count"}
"""Section of the side bar → the function that counts what waits for a person there (hub/web/navigation.py)."""
WSGI_WRAPPERS = [
    "inbound.short_path.ShortPath",
    "outbound.api.message_short_path.MessagePath",
    "proxies.api.call_short_path.CallPath",
]
"""Classes that get the WSGI application and stand before it; each hands on what it does not answer itself."""
SHORT_PATH_MIDDLEWARE = [
    "hub.web.middleware.RequestIds",
    "hub.observing.requests.Observed",
    "monitoring.middleware.AccessLogs",
    "hub.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
]
"""The middleware of their answers, outermost first (hub/api/short_path.py)."""
WORKER_STAGES = [
    "inbound.process.work",
    "hub.entities.key_indexes.fill_due",
    "hub.events.projecting.work",
    "outbound.preparing.work",
    "outbound.automations.running.work",
    "outbound.delivering.turn.work",
    "proxies.pulling.running.work",
    "monitoring.alerts.telling.running.work",
    "hub.jobs.running.work",
]
"""What a worker does whenever a bell rings or it finds time: functions that serve one turn and return how much they
did, 0 when nothing was due. hub_worker calls them in a loop, Celery as tasks of the same name."""
WORKER_ENDINGS = [
    "outbound.delivering.turn.end",
    "proxies.pulling.running.end",
    "monitoring.alerts.telling.running.end",
]
"""What the embedded worker does before it ends, while threads still may begin something: functions."""
RETENTION_ROOMS = [
    "inbound.retention_kinds.ROOM",
    "monitoring.retention_kinds.ROOM",
    "hub.events.retention_kinds.ROOM",
    "outbound.retention_kinds.ROOM",
    "proxies.retention_kinds.ROOM",
    "hub.jobs.retention_kinds.ROOM",
    "hub.api.retention_kinds.ROOM",
    "hub.entities.retention_kinds.ROOM",
    "integrations.retention_kinds.ROOM",
    "hub.environments.retention_kinds.ROOM",
    "hub.web.retention_kinds.ROOM",
    "hub.retention.own_kinds.ROOM",
]
"""Parts of the hub with what each of their tables is kept for (hub/retention/kinds.py), in the order pages show."""
SCHEDULES = {
    "hub.retention.running.apply": 60,
    "inbound.stored_bytes.count": 60,
    "inbound.packing.pack": 60,
    "outbound.bodies.pack": 60,
    "monitoring.counters.fold": 60,
    "monitoring.counting.folding.fold_spans": 60,
    "monitoring.issues.folding.fold": 10,
    "outbound.delivery_counts.fold": 60,
    "monitoring.alerts.evaluating.evaluate": 60,
    "hub.entities.files.sweeping.sweep": 60,
    "outbound.overdue.expire": 60,
    "outbound.queue.expiry.expire": 60,
    "proxies.pulling.planning.plan": 15,
}
"""Functions without arguments → seconds between two runs. Each may run twice at once without harm."""
JOB_KINDS = {
    "inbound_replay": "inbound.replays.job.ReplayJob",
    "outbound_resend": "outbound.resend_job.ResendJob",
}
"""Name of a kind of job → its class (hub/jobs/kinds.py)."""
JOB_WORDS = {
    "inbound_replay": "inbound.ui.replay_words.ReplayWords",
    "outbound_resend": "outbound.ui.resend_words.ResendWords",
}
"""Name of a kind of job → the class that says what pages show of it (hub/web/jobs/words.py)."""
DEMO_PARTS = ["outbound.demo.install", "proxies.demo.install.install"]
"""Functions that add to the demo's organization what is not there yet, before its first events are played."""
ENTITY_CHANGE_LISTENERS = [
    "hub.entities.files.purging.on_entities_changed",
    "hub.events.listening.on_entities_changed",
    "outbound.automations.starting.on_entities_changed",
]
"""Functions that get every change of entities, in the transaction that writes it (hub/entities/operations.py)."""
ENTITY_OPENED_LISTENERS = ["integrations.auto_refresh.opening.on_entity_opened"]
"""Functions that are told which entity somebody looks at (hub/entities/opening.py)."""
METER_READING_LISTENERS = ["hub.events.reading_events.on_readings_stored"]
"""Functions that get the meter readings that a write has stored, in its transaction (hub/entities/readings)."""
CORE_EVENT_SUBSCRIBERS = [
    "outbound.subscriptions.on_core_events",
    "outbound.automations.starting.on_core_events",
    "proxies.pulling.on_demand.on_core_events",
]
"""Functions that get every event that is published, in its transaction (hub/events/publishing.py)."""
CORE_EVENT_AUDIENCES = [
    "outbound.subscriptions.heard_events",
    "outbound.automations.listeners.heard_events",
    "proxies.pulling.on_demand.heard_events",
]
"""Functions from organization id and config_version to the names of the events that somebody listens to."""
CORE_EVENT_READY_STAGES = [
    "outbound.preparing.work",
    "outbound.automations.running.work",
    "proxies.pulling.running.work",
]
"""Worker stages that go on with an event once its fields are worked out."""
CORE_EVENT_LISTENERS = ["outbound.event_listeners.listeners_shown"]
"""Functions from organization to who listens to its events, as pages name them (hub/events/audience.py)."""
CORE_EVENT_REACH = ["outbound.event_listeners.reach_of"]
"""Functions from organization and ids of events to how many deliveries they have led to."""
CORE_EVENT_SAMPLE_SENDER = "outbound.event_samples.send_sample"
"""The function that sends a core event to one of its listeners as a test (hub/events/audience.py)."""
