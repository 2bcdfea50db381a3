"""The entities of a schema: chosen columns, filters, both kept in the address."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest

from tests.cast import ADMIN, VIEWER
from tests.hub.entities.conftest import upsert

pytestmark = pytest.mark.django_db

LIST = "/app/entities/contact"


@pytest.fixture
def people(store):
    """Three contacts."""
    store.write(
        upsert(customer_number="C-1", last_name="Kern", birthdate="1981-03-02", email=[{"email": "a@example.com"}]),
        upsert(customer_number="C-2", last_name="Kerner", birthdate="1990-01-01", address=[{"city": "Köln"}]),
        upsert(customer_number="C-3", last_name='Groß "G"'),
    )


def numbers(page: str) -> list[str]:
    """What the rows show of their identifiers on a phone: in the first column, or below the title."""
    rows = re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [
        "".join(re.findall(r'<div class="ih-narrow-only[^>]*>([^<]*)<|ih-cell--3">([^<]*)<', row)[0]) for row in rows
    ]


def titles(page: str) -> list[str]:
    """Last names of the rows."""
    found = re.findall(r"data-row-link>([^<]+)<", page)
    return sorted(one.replace("&quot;", '"') for one in found)


@pytest.mark.parametrize(
    "query", ["", "?q=last_name:*", "?column=birthdate", "?column=birthdate&column=customer_number"]
)
def test_a_phone_shows_what_tells_the_entities_of_a_list_apart(seen, people, query):
    assert sorted(numbers(seen(f"{LIST}{query}"))) == ["C-1", "C-2", "C-3"]


def test_a_phone_shows_the_next_identifier_of_who_lacks_the_first(seen, people, store):
    store.write(upsert(external_id="E-4", last_name="Same"), upsert(customer_number="C-5"))
    assert sorted(numbers(seen(LIST))) == ["C-1", "C-2", "C-3", "C-5", "E-4"]


def test_a_phone_shows_the_numbers_of_what_a_search_over_all_schemas_finds(seen, people):
    assert sorted(numbers(seen("/app/entities?q=_schema:contact AND last_name:Ker*"))) == ["C-1", "C-2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is.last_name=Kern", ["Kern"]),
        ("begins.last_name=Ker", ["Kern", "Kerner"]),
        ("has.birthdate=1", ["Kern", "Kerner"]),
        ("from.birthdate=1985-01-01", ["Kerner"]),
        ("to.birthdate=1985-01-01", ["Kern"]),
        ("begins.last_name=Ker&from.birthdate=1985-01-01", ["Kerner"]),
        ("is.email=a@example.com", ["Kern"]),
        ("is.address.city=Köln", ["Kerner"]),
        ('is.last_name=Groß "G"', ['Groß "G"']),
        ("is.last_name=Kern&q=C-2", []),
        ("q=last_name:Ker*&has.birthdate=1", ["Kern", "Kerner"]),
    ],
)
def test_a_filter_leaves_those_that_meet_it(seen, people, query, found):
    assert titles(seen(f"{LIST}?{query}")) == found


@pytest.mark.parametrize("query", ["is.=x", "is.a b=x", "not.last_name=x", "is.last_name=", "is.x=%00", "column=a%00b"])
def test_what_is_no_filter_is_left_out(seen, people, query):
    assert len(titles(seen(f"{LIST}?{query}"))) == 3


def test_the_menu_adds_a_filter_to_the_address(viewer, people):
    answer = viewer.get(f"{LIST}?column=last_name&has.email=1&attribute=last_name&test=begins&value=Ker")
    assert answer.headers["Location"] == f"{LIST}?column=last_name&has.email=1&begins.last_name=Ker".replace(LIST, "")


def choices(page: str, field: str) -> list[str]:
    """What the menu offers as the value of an attribute."""
    chosen = page.partition(f'data-value-of="{field}"')[2].partition("</select>")[0]
    return re.findall(r"<option>([^<]+)</option>", chosen)


def test_the_value_of_an_enumeration_is_one_of_its_options(seen, people):
    page = seen(LIST)
    assert choices(page, "communication_preference") == ["postal", "portal"]
    assert 'data-value-of="last_name"' not in page


def test_a_value_outside_the_options_that_the_address_names_can_be_chosen(seen, people):
    page = seen(f"{LIST}?is.communication_preference=pigeon&begins.communication_preference=por")
    assert choices(page, "communication_preference") == ["postal", "portal", "pigeon"]


def test_an_option_with_a_blank_finds_its_entities(seen, store):
    store.write(*[upsert(customer_number=f"C-{n}", last_name=n, title=n) for n in ("Prof.", "Prof. Dr.")])
    assert titles(seen(f"{LIST}?is.title=Prof. Dr.")) == ["Prof. Dr."]


def test_every_filter_can_be_taken_away_alone(seen, people):
    page = seen(f"{LIST}?column=birthdate&begins.last_name=Ker&has.email=1")
    links = {unquote_plus(one.replace("&amp;", "&")) for one in re.findall(r'ih-chip__remove" href="([^"]+)"', page)}
    assert links == {"?column=birthdate&has.email=1", "?column=birthdate&begins.last_name=Ker"}


def test_chosen_columns_show_their_values(seen, people, define):
    page = seen(f"{LIST}?column=birthdate&column=last_name")
    assert re.findall(r'<th scope="col" title="([^"]+)"', page) == ["birthdate", "last_name"]
    assert "1981-03-02" in page


def offered(page: str) -> list[tuple[str, bool]]:
    """Attributes outside the schema that can be a column, and whether they are one."""
    group = page.partition('aria-labelledby="columns-outside"')[2].partition("</form>")[0]
    return [(name, bool(chosen)) for name, chosen in re.findall(r'name="column" value="([^"]+)"( checked)?', group)]


def test_attributes_outside_the_schema_that_the_page_shows_are_offered_as_columns(seen, store):
    store.upsert(customer_number="C-1", zone="north", last_name="Kern", _tags=["vip"], **{"not a name": 1})
    store.upsert(customer_number="C-2", area="west")
    page = seen(f"{LIST}?column=zone")
    assert offered(page) == [("area", False), ("zone", True)]
    assert "north" in page


def test_a_chosen_column_outside_the_schema_stays_chosen_on_a_page_without_it(seen, store):
    store.upsert(customer_number="last", zone="north")
    store.write(*[upsert(customer_number=f"C-{n:02}") for n in range(55)])
    first = seen(f"{LIST}?column=zone")
    second = seen(LIST + re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    assert (offered(first), offered(second)) == ([("zone", True)], [("zone", True)])


def test_without_attributes_outside_the_schema_there_is_no_group_of_them(seen, people):
    assert "Outside the schema" not in seen(LIST)


def test_columns_take_no_query_of_their_own(viewer, people, store, count_queries):
    viewer.get(LIST)
    with count_queries() as plain:
        viewer.get(LIST)
    store.upsert(customer_number="C-4", zone="north", area="west")
    with count_queries() as further:
        viewer.get(f"{LIST}?column=zone")
    assert len(further) == len(plain)


def test_filters_that_nothing_meets_say_so(seen, people):
    assert "meets all of this" in seen(f"{LIST}?is.last_name=Nobody")


def test_a_later_page_of_a_filtered_list_goes_on(seen, store):
    store.write(*[upsert(customer_number=f"C-{n:02}", status="new") for n in range(55)])
    first = seen(f"{LIST}?is.status=new")
    second = seen(LIST + re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    pages = [set(re.findall(r"data-row-link>(C-\d\d)<", page)) for page in (first, second)]
    assert (len(pages[0]), len(pages[0] | pages[1])) == (50, 55)


def test_a_new_entity_is_offered_to_those_who_may_make_one(client_of, store):
    pages = [client_of(person).get(LIST).content.decode() for person in (VIEWER, ADMIN)]
    assert [f"{LIST}/new" in page for page in pages] == [False, True]
