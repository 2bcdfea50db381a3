"""…/schedule:run and its siblings: what the page of a schedule can do, for machines."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.ids import find_id
from hub.json_types import ROOT
from integrations.findings import Findings
from proxies.api.schedule_answers import run_document
from proxies.api.schedule_documents import described_schedule
from proxies.api.schedules import ScheduleView
from proxies.pulling import acts
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import RunNotFound, get_run


class ScheduleAct(ScheduleView):
    """Base of the acts: as on the page, whoever may change the use case."""

    requires: ClassVar = {"POST": Capability.WRITE}

    def started(self, integration_id: UUID, use_case_id: UUID, *, is_full: bool) -> Response:
        """202 with the run that is due now."""
        run = acts.run_now(self.keeper(integration_id, use_case_id), is_full=is_full)
        return Response(run_document(run, clock.now()), status=202)


class RunSchedule(ScheduleAct):
    """Reads what is new."""

    @described_schedule("runSchedule")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """202 with the run, which begins at the cursor. 409 while another is on its way, or where nothing would run."""
        return self.started(integration_id, use_case_id, is_full=False)


class FullSyncSchedule(ScheduleAct):
    """Reads everything."""

    @described_schedule("fullSyncSchedule")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """202 with the run, which begins at the very beginning; 409 as for a usual one."""
        return self.started(integration_id, use_case_id, is_full=True)


class PauseSchedule(ScheduleAct):
    """Holds every run."""

    @described_schedule("pauseSchedule")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """A run that is on its way stops after its page. Does nothing where it is paused already."""
        keeper = self.keeper(integration_id, use_case_id)
        acts.pause(keeper)
        return self.shown(keeper)


class ResumeSchedule(ScheduleAct):
    """Ends a pause."""

    @described_schedule("resumeSchedule")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """What was due meanwhile is read once, at once. Does nothing where it is not paused."""
        keeper = self.keeper(integration_id, use_case_id)
        acts.resume(keeper)
        return self.shown(keeper)


class RewindSchedule(ScheduleAct):
    """Moves the cursor."""

    @described_schedule("rewindSchedule")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """The next run begins at cursor, null: at the very beginning. 409 while a run is on its way."""
        keeper = self.keeper(integration_id, use_case_id)
        body, findings = self.body_object(), Findings()
        findings.refuse_others(body, ROOT, ("cursor",))
        if "cursor" not in body:
            findings.error(ROOT.key("cursor"), "is required; null is the very beginning")
        findings.raise_if_any()
        acts.rewind(keeper, body["cursor"])
        return self.shown(keeper)


class CancelScheduleRun(ScheduleAct):
    """Ends a run."""

    @described_schedule("cancelScheduleRun")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, use_case_id: UUID, run_id: str) -> Response:
        """What it has handed on stays, and the cursor where it was. 409 for a run that has ended."""
        keeper, found = self.keeper(integration_id, use_case_id), find_id(RUN_PREFIX, run_id)
        if found is None:
            raise RunNotFound
        acts.cancel_run(keeper, found)
        run = get_run(organization=self.organization, use_case=keeper.one.use_case, run_id=found)
        return Response(run_document(run, clock.now()))
