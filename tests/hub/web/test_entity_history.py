"""The history of an entity on its pages: who did what, the past, two versions, one change undone."""

from __future__ import annotations

import re

import pytest

from hub.entities.models import EntityChange
from hub.entities.operations import Mode
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER
from tests.hub.entities.conftest import operation
from tests.hub.entities.past.diary import BY_NUMBER, LONG
from tests.hub.web.conftest import address_of

pytestmark = pytest.mark.django_db


def undo_address(diary, place: int = -1) -> str:
    return address_of(diary.entity, f"/changes/{diary.changes[place].pk}/undo")


def test_a_change_is_told_with_its_old_and_its_new_value(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    page = seen(address_of(diary.entity, "?tab=history"))
    assert re.search(r"<del>.*?before</span>Kern</del><ins>.*?after</span>Groß</ins>", page)


def test_a_change_that_undoes_another_leads_to_it(seen, client_of, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    client_of(OWNER).post(undo_address(diary))
    page = seen(address_of(diary.entity, "?tab=history"))
    assert re.search(r'<a href="\?tab=history&amp;before=3#v2"[^>]*>Undoes version 2 of 15 Jan 2026</a>', page)


def test_a_version_shows_the_entity_as_it_was(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    page = seen(address_of(diary.entity, "?version=1"))
    assert ("Kern" in page, "Groß" in page, "This is version 1." in page) == (True, False, True)


@pytest.mark.parametrize("moment", ["2026-01-15T09:30", "2026-01-15T08:30:00Z", "2026-01-15T09:30:00%2B01:00"])
def test_a_moment_is_read_in_the_zone_of_the_page_or_with_its_offset(seen, diary, moment):
    diary.write(**BY_NUMBER)
    diary.write(last_name="Kern")
    diary.write(last_name="Groß")
    page = seen(address_of(diary.entity, f"?at={moment}"))
    assert "This is version 1." in page


@pytest.mark.parametrize(
    "tail", ["?at=1999-01-01T00:00", "?at=yesterday", "?at=%00", "?version=9", "?version=x", "?at=9999-12-31T23:59"]
)
def test_a_past_that_is_none_shows_the_present_and_says_so(seen, diary, tail):
    diary.write(**BY_NUMBER, last_name="Kern")
    page = seen(address_of(diary.entity, tail), status=400)
    assert "This is the present." in page
    assert "Kern" in page


def test_a_value_of_the_past_that_is_not_kept_is_said_to_be_so(seen, diary):
    diary.write(**BY_NUMBER)
    diary.write(note=LONG)
    diary.write(note="short")
    assert "Not kept, as it was longer than 64 KB" in seen(address_of(diary.entity, "?version=2"))


def test_two_versions_stand_side_by_side_whichever_comes_first(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    diary.write(first_name="Ada")
    for pair in ("old=1&new=3", "old=3&new=1"):
        page = seen(address_of(diary.entity, f"?tab=history&{pair}"))
        assert "v1 and v3 side by side" in page
        assert "2 attributes differ" in page


def test_versions_of_one_moment_are_told_apart(seen, store):
    one, other = ({"customer_number": "C-1", "last_name": name} for name in ("Kern", "Groß"))
    store.write(*[operation(identifiers=BY_NUMBER, attributes=attributes) for attributes in (one, other)])
    assert "1 attribute differs" in seen(address_of(store.only(), "?tab=history&old=1&new=2"))


def test_a_comparison_with_a_version_that_never_was_says_so(seen, diary):
    diary.write(**BY_NUMBER)
    assert "has no version 7" in seen(address_of(diary.entity, "?tab=history&old=1&new=7"))


@pytest.fixture
def three_hours(diary):
    """Versions of 9, 10 and 11 o'clock in Berlin."""
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    diary.write(last_name="Kern", first_name="Ada")
    return diary.entity


@pytest.mark.parametrize(
    "pair",
    [
        "from=2026-01-15T09:30&until=2026-01-15T10:30",
        "from=2026-01-15T10:30&until=2026-01-15T09:30",
        "from=2026-01-15T08:30:00Z&until=2026-01-15T10:30:00%2B01:00",
        "from=2026-01-15T09:30&until=2026-01-15T10:30&old=1&new=3",
    ],
)
def test_two_moments_stand_side_by_side_whichever_comes_first(seen, three_hours, pair):
    page = seen(address_of(three_hours, f"?tab=history&{pair}"))
    assert "15 Jan 2026 09:30:00 CET and 15 Jan 2026 10:30:00 CET side by side" in page
    assert "1 attribute differs" in page
    assert re.findall(r'<th scope="col">15 Jan [^<]+<a[^>]+>(v\d)', page) == ["v1", "v2"]


def test_the_forms_show_what_was_compared(seen, three_hours):
    page = seen(address_of(three_hours, "?tab=history&from=2026-01-15T10:30&until=2026-01-15T08:30:00Z"))
    assert [re.search(rf'id="{name}".*?value="([^"]*)"', page)[1] for name in ("from", "until", "old", "new")] == [
        "2026-01-15T09:30:00",
        "2026-01-15T10:30:00",
        "2",
        "3",
    ]


def test_what_came_and_went_between_two_moments_is_no_difference_and_the_page_says_so(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    diary.write(last_name="Kern")
    page = seen(address_of(diary.entity, "?tab=history&from=2026-01-15T09:30&until=2026-01-15T12:00"))
    assert "At both moments it had the same values." in page


def test_before_it_was_there_an_entity_had_no_values_and_the_page_says_so(seen, three_hours):
    page = seen(address_of(three_hours, "?tab=history&from=2026-01-15T08:00&until=2026-01-15T09:30"))
    assert "It was created at 15 Jan 2026 09:00:00 CET" in page
    assert "2 attributes differ" in page
    assert "not there yet" in page


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        ("from=2026-01-14T08:00&until=2026-01-15T08:30", "There was no contact with this id at either moment"),
        ("from=yesterday&until=2026-01-15T08:30", "yesterday is no moment that can be read"),
        ("from=2026-01-15T09:30&until=%3Cb%3E", "&lt;b&gt; is no moment that can be read"),
        ("from=2026-01-15T09:30", "One of the two moments is missing."),
        ("from=%00&until=2026-01-15T08:30", "is no moment that can be read"),
        ("from=0001-01-01T00:00&until=9999-12-31T23:59", "0001-01-01T00:00 is no moment that can be read"),
    ],
)
def test_moments_that_cannot_be_compared_say_why(seen, three_hours, pair, reason):
    assert reason in seen(address_of(three_hours, f"?tab=history&{pair}"))


def test_a_moment_whose_changes_are_not_kept_says_so(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    EntityChange.objects.filter(pk=diary.changes[0].pk).delete()
    page = seen(address_of(diary.entity, "?tab=history&from=2026-01-15T09:30&until=2026-01-15T12:00"))
    assert "What it was then is not known any more." in page


def test_the_last_moments_of_time_are_compared(seen, three_hours):
    page = seen(address_of(three_hours, "?tab=history&from=0002-01-01T00:00&until=9998-12-31T23:59"))
    assert "3 attributes differ" in page


def test_who_may_only_look_is_offered_no_undoing(seen, diary):
    diary.write(**BY_NUMBER)
    assert "/undo" not in seen(address_of(diary.entity, "?tab=history"))


@pytest.mark.parametrize(("person", "status"), [(OPERATOR, 403), (NEIGHBOUR_OWNER, 404), (ADMIN, 200), (OWNER, 200)])
def test_undoing_is_asked_of_those_who_may_edit(client_of, diary, person, status):
    diary.write(**BY_NUMBER)
    diary.write(last_name="Kern")
    assert client_of(person).get(undo_address(diary)).status_code == status


@pytest.mark.parametrize(("person", "status"), [(OPERATOR, 403), (NEIGHBOUR_OWNER, 404)])
def test_strangers_undo_nothing(client_of, diary, person, status):
    diary.write(**BY_NUMBER)
    diary.write(last_name="Kern")
    assert client_of(person).post(undo_address(diary)).status_code == status
    assert diary.entity.version == 2


def test_the_question_states_what_comes_back(admin, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    page = admin.get(undo_address(diary)).content.decode()
    assert re.search(r"<del>Groß</del>.*<ins>Kern</ins>", page, re.DOTALL)


def test_undoing_writes_a_change_in_the_name_of_the_person(admin, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    assert admin.post(undo_address(diary)).status_code == 302
    assert diary.entity.attributes["last_name"] == "Kern"
    assert diary.changes[-1].actor_type == "user"


def test_undoing_a_creation_says_that_the_entity_goes_to_the_recycle_bin(admin, diary):
    diary.write(**BY_NUMBER)
    assert "goes to the recycle bin" in admin.get(undo_address(diary)).content.decode()
    admin.post(undo_address(diary))
    assert diary.entity.deleted_at is not None


def test_undoing_a_deletion_says_that_the_entity_comes_back(admin, diary):
    diary.write(**BY_NUMBER)
    diary.write(mode=Mode.DELETE)
    assert "comes out of the recycle bin" in admin.get(undo_address(diary)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_later_change_of_the_same_is_shown_with_what_to_do(admin, diary, method):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(last_name="Groß")
    later = diary.write(last_name="Müßig")
    answer = getattr(admin, method)(undo_address(diary, 1))
    assert answer.status_code == 409
    assert "Undo them first" in answer.content.decode()
    assert f"/changes/{later.pk}/undo" in answer.content.decode()


def test_an_old_value_that_is_not_kept_cannot_come_back_and_the_page_says_why(admin, diary):
    diary.write(**BY_NUMBER, note=LONG)
    diary.write(note="z" * 70_000)
    diary.write(note="short")
    answer = admin.get(undo_address(diary, 2))
    assert answer.status_code == 409
    assert "An old value is not kept." in answer.content.decode()


def test_a_change_of_another_entity_is_not_found(admin, diary, store):
    diary.write(**BY_NUMBER)
    other = store.upsert("contract", contract_number="V-1")
    assert admin.get(f"/app/entities/contract/{other.entity_id}/changes/{diary.changes[0].pk}/undo").status_code == 404
