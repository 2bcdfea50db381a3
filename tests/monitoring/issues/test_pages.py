"""The pages of issues: who sees what, who may do what, and what is said."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hub.accounts.models import Role
from monitoring.issues.query import with_merged
from monitoring.issues.telling import MOST_SUBJECTS
from monitoring.models.issues import Issue, IssueState
from monitoring.record import record
from tests.builders import NOW, make_integration, make_member, make_use_case
from tests.cast import NEIGHBOUR_OWNER, NOBODY, OPERATOR, VIEWER
from tests.monitoring.issues.conftest import span_of

pytestmark = pytest.mark.django_db

ISSUES = "/app/issues"


@pytest.fixture
def viewer(client_of):
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def operator(client_of):
    """Somebody who may act."""
    return client_of(OPERATOR)


def text_of(client, address=ISSUES):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(issue, act=""):
    return f"{ISSUES}/{issue.pk}{'/' if act else ''}{act}"


def titles(client, query=""):
    return [row.title for row in client.get(f"{ISSUES}{query}").context["listed"].rows]


def test_the_list_names_code_field_and_use_case(viewer, failing):
    failing(times=3)
    page = text_of(viewer)
    assert "MAPPING_EXPRESSION_FAILED · status" in page
    assert "contract-sync" in page


def test_the_last_to_fail_is_listed_first(viewer, failing):
    failing(code="TIMEOUT", detail=None)
    failing(at=NOW + timedelta(minutes=1), code="WORKER_CRASHED", detail=None)
    assert titles(viewer) == ["WORKER_CRASHED", "TIMEOUT"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?code=MAPPING_EXPRESSION_FAILED", True),
        ("?code=TIMEOUT", False),
        ("?q=stat", True),
        ("?q=colour", False),
        ("?state=resolved", False),
        ("?state=all", True),
        ("?state=new", True),
        ("?state=nonsense&integration=nonsense", True),
        (f"?integration={UUID(int=1)}", False),
        (f"?use_case={UUID(int=1)}", False),
        ("?assignee=7", False),
    ],
)
def test_the_list_is_narrowed_by_what_the_address_says(viewer, failing, query, is_found):
    failing()
    assert bool(titles(viewer, query)) == is_found


def test_a_resolved_issue_is_not_among_the_open_ones(viewer, failing):
    failing()
    Issue.objects.update(state=IssueState.RESOLVED, state_at=NOW)
    assert "No open issues since 15" in text_of(viewer)
    assert titles(viewer, "?state=resolved") == ["MAPPING_EXPRESSION_FAILED · status"]


def test_the_list_goes_on_page_by_page(viewer, use_case, failing):
    record([span_of(use_case, code=f"CODE_{number:02}", at=NOW - timedelta(minutes=number)) for number in range(60)])
    failing(code="LAST", at=NOW - timedelta(hours=2))
    first = viewer.get(ISSUES).context["listed"]
    second = viewer.get(f"{ISSUES}{first.older}").context["listed"]
    assert [len(first.rows), len(second.rows), second.older] == [50, 11, ""]
    assert viewer.get(f"{ISSUES}{second.newer}").context["listed"].rows[0].issue == first.rows[0].issue


def test_an_issue_says_why_its_failures_belong_together_and_what_to_do(viewer, failing):
    page = text_of(viewer, page_of(failing()))
    assert "integration SAP, use case contract-sync, step processing of an inbound event, level error" in page
    assert "An expression of the mapping failed" in page
    assert "Correct the expression" in page


def test_a_long_title_is_cut_before_the_end_of_its_field(viewer, failing):
    field = "contact.addresses." + "very_long_name_" * 8 + "street"
    failing(detail={"path": "entities[0].fields[3].expression", "detail": {"field": field}})
    [title] = titles(viewer)
    assert title.startswith("MAPPING_EXPRESSION_FAILED · contact")
    assert title.endswith("_street")
    assert len(title) == 90


@pytest.mark.parametrize("state", [IssueState.NEW, IssueState.ONGOING, IssueState.REGRESSED])
@pytest.mark.parametrize("level", ["error", "warning"])
def test_an_open_issue_carries_the_glyph_of_its_level(viewer, failing, state, level):
    issue = failing(level=level, code="MAPPED_FIELD_EMPTY")
    Issue.objects.update(state=state)
    [row] = viewer.get(ISSUES).context["listed"].rows
    assert (row.look, row.level) == (level, level)
    head = text_of(viewer, page_of(issue)).partition('id="why-title"')[0]
    assert f'<span class="ih-hidden">{level}</span>' in head
    assert f"ih-status--{level}" in head


def test_an_issue_that_is_not_open_carries_the_glyph_of_its_state(viewer, failing):
    failing()
    Issue.objects.update(state=IssueState.RESOLVED, state_at=NOW)
    assert [row.look for row in viewer.get(f"{ISSUES}?state=all").context["listed"].rows] == ["resolved"]


def test_the_number_of_failures_stands_beside_the_use_case_where_the_columns_have_no_room(viewer, failing):
    failing(times=3)
    assert '<span class="ih-narrow-only ih-soft">3 failures · </span>' in text_of(viewer)


def test_failures_when_run_again_stand_beside_the_number_of_failures(viewer, failing):
    failing(times=8)
    issue = failing(times=3, is_again=True)
    page = text_of(viewer, page_of(issue))
    assert ("8 failures" in page, "3 more when run again" in page) == (True, True)
    assert "+3<span" in text_of(viewer)


def test_an_issue_that_only_replays_have_met_says_so(viewer, failing):
    page = text_of(viewer, page_of(failing(is_again=True)))
    assert "1 failure, only when run again" in page
    assert "0 failures</span>" not in page.partition("</header>")[0]


@pytest.mark.parametrize(("hours_ago", "worst"), [([1, 1, 2], "3 failures, 2 in the worst hour"), ([1], "1 failure<")])
def test_the_trend_says_how_many_failures_were_in_its_worst_hour(viewer, failing, hours_ago, worst):
    for hours in hours_ago:
        issue = failing(at=NOW - timedelta(hours=hours))
    assert worst in text_of(viewer, page_of(issue))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": IssueState.SNOOZED, "snoozed_until": NOW + timedelta(hours=5)}, "comes back"),
        ({"state": IssueState.SNOOZED, "snoozed_number": 101}, "comes back at failure 101"),
        ({"state": IssueState.RESOLVED, "resolved_version": 7}, "comes back if v7 or a later one fails"),
        ({"state": IssueState.RESOLVED}, "comes back with the next failure"),
    ],
)
def test_an_issue_that_is_out_of_sight_says_what_brings_it_back(viewer, failing, fields, said):
    issue = failing()
    Issue.objects.filter(pk=issue.pk).update(**fields)
    assert said in text_of(viewer, page_of(issue))


def test_whoever_merges_sees_how_often_the_others_have_failed(operator, failing):
    failing(times=2, code="TIMEOUT", at=NOW - timedelta(hours=1))
    assert "TIMEOUT" in (page := text_of(operator, page_of(failing(), "merge")))
    assert "· 2 failures" in page


def test_an_issue_that_has_nothing_to_be_merged_with_says_so(operator, failing):
    assert "There is no other issue" in text_of(operator, page_of(failing(), "merge"))


def test_an_issue_shows_how_its_failures_are_distributed(viewer, use_case, failing):
    record([span_of(use_case, use_case_version=6)] * 3)
    issue = failing(use_case_version=7)
    shares = viewer.get(page_of(issue)).context["distributions"][0].shares
    assert [(one.value, one.number, one.percent) for one in shares] == [("v6", 3, 75), ("v7", 1, 25)]


def test_a_text_that_is_cut_says_so_and_is_there_as_a_whole(viewer, failing):
    message = "The expression failed, " + "very " * 40 + "badly."
    page = text_of(viewer, page_of(failing(message=message)))
    assert f"{message[:119].rstrip()}…" in page
    assert f"<p>{message}</p>" in page


@pytest.mark.parametrize(
    ("given", "is_shown"),
    [
        ('"DE"', True),
        ("17.5", True),
        ("null", True),
        ('{"KUNNR": "C-1", "NAME": "Muster"}', False),
        ('[{"KUNNR": "C-1"}]', False),
        ('"' + "x" * 200, False),
    ],
)
def test_a_value_that_was_given_is_shown_unless_it_is_a_whole_document(viewer, failing, given, is_shown):
    issue = failing(detail={"path": "entities[0]", "detail": {"field": "status", "input": given}})
    labels = [one.label for one in viewer.get(page_of(issue)).context["distributions"]]
    assert ("Value that was given" in labels) == is_shown


def test_an_issue_leads_to_its_events(viewer, failing):
    event_id = uuid4()
    issue = failing(event_id=event_id)
    page = text_of(viewer, page_of(issue))
    assert f"/app/events?issue={issue.pk}" in page
    assert "/app/events/evt_" in page


@pytest.mark.parametrize(("times", "between"), [(10, None), (11, 0), (12, 1), (40, 29)])
def test_failures_that_are_left_out_stand_as_a_gap_before_the_oldest_one(viewer, failing, times, between):
    issue = failing(times=times)
    answer = viewer.get(page_of(issue))
    gaps = [one["between"] for one in answer.context["samples"] if one["between"]]
    assert gaps == ([between] if between else [])
    assert ("between these and the oldest one" in answer.content.decode()) == bool(between)


def test_an_issue_that_hits_very_many_says_so(viewer, failing):
    issue = failing(entity_id=UUID(int=1))
    Issue.objects.update(subjects=MOST_SUBJECTS)
    assert viewer.get(page_of(issue)).context["subject_count"].endswith("000+")


@pytest.mark.parametrize("detail", [None, {"schema": "a b/c"}, {"schema": "contact", "identifiers": {"no": "7"}}])
def test_an_entity_that_no_page_has_is_named_without_a_link(viewer, failing, detail):
    issue = failing(detail=detail, entity_id=None if detail and "identifiers" in detail else UUID(int=1))
    assert [one.url for one in viewer.get(page_of(issue)).context["subjects"]] == [""]


def test_a_value_of_a_payload_is_no_markup(viewer, failing):
    issue = failing(message="<script>alert(1)</script>")
    assert "<script>alert(1)" not in text_of(viewer, page_of(issue))


def act_on(client, issue, act, **fields):
    return client.post(page_of(issue, act), {"revision": issue.revision, **fields})


def test_an_operator_resolves_an_issue(operator, failing):
    issue = failing()
    assert "Resolve this issue?" in text_of(operator, page_of(issue, "resolve"))
    assert act_on(operator, issue, "resolve", text="Corrected in SAP").status_code == 302
    page = text_of(operator, page_of(issue))
    assert "Corrected in SAP" in page
    assert Issue.objects.get().state == IssueState.RESOLVED


@pytest.mark.parametrize(
    ("act", "fields", "state"),
    [
        ("snooze", {"how": "1d"}, IssueState.SNOOZED),
        ("snooze", {"how": "more", "more": 5}, IssueState.SNOOZED),
        ("note", {"text": "Known"}, IssueState.NEW),
        ("assign", {"assignee": ""}, IssueState.NEW),
    ],
)
def test_an_operator_acts_on_an_issue(operator, failing, act, fields, state):
    issue = failing()
    assert act_on(operator, issue, act, **fields).status_code == 302
    assert Issue.objects.get().state == state


@pytest.fixture
def pair(failing):
    """Two issues of one use case."""
    return failing(code="TIMEOUT"), failing(code="EXTERNAL_API_ERROR", at=NOW + timedelta(minutes=1))


def test_an_operator_merges_an_issue_and_splits_it_off_again(operator, pair):
    one, other = pair
    assert "EXTERNAL_API_ERROR" in text_of(operator, page_of(one, "merge"))
    assert act_on(operator, one, "merge", into=other.pk, text="Same outage").status_code == 302
    assert "its failures count for another one" in text_of(operator, page_of(one))
    assert "Merged into this issue" in text_of(operator, page_of(other))
    assert titles(operator) == ["EXTERNAL_API_ERROR · status"]
    one.refresh_from_db()
    assert act_on(operator, one, "split").status_code == 302
    assert len(titles(operator)) == 2


@pytest.mark.parametrize(
    ("act", "told"),
    [("reopen", "The issue is open already."), ("split", "The issue is merged into no other one.")],
)
def test_an_act_without_anything_to_do_says_so(operator, failing, act, told):
    issue = failing()
    for answer in (operator.get(page_of(issue, act), follow=True), operator.post(page_of(issue, act), follow=True)):
        assert told in answer.content.decode()


@pytest.mark.parametrize("fields", [{"text": "Same outage"}, {"into": UUID(int=1), "text": "x"}, {"into": "x"}])
def test_a_merge_without_an_issue_or_a_reason_asks_again(operator, pair, fields):
    assert act_on(operator, pair[0], "merge", **fields).status_code == 422
    assert Issue.objects.filter(merged_into=None).count() == 2


def test_an_issue_leads_to_the_events_of_those_merged_into_it(operator, organization, pair):
    one, other = pair
    Issue.objects.filter(pk=one.pk).update(state=IssueState.MERGED, merged_into=other.pk)
    assert with_merged(organization.pk, other.pk) == [other.pk, one.pk]


def test_an_issue_is_found_by_its_assignee(operator, organization, failing):
    issue, member = failing(), make_member(organization=organization, role=Role.OPERATOR)
    act_on(operator, issue, "assign", assignee=member.user_id)
    assert titles(operator, f"?assignee={member.user_id}") == ["MAPPING_EXPRESSION_FAILED · status"]


def test_an_issue_is_offered_to_those_who_may_act_on_it(operator, organization, failing):
    people = {role: make_member(organization=organization, role=role).user for role in Role}
    page = text_of(operator, page_of(failing(), "assign"))
    offered = {role for role, user in people.items() if f'<option value="{user.pk}"' in page}
    assert offered == {Role.OPERATOR, Role.ADMIN, Role.OWNER}


def test_an_assignee_who_has_become_a_viewer_stays_chosen_until_another_one_is(operator, organization, failing):
    issue, member = failing(), make_member(organization=organization)
    Issue.objects.update(assignee_id=member.user_id)
    assert f'<option value="{member.user_id}" selected' in text_of(operator, page_of(issue, "assign"))


def test_a_snooze_without_a_number_asks_again(operator, failing):
    issue = failing()
    answer = act_on(operator, issue, "snooze", how="more", more="")
    assert answer.status_code == 422
    assert Issue.objects.get().state == IssueState.NEW


def test_who_was_too_late_sees_what_happened_instead(operator, failing):
    issue = failing()
    act_on(operator, issue, "resolve")
    answer = act_on(operator, issue, "snooze", how="1d")
    assert answer.status_code == 409
    assert "The issue has changed since you opened it." in answer.content.decode()
    assert Issue.objects.get().state == IssueState.RESOLVED


def test_a_viewer_reads_and_does_not_act(viewer, failing):
    issue = failing()
    assert f"{issue.pk}/resolve" not in text_of(viewer, page_of(issue))
    assert act_on(viewer, issue, "resolve").status_code == 403
    assert Issue.objects.get().state == IssueState.NEW


def test_a_neighbour_finds_nothing(client_of, failing):
    issue, neighbour = failing(), client_of(NEIGHBOUR_OWNER)
    assert titles(neighbour, "?state=all") == []
    assert [neighbour.get(page_of(issue)).status_code, act_on(neighbour, issue, "resolve").status_code] == [404, 404]


def test_nobody_is_asked_to_sign_in(client_of):
    assert client_of(NOBODY).get(ISSUES).headers["Location"] == f"/accounts/login/?next={ISSUES}"


def test_every_key_that_acts_on_an_issue_stands_in_the_list_of_keys(operator, failing):
    body, _, listed = text_of(operator, page_of(failing())).partition('id="keys"')
    keys = set(re.findall(r'data-shortcut="([a-z])"', body))
    assert keys >= {"e", "s", "a", "m"}
    assert keys <= set(re.findall(r">([a-z])</kbd>", listed))


def test_an_unknown_act_is_not_found(operator, failing):
    assert operator.get(page_of(failing(), "explode")).status_code == 404


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(
    viewer, organization, use_case, failing, count_queries
):
    def cost(address):
        viewer.get(address)
        with count_queries() as counted:
            viewer.get(address)
        return len(counted)

    issue = failing(entity_id=UUID(int=1))
    few = cost(ISSUES), cost(page_of(issue))
    other = make_use_case(integration=make_integration(organization=organization))
    record([span_of(other, code=f"CODE_{number}") for number in range(30)])
    failing(times=50, entity_id=UUID(int=2))
    assert (cost(ISSUES), cost(page_of(issue))) == few


@pytest.mark.parametrize("url", ["http://[", "https://erp.example.org/"])
def test_what_a_middleware_says_of_its_steps_is_no_target(viewer, failing, url):
    issue = failing(sync_type="external", detail={"steps": [{"url": url}], "next_attempt_at": None})
    page = text_of(viewer, page_of(issue))
    assert "erp.example.org" not in page
    assert "The delivery is not tried again" not in page


@pytest.mark.parametrize("version", [None, 7])
def test_versions_are_spoken_of_where_failures_have_told_theirs(operator, failing, version):
    asked = text_of(operator, page_of(failing(use_case_version=version), "resolve"))
    assert ("The next version of the use case" in asked, "older versions" in asked) == (bool(version), bool(version))
