"""/v1/automations/{id}/runs: what came of an automation, and doing it again."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.pagination import InvalidCursor
from hub.api.query_fields import whole_in, word_of
from hub.ids import find_id, to_text
from hub.json_types import ROOT, JSONObject
from integrations.findings import Findings
from outbound.api.automation_answers import run_detail_document, run_document
from outbound.api.automation_documents import described_automation
from outbound.api.automations import AutomationView
from outbound.automations.queries import RUN_PREFIX, RunFilter, get_automation, get_run, runs_page
from outbound.automations.retrying import Retry, retry_run
from outbound.models import RunState

PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 100
MAY_RETRY: Final = (Capability.AUTOMATION_MANAGE, Capability.SEND)
"""Operations staff repair, too: they hold SEND and change no automation."""


class AutomationRuns(AutomationView):
    """The runs of one automation."""

    requires: ClassVar = {"GET": Capability.AUTOMATION_VIEW}

    @described_automation("listAutomationRuns")
    def get(self, request: Request, automation_id: UUID) -> Response:
        """A page of runs, the newest first."""
        automation = get_automation(organization=self.organization, automation_id=automation_id)
        asked: JSONObject = {**request.query_params.dict()}
        limit = whole_in(asked, "limit", default=PAGE_SIZE, most=LARGEST_PAGE)
        status = word_of(asked, "status", tuple(RunState.values))
        wanted = RunFilter(automation.pk, states=(status,) if status else (), before=_cursor(request))
        runs = runs_page(organization=self.organization, wanted=wanted, limit=limit + 1)
        shown, has_more = runs[:limit], len(runs) > limit
        cursor = to_text(RUN_PREFIX, shown[-1].id) if has_more else None
        return Response({"runs": [run_document(one) for one in shown], "next_cursor": cursor, "has_more": has_more})


class OneAutomationRun(AutomationView):
    """One run."""

    requires: ClassVar = {"GET": Capability.AUTOMATION_VIEW}

    @described_automation("getAutomationRun")
    def get(self, request: Request, automation_id: UUID, run_id: str) -> Response:
        """The run with every step as it was taken or tried."""
        found = find_id(RUN_PREFIX, run_id)
        detail = get_run(organization=self.organization, automation_id=automation_id, run_id=found)
        return Response(run_detail_document(detail))


class RetryAutomationRun(AutomationView):
    """One run once more."""

    requires: ClassVar = {"POST": MAY_RETRY}

    @described_automation("retryAutomationRun")
    @once_per_key
    def post(self, request: Request, automation_id: UUID, run_id: str) -> Response:
        """202 with the run that does it: the same goes on with the step that failed, or (from_start) a new one."""
        body = self.body_object() if request.data is not None else {}
        findings = Findings()
        findings.refuse_others(body, ROOT, ("from_start",))
        is_whole = findings.optional_boolean(body.get("from_start"), ROOT.key("from_start"))
        findings.raise_if_any()
        order = Retry(automation_id, find_id(RUN_PREFIX, run_id), is_whole)
        return Response(run_document(retry_run(author=self.author(), order=order)), status=202)


def _cursor(request: Request) -> UUID | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    found = find_id(RUN_PREFIX, text)
    if found is None:
        raise InvalidCursor("cursor")
    return found
