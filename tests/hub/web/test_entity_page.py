"""One entity: its values with where they come from, its relations both ways, its readings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from hub.entities.operations import Mode, Source
from hub.ids import to_text
from hub.web.entities.moments import moment_from
from tests.builders import make_integration, make_use_case
from tests.cast import NEIGHBOUR_OWNER, VIEWER
from tests.cast import NOBODY as SIGNED_OUT
from tests.hub.entities.conftest import operation, upsert
from tests.hub.entities.past.diary import BY_NUMBER, LONG
from tests.hub.web.conftest import address_of

pytestmark = pytest.mark.django_db

NOBODY = UUID(int=1)


def row(page: str, attribute: str) -> str:
    """The row of an attribute, without markup."""
    found = next(
        one for one in page.split("<tr") if f'ih-mono">{attribute}<' in one or f'ih-faint">{attribute}<' in one
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def pointing_at(*ids: object, schema: str = "contract") -> dict:
    return {"$relation": [{"entity_id": str(one), "_schema": schema} for one in ids]}


def test_a_value_names_version_use_case_version_and_event(seen, diary, organization):
    use_case = make_use_case(integration=make_integration(organization=organization), slug="partner-sync")
    diary.write(**BY_NUMBER)
    source = Source("use_case", str(use_case.pk), use_case.pk, 4)
    event_id = diary.write(last_name="Kern", source=source).event_id
    page = seen(address_of(diary.entity))
    assert "v2" in row(page, "last_name")
    assert "partner-sync@v4" in row(page, "last_name")
    assert f'href="/app/events/{to_text("evt_", event_id)}"' in page


def test_a_value_comes_from_the_last_change_that_touched_it(seen, diary):
    diary.write(**BY_NUMBER, last_name="Kern")
    diary.write(first_name="Ada")
    page = seen(address_of(diary.entity))
    assert ("v1" in row(page, "last_name"), "v2" in row(page, "first_name")) == (True, True)


def test_attributes_stand_in_sections_under_the_labels_of_their_organization(seen, store, define):
    number = {"name": "number", "type": "string", "label": "Part number", "identifier": True}
    define("part", name="Part", attributes=[number, {"name": "weight", "type": "number"}])
    store.upsert("part", number="7", weight=3, colour="red")
    page = seen(address_of(store.only("part")))
    assert "Part number" in page
    assert re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', page) == ["Identifiers", "Details", "Not in the schema"]


def test_a_value_that_does_not_fit_says_what_it_must_be(seen, diary):
    diary.write(**BY_NUMBER, birthdate="1981-02-30")
    assert "must be a date such as 2026-01-15" in row(seen(address_of(diary.entity)), "birthdate")


def test_a_required_attribute_without_value_is_named(seen, store):
    store.upsert("order", order_number="O-1")
    assert "Required attributes have no value:" in seen(address_of(store.only("order")))


def test_references_are_shown_both_ways_with_their_path(seen, store):
    contact = store.upsert(customer_number="C-1", last_name="Kern").entity_id
    pointer = {"$relation_ref": [{"entity_id": str(contact), "path": "last_name"}]}
    store.write(upsert("contract", contract_number="V-1", name_of=pointer))
    forward = seen(address_of(store.only("contract"))).partition('id="links-out"')[2]
    assert "1</span>" in forward.partition("</h2>")[2][:60]
    assert 'reference to <span class="ih-mono">last_name</span>' in forward.partition("</section>")[0]
    assert "V-1</a>" in seen(address_of(store.only())).partition('id="links-in"')[2]


def test_relations_are_shown_both_ways_by_title(seen, store):
    contact = store.upsert(customer_number="C-1", last_name="Kern")
    store.write(upsert("contract", contract_number="V-1", customer=pointing_at(contact.entity_id, schema="contact")))
    assert "Kern" in seen(address_of(store.only("contract"))).partition("Points to")[2]
    assert "V-1" in seen(address_of(store.only())).partition("Pointed at by")[2]


def test_related_entities_of_one_title_are_told_apart_by_an_identifier(seen, store):
    contact = store.upsert(customer_number="C-77", last_name="Kern").entity_id
    store.write(upsert("contract", contract_number="V-1", customer=pointing_at(contact, schema="contact")))
    assert "C-77" in seen(address_of(store.only("contract"))).partition("Points to")[2]


def test_a_relation_to_a_purged_entity_says_so(seen, store):
    contract = store.upsert("contract", contract_number="V-1").entity_id
    store.write(upsert(customer_number="C-1", contracts=pointing_at(contract)))
    store.write(operation("contract", identifiers={"_id": str(contract)}, attributes={}, mode=Mode.PURGE))
    page = seen(address_of(store.only()))
    assert ("removed for good" in page, "no entity has this id" in page) == (True, False)


def test_a_relation_to_somebody_who_never_was_there_says_so(seen, store):
    store.write(upsert(customer_number="C-1", contracts=pointing_at(uuid4())))
    page = seen(address_of(store.only()))
    assert ("removed for good" in page, "no entity has this id" in page) == (False, True)


def test_more_relations_than_a_page_holds_are_on_the_next(seen, store):
    contact = store.upsert(customer_number="C-1").entity_id
    orders = [
        operation(
            "order", by=["order_number"], attributes={"order_number": f"O-{n:02}", "customer": pointing_at(contact)}
        )
        for n in range(30)
    ]
    store.write(*orders)
    first = seen(address_of(store.only())).partition("Pointed at by")[2]
    link = re.search(r'href="(\?pointing=[^"]+)"', first)[1].replace("&amp;", "&")
    second = seen(address_of(store.only(), link)).partition("Pointed at by")[2]
    titles = [set(re.findall(r">(O-\d\d)<", part)) for part in (first, second)]
    assert (len(titles[0]), len(titles[1]), len(titles[0] | titles[1])) == (25, 5, 30)


@pytest.mark.parametrize(
    "tail", ["?pointing=5", "?pointing=[1]", "?links=99999", "?links=-1", "?pointing=%00", "?tab=x"]
)
def test_a_place_that_is_none_shows_the_first_page(seen, diary, tail):
    diary.write(**BY_NUMBER)
    assert "No entity points here." in seen(address_of(diary.entity, tail))


def test_readings_are_a_table_newest_first_and_a_described_drawing(seen, readings):
    days = ("2026-01-01", "2026-01-03", "2026-01-02")
    readings.write(*[readings.wish(f"R-{day}", timestamp=day, value=place) for place, day in enumerate(days)])
    page = seen(f"/app/entities/meter/{readings.meter_id}?tab=readings")
    assert re.findall(r">R-2026-01-(\d\d)<", page) == ["03", "02", "01"]
    assert "3 readings over time</title>" in page
    assert "From 1 Jan 2026 to 3 Jan 2026: lowest 0 , highest 2 , last 1 ." in page


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_reading_of_a_day_is_shown_without_a_time_of_day(seen, readings, settings, zone):
    settings.HUB_DISPLAY_TIME_ZONE = zone
    readings.write(readings.wish("R-1", timestamp="2026-01-03"))
    page = seen(f"/app/entities/meter/{readings.meter_id}?tab=readings")
    assert '<time class="ih-time" datetime="2026-01-03">3 Jan 2026</time>' in page


@pytest.mark.parametrize("text", ["2026-01-03T00:00:00+01:00", "2026-01-03T00:00:00Z"])
def test_a_reading_of_a_moment_is_shown_with_its_time_of_day(seen, readings, text):
    readings.write(readings.wish("R-1", timestamp=text))
    page = seen(f"/app/entities/meter/{readings.meter_id}?tab=readings")
    assert re.search(r">3 Jan 2026 0[01]:00:00 CET</time>", page)


def test_older_readings_are_on_the_next_page(seen, readings):
    readings.write(*[readings.wish(f"R-{n}", timestamp=f"2026-01-01T00:{n:02}:00Z") for n in range(55)])
    path = f"/app/entities/meter/{readings.meter_id}"
    first = seen(f"{path}?tab=readings")
    second = seen(path + re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    shown = [re.findall(r">R-(\d+)<", page) for page in (first, second)]
    assert (len(shown[0]), shown[1]) == (50, ["4", "3", "2", "1", "0"])


def test_a_counter_shows_the_readings_of_the_meter_it_belongs_to(seen, readings):
    readings.write(readings.wish("R-1"))
    meter = pointing_at(readings.meter_id, schema="meter")
    readings.store.write(operation("meter_counter", identifiers={"external_id": "C-1"}, attributes={"meter": meter}))
    assert "R-1" in seen(f"/app/entities/meter_counter/{readings.counter_id}?tab=readings")


@pytest.mark.parametrize("tab", ["attributes", "readings"])
def test_a_relation_whose_id_is_none_does_no_harm(seen, store, tab):
    store.write(upsert("meter", meter_number="M-1", counters=pointing_at("no id", schema="meter_counter")))
    assert "M-1" in seen(address_of(store.only("meter"), f"?tab={tab}"))


def test_readings_without_a_counter_are_a_series_of_their_own(seen, readings):
    readings.write(readings.wish("R-1", counter_id=None))
    assert "Readings of no counter" in seen(f"/app/entities/meter/{readings.meter_id}?tab=readings")


def test_a_meter_without_readings_says_where_they_come_from(seen, readings):
    assert "No counter yet" in seen(f"/app/entities/meter/{readings.meter_id}?tab=readings")


def test_values_that_the_history_has_by_hash_only_are_said_to_be_not_kept(seen, diary):
    diary.write(**BY_NUMBER, note=LONG)
    diary.write(note="short")
    assert "not kept, as it was longer than 64 KB" in seen(address_of(diary.entity, "?tab=history"))


@pytest.mark.parametrize("tab", ["attributes", "history", "json"])
def test_a_page_takes_the_same_queries_at_any_size(viewer, diary, store, count_queries, tab):
    diary.write(**BY_NUMBER)
    path = address_of(diary.entity, f"?tab={tab}")
    viewer.get(path)
    targets = [store.upsert("contract", contract_number=f"V-{n}").entity_id for n in range(5)]
    diary.write(contracts=pointing_at(targets[0]))
    store.write(upsert("order", order_number="O-0", customer=pointing_at(diary.entity.pk)))
    with count_queries() as few:
        viewer.get(path)
    for n in range(4):
        diary.write(contracts=pointing_at(*targets[: n + 2]), **{f"a{n}": n})
        store.write(upsert("order", order_number=f"O-{n + 1}", customer=pointing_at(diary.entity.pk)))
    with count_queries() as many:
        viewer.get(path)
    assert len(many) == len(few)


def test_readings_take_the_same_queries_at_any_number(viewer, readings, count_queries):
    path = f"/app/entities/meter/{readings.meter_id}?tab=readings"
    readings.write(readings.wish("R-1"))
    viewer.get(path)
    with count_queries() as few:
        viewer.get(path)
    others = [readings.made("meter_counter", f"C-{n}") for n in range(2, 6)]
    readings.write(*[readings.wish(f"R-{one}", counter_id=one) for one in others])
    with count_queries() as many:
        viewer.get(path)
    assert len(many) == len(few)


@pytest.mark.parametrize("tail", ["", "/bin", "/new", f"/{NOBODY}", f"/{NOBODY}/edit", "?q=%00", "?after=%00~%00"])
def test_a_schema_that_nobody_can_have_is_not_found(admin, tail):
    assert admin.get(f"/app/entities/a%00b{tail}").status_code == 404


def purged(store, **attributes):
    """An entity that is purged; its id."""
    entity_id = store.upsert(**attributes).entity_id
    store.write(operation(identifiers={"_id": str(entity_id)}, attributes={}, mode=Mode.PURGE))
    return entity_id


def test_the_page_of_a_purged_entity_says_when_and_by_whom(seen, store):
    path = f"/app/entities/contact/{purged(store, customer_number='C-1')}"
    page = seen(path, status=410)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert re.search(r"purged on .*15.* by the hub", text, re.IGNORECASE)
    assert "ih-navigation" in page or "<nav" in page
    assert "C-1" not in page


@pytest.mark.parametrize(("person", "status"), [(VIEWER, 410), (NEIGHBOUR_OWNER, 404), (SIGNED_OUT, 302)])
def test_a_purge_is_told_to_those_who_may_see_entities(client_of, store, person, status):
    path = f"/app/entities/contact/{purged(store, customer_number='C-1')}"
    assert client_of(person).get(path).status_code == status


def test_a_purged_entity_of_another_schema_is_not_there(seen, store):
    seen(f"/app/entities/account/{purged(store, customer_number='C-1')}", status=404)


def test_a_long_list_is_folded_and_unfolds_up_to_a_bound(seen, store):
    store.write(upsert(customer_number="C-1", _tags=[f"tag-{number:04}" for number in range(2_500)]))
    address = address_of(store.only())
    first, more = seen(address), seen(f"{address}?unfolded=_tags")
    assert ("tag-0199" in first, "tag-0200" in first, bool(re.search("and 2.300 more", first))) == (True, False, True)
    assert ("tag-1999" in more, "tag-2000" in more, "and 500 more" in more) == (True, False, True)


@pytest.mark.parametrize("version", ["x", "0", "-1"])
def test_what_is_no_version_is_told_what_versions_are(seen, store, version):
    store.upsert(customer_number="C-1")
    assert "This is no version" in seen(f"{address_of(store.only())}?version={version}", 400)


def test_a_second_that_is_typed_belongs_to_the_moment():
    assert moment_from("2026-01-15T08:00:07Z") == datetime(2026, 1, 15, 8, 0, 7, 999_999, tzinfo=UTC)
    assert moment_from("2026-01-15T08:00:07.5Z") == datetime(2026, 1, 15, 8, 0, 7, 500_000, tzinfo=UTC)
