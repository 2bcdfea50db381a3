"""The results of a job as a CSV file, sent while they are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.entities.transfer.cells import guarded
from hub.jobs.models import Job
from hub.jobs.queries import every_result, get_job
from hub.web.access import page
from hub.web.jobs.words import ResultRow, rows_of
from hub.web.requests import HubRequest

AT_A_TIME = 500
HEAD = ("number", "subject", "outcome", "code", "message", "made", "status", "status_code")


@page(Capability.MONITOR)
@require_safe
def download_results(request: HubRequest, job_id: UUID) -> HttpResponse:
    """All results that there are by now, in their order."""
    job = get_job(organization=request.organization, job_id=job_id)
    headers = {"Content-Disposition": f'attachment; filename="job-{job.pk}.csv"', "Cache-Control": "no-store"}
    # Pages are typed by answers that are sent at once; what is around them touches headers only.
    return StreamingHttpResponse(_lines(job), content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]


def _lines(job: Job) -> Iterator[str]:
    yield _text([HEAD])
    for results in every_result(job, AT_A_TIME):
        yield _text([_cells(row) for row in rows_of(job, results)])


def _cells(row: ResultRow) -> Sequence[object]:
    made = row.made
    return row.number, row.subject.text, row.outcome, row.code, row.message, made.text, made.status, made.code


def _text(rows: Sequence[Sequence[object]]) -> str:
    """Lines of the file; a cell that a spreadsheet would calculate gets an apostrophe."""
    file = io.StringIO()
    csv.writer(file).writerows([[guarded(str(cell)) for cell in row] for row in rows])
    return file.getvalue()
