"""/v1/schedules and …/use-cases/{id}/schedule: where schedules of managed calls stand, and their runs."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.entities.parameters import moment_in
from hub.api.pagination import InvalidCursor
from hub.api.query_fields import whole_in, word_of, wrong
from hub.ids import find_id, to_text
from hub.json_types import JSONObject
from integrations.api.views import ConfigurationView
from integrations.models import UseCase
from integrations.queries import get_integration, get_use_case, use_cases_of
from proxies.api.schedule_answers import Document, run_document, schedule_document
from proxies.api.schedule_documents import described_schedule
from proxies.models import PullKind
from proxies.pulling.acts import Keeper
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import RunFilter, RunStatus, get_run, runs_page, standing_of, standings_of
from proxies.pulling.schedules import scheduled

PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 100
STATUSES: Final = tuple(str(one) for one in RunStatus)


class ScheduleView(ConfigurationView):
    """Base of the views about one schedule or several."""

    def keeper(self, integration_id: UUID, use_case_id: UUID) -> Keeper:
        """The caller and the schedule. Raises NotFound, also for a use case without one."""
        use_case = self.use_case(integration_id, use_case_id)
        return Keeper.of(self.author(integration_id), use_case)

    def use_case(self, integration_id: UUID, use_case_id: UUID) -> UseCase:
        """Raises UseCaseNotFound or IntegrationNotFound."""
        return get_use_case(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)

    def shown(self, keeper: Keeper) -> Response:
        """The schedule as it is now."""
        standing = standing_of(organization=self.organization, use_case=keeper.one.use_case)
        return Response(schedule_document(keeper.one, standing, clock.now()))

    def listed(self, use_cases: QuerySet[UseCase]) -> Response:
        """The schedules among the use cases, as many queries for all as for one."""
        found = [one for one in scheduled(use_cases) if self.may(Capability.READ, one.use_case.integration_id)]
        keys = [one.use_case.pk for one in found]
        standings, at = standings_of(organization=self.organization, use_case_ids=keys), clock.now()
        return Response({"schedules": [schedule_document(one, standings[one.use_case.pk], at) for one in found]})


class Schedules(ScheduleView):
    """Every schedule of the organization."""

    requires: ClassVar = {"GET": Capability.READ}
    checks_each_integration = True

    @described_schedule("listSchedules")
    def get(self, request: Request) -> Response:
        """Those of the integrations that the caller may see, the oldest use case first."""
        return self.listed(UseCase.objects.of(self.organization).order_by("created_at", "id"))


class IntegrationSchedules(ScheduleView):
    """Every schedule of one integration."""

    requires: ClassVar = {"GET": Capability.READ}

    @described_schedule("listIntegrationSchedules")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """The oldest use case first."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        return self.listed(use_cases_of(integration))


class OneSchedule(ScheduleView):
    """The schedule of one managed call."""

    requires: ClassVar = {"GET": Capability.READ}

    @described_schedule("getSchedule")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Where it stands; 404 for a use case without a pull block."""
        return self.shown(self.keeper(integration_id, use_case_id))


class ScheduleRuns(ScheduleView):
    """The runs of one managed call."""

    requires: ClassVar = {"GET": Capability.READ}

    @described_schedule("listScheduleRuns")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """A page of runs, the newest first; those of a schedule that was taken away since are still there."""
        use_case, at = self.use_case(integration_id, use_case_id), clock.now()
        asked: JSONObject = {**request.query_params.dict()}
        limit = whole_in(asked, "limit", default=PAGE_SIZE, most=LARGEST_PAGE)
        status = word_of(asked, "status", STATUSES)
        after, before = moment_in(request, "after"), moment_in(request, "before")
        if after is not None and before is not None and before <= after:
            raise wrong("before", "must be later than after")
        wanted = RunFilter(
            use_case.pk,
            at,
            status=RunStatus(status) if status else None,
            kind=word_of(asked, "kind", tuple(PullKind.values)),
            since=after,
            until=before,
            before=_cursor(request),
        )
        runs = runs_page(organization=self.organization, wanted=wanted, limit=limit + 1)
        shown: list[Document] = [run_document(one, at) for one in runs[:limit]]
        has_more = len(runs) > limit
        cursor = to_text(RUN_PREFIX, runs[limit - 1].id) if has_more else None
        return Response({"runs": shown, "next_cursor": cursor, "has_more": has_more})


class OneScheduleRun(ScheduleView):
    """One run."""

    requires: ClassVar = {"GET": Capability.READ}

    @described_schedule("getScheduleRun")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID, run_id: str) -> Response:
        """How far it came, and what kept it from its end."""
        use_case = self.use_case(integration_id, use_case_id)
        run = get_run(organization=self.organization, use_case=use_case, run_id=find_id(RUN_PREFIX, run_id))
        return Response(run_document(run, clock.now()))


def _cursor(request: Request) -> UUID | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    found = find_id(RUN_PREFIX, text)
    if found is None:
        raise InvalidCursor("cursor")
    return found
