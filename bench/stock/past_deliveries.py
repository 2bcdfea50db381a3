"""STATEMENTS of SQL that make deliveries of core events over the last weeks, requests, and steps of a middleware."""

from __future__ import annotations

from typing import Final

MADE: Final = """
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
    SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || substr(md5('d' || n), 1, 20))::uuid
        AS id, w.id AS webhook_id,
        CASE WHEN n %% 51 = 0 THEN 'failed' ELSE 'succeeded' END AS state,
        CASE WHEN n %% 51 = 0 THEN (ARRAY['TIMEOUT','CONNECT_FAILED'])[1 + n / 51 %% 2] ELSE '' END AS code,
        md5('d' || n)::uuid AS core_event_id, md5('a' || n)::uuid AS ack_id
    FROM (SELECT n, %(until)s::timestamptz - (%(deliveries)s - n) * (%(days)s * interval '1 day' / %(deliveries)s) AS at
          FROM generate_series(1, %(deliveries)s) n) spread
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM outbound_webhook
          WHERE organization_id = %(organization)s AND name LIKE 'Past %%') w ON w.place = n %% %(webhooks)s
"""
CORE_EVENTS: Final = """
    INSERT INTO events_coreevent (id, organization_id, name, version, occurred_at, state, problem, payload, ack_id,
        source, operation, entity_id, correlation_id, chain, is_test)
    SELECT core_event_id, %(organization)s, %(event)s, '1.0', at, 'ready', '',
        jsonb_build_object('contact', jsonb_build_object('customer_number', 'C-' || n)), ack_id, 'entity',
        'updateEntity', md5('e' || n %% 10000)::uuid, 'corr-' || n, '[]', false FROM made ORDER BY n
"""
DELIVERIES: Final = """
    INSERT INTO outbound_delivery (id, message_id, organization_id, integration_id, use_case_id, use_case_version,
        mapping_id, webhook_id, core_event_id, event_name, correlation_id, ack_id, holds_order, state, attempts,
        leased_by, created_at, finished_at, status_code, code, message, reason, is_test)
    SELECT id, id, %(organization)s, %(integration)s, %(use_case)s, 1, md5(webhook_id)::uuid, webhook_id, core_event_id,
        %(event)s, 'corr-' || n, CASE WHEN n %% 4 = 0 THEN ack_id END, false, state, 1, '', at, at,
        CASE WHEN code = '' THEN 200 END, code, '', '', false
    FROM made ORDER BY n
"""
ATTEMPTS: Final = """
    INSERT INTO outbound_deliveryattempt (id, organization_id, delivery_id, number, at, duration_ms, status_code, code,
        error, url, request_headers, response_headers, response_body, is_cut, timings, steps)
    SELECT md5('t' || n)::uuid, %(organization)s, id, 1, at, 20 + n %% 200, CASE WHEN code = '' THEN 200 END, code, '',
        'https://erp.example.com/hook', '[]', '[]', '', false, '{}', '[]' FROM made ORDER BY n
"""
SPANS: Final = """
    INSERT INTO monitoring_monitoringevent (id, organization_id, integration_id, use_case_id, event_id, sync_type,
        event_type, object_type, level, code, category, message, correlation_id, received_at, completed_at,
        duration_ms, use_case_version, detail, issue_id)
    SELECT id, %(organization)s, %(integration)s, %(use_case)s, core_event_id, 'outbound', '', '',
        CASE WHEN code = '' THEN 'success' ELSE 'error' END, code, CASE WHEN code = '' THEN '' ELSE 'network' END, '',
        'corr-' || n, at, at, 20 + n %% 200, 1, jsonb_build_object('delivery_id', id, 'webhook_id', webhook_id,
        'attempt', 1, 'next_attempt_at', NULL), CASE WHEN code <> '' THEN md5(webhook_id || code)::uuid END
    FROM made ORDER BY n
"""
STEPS_OF_A_MIDDLEWARE: Final = """
    INSERT INTO monitoring_monitoringevent (id, organization_id, integration_id, sync_type, event_type, object_type,
        level, code, category, message, correlation_id, received_at, completed_at)
    SELECT md5('x' || n)::uuid, %(organization)s, %(integration)s, 'external', '', 'flow-' || n %% 7, 'success',
        'EXTERNAL_SUCCESS', '', '', 'corr-' || n, at, at FROM made WHERE n %% 10 = 0 ORDER BY n
"""
REQUESTS: Final = """
    INSERT INTO monitoring_accesslog (id, organization_id, token_id, at, request_id, client_request_id, method, path,
        status, latency_ms, response_bytes, origin, source_ip)
    SELECT id, %(organization)s, 'tok_' || n %% 3, at, 'req_' || n, '', 'POST', '/v3/erp/updates/events',
        CASE WHEN n %% 51 = 0 THEN 400 ELSE 202 END, 5 + n %% 20, 120, '', '127.0.0.1' FROM made ORDER BY n
"""
STATEMENTS: Final = (
    *(MADE, CORE_EVENTS, DELIVERIES, ATTEMPTS, SPANS, STEPS_OF_A_MIDDLEWARE, REQUESTS),
    "DROP TABLE made",
)
TABLES: Final = ("events_coreevent", "outbound_delivery", "outbound_deliveryattempt", "monitoring_accesslog")
