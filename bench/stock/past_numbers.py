"""STATEMENTS of SQL that count the rows of the other ones: spans, events, deliveries and issues."""

from __future__ import annotations

from typing import Final

ISSUE_DELTAS: Final = """
    INSERT INTO monitoring_issuedelta (organization_id, integration_id, use_case_id, sync_type, level, code, field,
        host, issue_id, use_case_version, starts_at, number, first_at, last_at, subjects)
    SELECT organization_id, integration_id, use_case_id, sync_type, level, code,
        coalesce('contact.' || (detail ->> 'attribute'), ''), coalesce(detail ->> 'webhook_id', ''), issue_id, 1,
        date_trunc('hour', completed_at, 'UTC'), count(*), min(completed_at), max(completed_at),
        to_jsonb(array_remove(ARRAY['contact/customer_number=C-' || min(event_order)], NULL))
    FROM monitoring_monitoringevent WHERE integration_id = %(integration)s AND issue_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 11
"""
"""What is folded into issues afterwards, as the clock does."""
OF_SPANS: Final = """
    INSERT INTO monitoring_spanbucket (organization_id, integration_id, use_case_id, sync_type, level, code, category,
        object_type, starts_at, number, last_at, width_minutes)
    SELECT organization_id, integration_id, coalesce(use_case_id, '00000000-0000-0000-0000-000000000000'), sync_type,
        level, code, category, object_type,
        date_bin(width * interval '1 minute', completed_at, '2000-01-01Z'), count(*), max(completed_at), width
    FROM monitoring_monitoringevent, (VALUES (5), (60), (1440)) widths (width)
    WHERE integration_id = %(integration)s AND (width > 5 OR completed_at > %(until)s - interval '48 hours')
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, width
"""
OF_EVENTS: Final = """
    INSERT INTO monitoring_bucket (organization_id, integration_id, use_case_id, direction, status, starts_at, events,
        durations, last_at, width_minutes)
    SELECT organization_id, integration_id, use_case_id, 'inbound', status,
        date_bin(width * interval '1 minute', finished_at, '2000-01-01Z'), count(*),
        jsonb_build_object('5', count(*)), max(finished_at), width
    FROM inbound_inboundoutcome, (VALUES (5), (60)) widths (width)
    WHERE integration_id = %(integration)s AND (width > 5 OR finished_at > %(until)s - interval '48 hours')
    GROUP BY 1, 2, 3, 5, 6, width
"""
OF_INTEGRATIONS: Final = """
    INSERT INTO monitoring_integrationbucket (organization_id, integration_id, direction, status, starts_at, events,
        durations, last_at, width_minutes)
    SELECT organization_id, integration_id, direction, status, starts_at, sum(events),
        jsonb_build_object('5', sum(events)), max(last_at), width_minutes
    FROM monitoring_bucket WHERE integration_id = %(integration)s AND width_minutes = 60
    GROUP BY 1, 2, 3, 4, 5, 9
"""
OF_SENT: Final = """
    INSERT INTO monitoring_bucket (organization_id, integration_id, use_case_id, direction, status, starts_at, events,
        durations, last_at, width_minutes)
    SELECT organization_id, integration_id, use_case_id, 'outbound',
        CASE WHEN state = 'failed' THEN 'error' ELSE 'success' END,
        date_bin(width * interval '1 minute', finished_at, '2000-01-01Z'), count(*),
        jsonb_build_object('5', count(*)), max(finished_at), width
    FROM outbound_delivery, (VALUES (5), (60)) widths (width)
    WHERE integration_id = %(integration)s AND (width > 5 OR finished_at > %(until)s - interval '48 hours')
    GROUP BY 1, 2, 3, 5, 6, width
"""
OF_DELIVERIES: Final = """
    INSERT INTO outbound_deliverybucket (organization_id, integration_id, use_case_id, event_name, webhook_id, state,
        starts_at, number, last_at, width_minutes)
    SELECT organization_id, integration_id, use_case_id, event_name, webhook_id, state,
        date_bin(width * interval '1 minute', created_at, '2000-01-01Z'), count(*), max(created_at), width
    FROM outbound_delivery, (VALUES (5), (60), (1440)) widths (width)
    WHERE integration_id = %(integration)s AND (width > 5 OR created_at > %(until)s - interval '48 hours')
    GROUP BY 1, 2, 3, 4, 5, 6, 7, width
"""
STATEMENTS: Final = (ISSUE_DELTAS, OF_SPANS, OF_EVENTS, OF_SENT, OF_INTEGRATIONS, OF_DELIVERIES)
TABLES: Final = (
    *("monitoring_spanbucket", "monitoring_bucket", "monitoring_integrationbucket", "outbound_deliverybucket"),
    *("monitoring_issue", "monitoring_issuebucket", "monitoring_issuesubject", "monitoring_issuedelta"),
)
