"""STATEMENTS of SQL that make inbound events that ended over the last weeks, with their spans."""

from __future__ import annotations

from typing import Final

MADE: Final = """
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
    SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || substr(md5(n::text), 1, 20))::uuid
        AS id, u.id AS use_case_id,
        CASE WHEN n %% 51 = 0 THEN 'error' WHEN n %% 31 = 0 THEN 'warning' ELSE 'success' END AS status,
        CASE WHEN n %% 51 = 0 THEN (ARRAY['MAPPING_EXPRESSION_FAILED','MISSING_UNIQUE_IDENTIFIERS','TIMEOUT'])
            [1 + n / 51 %% 3] WHEN n %% 31 = 0 THEN 'MAPPED_FIELD_EMPTY' ELSE '' END AS code,
        'contact.field_' || n / 51 %% 10 AS field
    FROM (SELECT n, %(until)s::timestamptz - (%(events)s - n) * (%(days)s * interval '1 day' / %(events)s) AS at
          FROM generate_series(1, %(events)s) n) spread
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM integrations_usecase
          WHERE integration_id = %(integration)s) u ON u.place = n %% %(use_cases)s
"""
"""One row per event, spread evenly; every 51st failed, in one of thirty ways per use case."""
EVENTS: Final = """
    INSERT INTO inbound_inboundevent (id, organization_id, integration_id, use_case_id, sequence, "order", origin_id,
        received_at, event_name, use_case_slug, event_type, format, correlation_id, deduplication_id, body_bytes,
        token_id)
    SELECT id, %(organization)s, %(integration)s, use_case_id, nextval('inbound_event_sequence'), n, id, at, '',
        'use-case', 'UPDATE', 'json', 'corr-' || n / 3, '', 60, '' FROM made ORDER BY n
"""
BODIES: Final = """
    INSERT INTO inbound_inboundbody (event_id, body)
    SELECT id, convert_to('{"KUNNR": "C-' || n || '", "NAME": {"NACHNAME": "M"}}', 'UTF8') FROM made ORDER BY n
"""
OUTCOMES: Final = """
    INSERT INTO inbound_inboundoutcome (event_id, organization_id, integration_id, use_case_id, use_case_version,
        status, code, message, attempts, finished_at, duration_ms, counts)
    SELECT id, %(organization)s, %(integration)s, use_case_id, 1, status, code, '', 1, at, 20 + n %% 200,
        '{"updated": 1}' FROM made ORDER BY n
"""
SPANS: Final = """
    INSERT INTO monitoring_monitoringevent (id, organization_id, integration_id, use_case_id, event_id, sync_type,
        event_type, object_type, level, code, category, message, correlation_id, received_at, completed_at,
        duration_ms, event_order, use_case_version, detail, issue_id)
    SELECT id, %(organization)s, %(integration)s, use_case_id, id, 'entity', 'UPDATE', 'contact', status, code,
        CASE WHEN code = '' THEN '' ELSE 'validation' END, '', 'corr-' || n / 3, at, at, 20 + n %% 200, n, 1,
        CASE WHEN code <> '' THEN jsonb_build_object('schema', 'contact', 'attribute', 'field_' || n / 51 %% 10) END,
        CASE WHEN code <> '' THEN md5(use_case_id || code || field)::uuid END
    FROM made ORDER BY n
"""
STATEMENTS: Final = (MADE, EVENTS, BODIES, OUTCOMES, SPANS, "DROP TABLE made")
TABLES: Final = ("inbound_inboundevent", "inbound_inboundbody", "inbound_inboundoutcome", "monitoring_monitoringevent")
