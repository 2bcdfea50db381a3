"""The pages of alerts: rules worst first, a rule rehearsed and saved, muted by operators; channels, tried and shown."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.ids import new_id
from hub.settings.mail import mail_settings
from monitoring.alerts.channels import written_address_of
from monitoring.alerts.telling import trying
from monitoring.models import AlertChannel, AlertNotice, AlertRule
from tests.builders import NOW, make_integration, make_token, make_use_case
from tests.cast import ADMIN, OPERATOR, VIEWER, Stage
from tests.conftest import FixedClock
from tests.monitoring.alerts.builders import HALF, ended, look, make_channel, make_rule
from tests.receiver import Receiver, Reply, listening

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Any], Client]
RATE = {
    **{"name": "Failures", "scope": "", "percent": "50", "least_events": "4", "window_minutes": "15"},
    **{"severity": "error", "throttle_minutes": "60", "enabled": "on"},
}


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    """Who may change everything."""
    return client_of(ADMIN)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes messages."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as started:
        yield started


def mark_of(answer: Any) -> str:
    """The mark of a form that counts once."""
    found = re.search(r'name="form_mark" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def send_new(client: Client, kind: str, fields: dict[str, str], what: str = "rules") -> Any:
    """Open the form of a new thing, fill it in and send it."""
    address = f"/app/alerts/{what}/new/{kind}"
    return client.post(address, fields | {"form_mark": mark_of(client.get(address))}, follow=True)


def test_the_rule_that_fires_stands_first(client_of: ClientOf, organization: Organization) -> None:
    make_rule(organization, name="A quiet one", kind="expiring", parameters={"days": 7})
    make_rule(organization, name="The loud one")
    ended(make_integration(organization=organization, name="SAP"), NOW, bad=4)
    look(organization)
    text = client_of(VIEWER).get("/app/alerts").text
    assert text.index("The loud one") < text.index("A quiet one")
    assert "SAP" in text


@pytest.mark.parametrize(
    ("kind", "parameters", "word"),
    [
        ("circuit_open", {}, "OK"),
        ("queue_age", {"minutes": 30}, "OK"),
        ("expiring", {"days": 7}, "OK"),
        ("silence", {"signal": "poll", "minutes": 30}, "Too little to judge"),
        ("error_rate", HALF, "Too little to judge"),
    ],
)
def test_a_rule_that_finds_nothing_is_well_where_that_is_good(
    client_of: ClientOf, organization: Organization, kind: str, parameters: dict[str, Any], word: str
) -> None:
    make_rule(organization, kind=kind, parameters=parameters)
    look(organization)
    [row] = client_of(VIEWER).get("/app/alerts").context["rows"]
    assert row["look"].word == word


def shown(client: Client) -> list[tuple[str, list[str]]]:
    """The word of each rule, and those of its subjects."""
    rows = client.get("/app/alerts").context["rows"]
    return [(str(row["look"].word), [str(look.word) for _, look in row["states"]]) for row in rows]


@pytest.mark.parametrize("parameters", [{"kind": "queue_age", "parameters": {"minutes": 30}}, {}])
def test_a_rule_is_not_well_where_nobody_has_looked_for_five_minutes(
    client_of: ClientOf, organization: Organization, clock: FixedClock, parameters: dict[str, Any]
) -> None:
    ended(make_integration(organization=organization), NOW, good=4)
    make_rule(organization, **parameters)
    look(organization)
    viewer = client_of(VIEWER)
    clock.move(minutes=5)
    assert [word for word, _ in shown(viewer)] == ["OK"]
    clock.move(minutes=1)
    assert [word for word, _ in shown(viewer)] == ["Not judged"]
    assert "Not judged since" in viewer.get("/app/alerts").text


def test_a_rule_whose_gauges_cannot_be_read_is_not_judged(
    client_of: ClientOf, organization: Organization, clock: FixedClock, settings: Any
) -> None:
    make_rule(organization, kind="circuit_open", parameters={})
    settings.GAUGES = ["monitoring.there_is.no_such_thing"]
    look(organization)
    assert shown(client_of(VIEWER)) == [("Not judged", [])]
    assert "Never judged" in client_of(VIEWER).get("/app/alerts").text


def test_what_fired_is_shown_to_fire_until_somebody_sees_that_it_is_over(
    client_of: ClientOf, organization: Organization, clock: FixedClock, settings: Any
) -> None:
    make_token(organization=organization, expires_at=NOW + timedelta(days=5))
    other = make_token(organization=organization, expires_at=NOW + timedelta(days=5)).row
    make_rule(organization, kind="expiring", parameters={"days": 7})
    look(organization)
    other.revoked_at = NOW
    other.save()
    look(organization, 1)
    settings.GAUGES = ["monitoring.there_is.no_such_thing"]
    clock.move(minutes=10)
    look(organization, 10)
    assert shown(client_of(VIEWER)) == [("Firing", ["Firing", "Not judged"])]


def test_without_rules_the_page_says_what_they_are_for(admin: Client) -> None:
    assert "No alert rules yet" in admin.get("/app/alerts").text


def test_a_rule_is_saved_as_it_was_filled_in(admin: Client, organization: Organization) -> None:
    use_case = make_use_case(integration=make_integration(organization=organization))
    channel = make_channel(organization)
    scope = f"{use_case.integration_id}:{use_case.pk}"
    send_new(admin, "error_rate", RATE | {"scope": scope, "channels": str(channel.pk)})
    rule = AlertRule.objects.get()
    assert rule.parameters == {"percent": 50, "least_events": 4, "window_minutes": 15}
    assert (rule.integration_id, rule.use_case_id) == (use_case.integration_id, use_case.pk)
    assert list(rule.channels.all()) == [channel]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("count", {"code": "ACK_TIMEOUT", "level": "error", "number": "3", "window_minutes": "60"}),
        ("silence", {"signal": "poll", "minutes": "30"}),
        ("queue_age", {"minutes": "30"}),
        ("circuit_open", {}),
        ("expiring", {"days": "14"}),
    ],
)
def test_every_kind_has_a_form_that_makes_a_rule(admin: Client, kind: str, fields: dict[str, str]) -> None:
    common = {name: RATE[name] for name in ("name", "severity", "throttle_minutes", "enabled")}
    assert send_new(admin, kind, common | fields).status_code == 200
    assert AlertRule.objects.get().kind == kind


def test_a_form_that_is_sent_twice_makes_one_rule(admin: Client) -> None:
    address = "/app/alerts/rules/new/error_rate"
    filled = RATE | {"form_mark": mark_of(admin.get(address))}
    for _ in range(2):
        admin.post(address, filled)
    assert AlertRule.objects.count() == 1


def test_a_form_without_its_mark_is_refused_and_says_so(admin: Client) -> None:
    answer = admin.post("/app/alerts/rules/new/error_rate", RATE)
    assert (answer.status_code, "Nothing was done: the form came without form_mark" in answer.text) == (400, True)
    assert not AlertRule.objects.exists()


def test_a_number_out_of_bounds_is_told_at_its_field(admin: Client) -> None:
    answer = admin.post("/app/alerts/rules/new/error_rate", RATE | {"percent": "101"})
    assert (answer.status_code, "percent" in answer.context["form"].errors) == (422, True)
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize("name", ["Failures\r\nAll is well", "Failures\u202e"])
def test_a_name_with_what_nobody_sees_is_told_at_its_field(admin: Client, name: str) -> None:
    rule = admin.post("/app/alerts/rules/new/error_rate", RATE | {"name": name})
    fields = {"name": name, "address": "a@example.test", "enabled": "on"}
    channel = send_new(admin, "mail", fields, "channels")
    assert [(one.status_code, "name" in one.context["form"].errors) for one in (rule, channel)] == [(422, True)] * 2
    assert (AlertRule.objects.count(), AlertChannel.objects.count()) == (0, 0)


def test_a_rule_that_found_nothing_is_told_apart_from_one_that_has_not_looked(
    client_of: ClientOf, organization: Organization
) -> None:
    make_rule(organization)
    viewer = client_of(VIEWER)
    assert "Not looked at yet" in viewer.get("/app/alerts").text
    look(organization)
    text = viewer.get("/app/alerts").text
    assert ("Not looked at yet" in text, "Too little to judge" in text) == (False, True)


def test_polls_belong_to_no_single_use_case(admin: Client, organization: Organization) -> None:
    use_case = make_use_case(integration=make_integration(organization=organization))
    fields = {"name": "No poll", "signal": "poll", "minutes": "30", "severity": "error", "throttle_minutes": "60"}
    made = send_new(admin, "silence", fields | {"scope": f"{use_case.integration_id}:{use_case.pk}"})
    assert (made.status_code, "scope" in made.context["form"].errors) == (422, True)
    assert not AlertRule.objects.exists()


def test_a_rehearsal_counts_what_would_have_fired_and_saves_nothing(admin: Client, organization: Organization) -> None:
    integration = make_integration(organization=organization)
    for hours in (2, 10):
        ended(integration, NOW - timedelta(hours=hours), bad=4)
        ended(integration, NOW - timedelta(hours=hours) + timedelta(minutes=30), good=4)
    answer = admin.post("/app/alerts/rules/new/error_rate", RATE | {"rehearse": "1"})
    assert "would have fired 2 times" in answer.text
    assert not AlertRule.objects.exists()


def test_what_only_gauges_know_cannot_be_rehearsed(admin: Client) -> None:
    fields = {"name": "Queue", "minutes": "5", "severity": "error", "throttle_minutes": "0", "rehearse": "1"}
    assert "This cannot be said." in admin.post("/app/alerts/rules/new/queue_age", fields).text


def test_what_is_changed_begins_anew_only_where_it_looks_for_something_else(
    admin: Client, organization: Organization
) -> None:
    rule = make_rule(organization)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    admin.post(f"/app/alerts/rules/{rule.pk}", RATE | {"name": "Another name"})
    assert rule.states.count() == 1
    admin.post(f"/app/alerts/rules/{rule.pk}", RATE | {"percent": "60"})
    assert rule.states.count() == 0


def test_an_operator_mutes_a_rule_and_changes_none(client_of: ClientOf, organization: Organization) -> None:
    rule, operator = make_rule(organization), client_of(OPERATOR)
    operator.post(f"/app/alerts/rules/{rule.pk}/mute", {"minutes": "60"})
    rule.refresh_from_db()
    assert rule.muted_until == NOW + timedelta(hours=1)
    assert "Muted until" in operator.get("/app/alerts").text
    assert operator.post(f"/app/alerts/rules/{rule.pk}", RATE).status_code == 403
    operator.post(f"/app/alerts/rules/{rule.pk}/mute")
    rule.refresh_from_db()
    assert rule.muted_until is None
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))[-2:] == ["mute", "unmute"]


def test_a_rule_is_not_muted_for_a_time_that_nobody_offers(client_of: ClientOf, organization: Organization) -> None:
    rule, operator = make_rule(organization), client_of(OPERATOR)
    operator.post(f"/app/alerts/rules/{rule.pk}/mute", {"minutes": "60"})
    assert operator.post(f"/app/alerts/rules/{rule.pk}/mute", {"minutes": "forever"}).status_code == 404
    rule.refresh_from_db()
    assert rule.is_muted(NOW)


def test_a_viewer_sees_and_is_offered_no_act(client_of: ClientOf, organization: Organization) -> None:
    make_rule(organization, make_channel(organization))
    viewer = client_of(VIEWER)
    for path in ("/app/alerts", "/app/alerts/history", "/app/alerts/channels"):
        text = viewer.get(path).text
        assert ("Mute 1 h" in text, "Send a test" in text, "/new/" in text) == (False, False, False)


def test_a_rule_is_deleted_after_a_question_and_its_history_stays(admin: Client, organization: Organization) -> None:
    rule = make_rule(organization)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    assert "Delete Failures?" in admin.get(f"/app/alerts/rules/{rule.pk}/delete").text
    admin.post(f"/app/alerts/rules/{rule.pk}/delete")
    assert (AlertRule.objects.count(), AlertNotice.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("change", "minutes", "told"),
    [
        ("fired", 5, "goes out in 5"),
        ("fired", 0, "is next in its turn"),
        ("recovered", 0, "goes out once its beginning has been told"),
    ],
)
def test_the_history_says_what_a_notice_waits_for(
    client_of: ClientOf, organization: Organization, change: str, minutes: int, told: str
) -> None:
    AlertNotice.objects.create(
        id=new_id(),
        organization_id=organization.pk,
        rule_id=new_id(),
        change=change,
        created_at=NOW,
        state="due",
        next_attempt_at=NOW + timedelta(minutes=minutes),
    )
    assert told in client_of(VIEWER).get("/app/alerts/history").text


def test_the_history_says_why_nobody_was_told(client_of: ClientOf, organization: Organization) -> None:
    make_rule(organization)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    assert "the rule has no channel that is switched on" in client_of(VIEWER).get("/app/alerts/history").text


def test_the_address_of_a_chat_is_sealed_and_only_its_host_is_shown(admin: Client) -> None:
    address = "https://hooks.example.test/services/T0/secret-part"
    send_new(admin, "slack", {"name": "Chat", "address": address, "enabled": "on"}, "channels")
    channel = AlertChannel.objects.get()
    assert written_address_of(channel) == address
    assert "secret-part" not in channel.sealed_address
    pages = [admin.get(path).text for path in ("/app/alerts/channels", f"/app/alerts/channels/{channel.pk}")]
    assert [("hooks.example.test" in text, "secret-part" in text) for text in pages] == [(True, False)] * 2
    assert "secret-part" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_the_signing_secret_of_a_webhook_is_shown_once(admin: Client) -> None:
    fields = {"name": "Ours", "address": "https://ours.example.test/alerts", "enabled": "on"}
    made = send_new(admin, "webhook", fields, "channels")
    [secret] = set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", made.text))
    assert made.status_code == 201
    assert secret not in admin.get(f"/app/alerts/channels/{AlertChannel.objects.get().pk}").text


def test_an_empty_address_leaves_the_one_that_is_there(admin: Client, organization: Organization) -> None:
    channel = make_channel(organization)
    admin.post(f"/app/alerts/channels/{channel.pk}", {"name": "Renamed", "address": "", "enabled": "on"})
    channel.refresh_from_db()
    assert (channel.name, written_address_of(channel)) == ("Renamed", "duty@example.test")


@pytest.mark.parametrize(
    ("kind", "address"), [("mail", "nobody"), ("slack", "ftp://example.test"), ("teams", "{{env.a b}}")]
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(admin: Client, kind: str, address: str) -> None:
    fields = {"name": "No", "address": address, "enabled": "on"}
    assert send_new(admin, kind, fields, "channels").status_code == 422
    assert not AlertChannel.objects.exists()


@pytest.mark.parametrize("address", ["http://10.0.0.1/x", "https://169.254.169.254/", "http://localhost:8009/"])
def test_an_address_that_the_rules_of_the_network_forbid_is_told_at_its_field(admin: Client, address: str) -> None:
    answer = send_new(admin, "slack", {"name": "Inner", "address": address, "enabled": "on"}, "channels")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])
    assert not AlertChannel.objects.exists()


def test_a_name_is_refused_by_what_it_resolves_to(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.http.resolving.look_up", lambda _host, _port: [ip_address("10.0.0.1")])
    answer = send_new(admin, "teams", {"name": "Inner", "address": "https://chat.example.test/"}, "channels")
    assert "resolves to an address in a private or reserved network" in answer.text


def test_a_name_that_does_not_resolve_may_do_so_later(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_host: str, _port: int) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr("hub.http.resolving.look_up", fails)
    fields = {"name": "Chat", "address": "https://chat.example.test/", "enabled": "on"}
    assert send_new(admin, "slack", fields, "channels").status_code == 200
    assert AlertChannel.objects.exists()


@pytest.mark.parametrize(("kind", "address"), [("mail", "a@example.test"), ("webhook", "https://a.example.test/")])
def test_what_was_saved_is_offered_a_test(admin: Client, kind: str, address: str) -> None:
    answer = send_new(admin, kind, {"name": "New", "address": address, "enabled": "on"}, "channels")
    offers = answer.text.split("<table")[0]
    assert f'action="/app/alerts/channels/{AlertChannel.objects.get().pk}/test"' in offers


def test_a_test_shows_what_the_other_side_said(admin: Client, organization: Organization, receiver: Receiver) -> None:
    receiver.answer = lambda _, number: Reply(200) if number == 1 else Reply(410, body=b"no such hook")
    channel = make_channel(organization, kind="slack", address=receiver.url)
    answers = [admin.post(f"/app/alerts/channels/{channel.pk}/test", follow=True).text for _ in range(2)]
    assert "127.0.0.1 answered 200." in answers[0]
    assert "127.0.0.1 answered 410: no such hook." in answers[1]


def test_a_test_gives_up_on_a_chat_that_does_not_answer(
    admin: Client, organization: Organization, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trying.PATIENCE_S == 5
    monkeypatch.setattr(trying, "PATIENCE_S", 0.2)
    over = threading.Event()
    receiver.answer = lambda _request, _number: None if over.wait(10) else Reply()
    channel = make_channel(organization, kind="slack", address=receiver.url)
    answer = admin.post(f"/app/alerts/channels/{channel.pk}/test", follow=True).text
    over.set()
    assert "127.0.0.1 gave no answer within 0.2 s." in answer


@pytest.mark.parametrize("greeting", [b"", b"220 mail.example.test\r\n"])
def test_a_test_gives_up_on_a_mail_server_that_says_nothing(
    admin: Client, organization: Organization, settings: Any, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr(trying, "PATIENCE_S", 0.2)
    channel = make_channel(organization)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.HUB_SENDS_MAIL, settings.DEFAULT_FROM_EMAIL = True, "hub@example.test"
        mail = mail_settings(f"smtp://127.0.0.1:{server.getsockname()[1]}")
        for name, value in mail.items():
            setattr(settings, name, value)
        taken: list[socket.socket] = []

        def greet() -> None:
            taken.append(server.accept()[0])
            taken[0].sendall(greeting)

        greeter = threading.Thread(target=greet)
        greeter.start()
        answer = admin.post(f"/app/alerts/channels/{channel.pk}/test", follow=True).text
        greeter.join()
        taken[0].close()
    assert "The mail server gave no answer within 0.2 s." in answer


def test_a_channel_that_fails_is_shown_on_the_overview(client_of: ClientOf, organization: Organization) -> None:
    channel = make_channel(organization, name="Night watch")
    AlertChannel.objects.filter(pk=channel.pk).update(failing_since=NOW, last_failure="gone")
    assert "Night watch" in client_of(VIEWER).get("/app/overview").text


def test_what_is_next_door_does_not_exist(admin: Client, stage: Stage) -> None:
    rule, channel = make_rule(stage.next_door), make_channel(stage.next_door)
    paths = [f"rules/{rule.pk}", f"rules/{rule.pk}/delete", f"rules/{rule.pk}/mute", f"channels/{channel.pk}"]
    paths += [f"channels/{channel.pk}/test", f"channels/{channel.pk}/delete"]
    assert {admin.post(f"/app/alerts/{path}", RATE).status_code for path in paths} == {404}
    assert (AlertRule.objects.count(), AlertChannel.objects.count()) == (1, 1)


QUIET = {"name": "On duty", "address": "duty@example.test", "enabled": "on", "quiet_since": "22:00"}


@pytest.mark.parametrize(
    ("code", "is_warned"), [("ACK_TIMEOUT", False), ("HTTP_503", False), ("ACK_TIMEOUTS", True), ("", False)]
)
def test_a_code_that_the_hub_never_tells_is_warned_of(admin: Client, code: str, is_warned: bool) -> None:
    fields = {
        "name": "Late",
        "code": code,
        "level": "error",
        "number": "3",
        "window_minutes": "60",
        "severity": "error",
    }
    answer = send_new(admin, "count", fields | {"throttle_minutes": "60", "enabled": "on"})
    assert AlertRule.objects.get().parameters["code"] == code
    assert ("The hub itself has no code" in answer.text) is is_warned


def test_quiet_hours_are_saved_and_shown(admin: Client) -> None:
    filled = QUIET | {"quiet_until": "06:30", "quiet_spares_errors": "on"}
    answer = send_new(admin, "mail", filled, "channels")
    assert "Quiet from 22:00 to 06:30, but for errors" in " ".join(answer.text.split())
    form = admin.get(f"/app/alerts/channels/{AlertChannel.objects.get().pk}").text
    assert 'value="22:00"' in form


@pytest.mark.parametrize(("until", "wrong"), [("", "quiet_until"), ("22:00", None), ("25:00", "quiet_until")])
def test_quiet_hours_need_two_different_ends(admin: Client, until: str, wrong: str | None) -> None:
    answer = admin.post("/app/alerts/channels/new/mail", QUIET | {"quiet_until": until, "form_mark": "x"})
    assert (answer.status_code, AlertChannel.objects.exists()) == (422 if wrong else answer.status_code, False)
    assert wrong is None or wrong in answer.context["form"].errors


def test_quiet_hours_of_a_rule_are_saved_shown_and_audited(admin: Client, organization: Organization) -> None:
    answer = send_new(admin, "error_rate", RATE | {"quiet_since": "22:00", "quiet_until": "06:30"})
    assert "Quiet from 22:00 to 06:30" in " ".join(answer.text.split())
    rule = AlertRule.objects.get()
    page = f"/app/alerts/rules/{rule.pk}"
    assert 'value="06:30"' in admin.get(page).text
    admin.post(page, RATE)
    changes = AuditEntry.objects.of(organization).latest("sequence").changes
    assert changes == {"quiet_since": ["22:00:00", ""], "quiet_until": ["06:30:00", ""]}


def test_quiet_hours_of_a_rule_need_both_ends(admin: Client) -> None:
    answer = admin.post("/app/alerts/rules/new/error_rate", RATE | {"quiet_since": "22:00", "form_mark": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["quiet_until"])


def test_severities_and_levels_are_words(admin: Client) -> None:
    form = admin.get("/app/alerts/rules/new/count").context["form"]
    for name in ("severity", "level"):
        assert [str(word) for _, word in form.fields[name].choices] == ["Error", "Warning"]
