"""The export of a list: the same entities, as a file; who may take it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from hub.accounts.models import AuditEntry
from hub.web.entities.finding import PAGE_SIZE
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER
from tests.hub.entities.conftest import delete, upsert

pytestmark = pytest.mark.django_db

LIST = "/app/entities/contact"


@pytest.fixture
def people(store):
    """Kern, Kerner and Groß; Alt is in the recycle bin."""
    store.write(
        upsert(customer_number="C-1", last_name="Kern", birthdate="1981-03-02"),
        upsert(customer_number="C-2", last_name="Kerner", first_name="=1+1"),
        upsert(customer_number="C-3", last_name="Groß"),
        upsert(customer_number="C-4", last_name="Alt"),
    )
    store.write(delete(customer_number="C-4"))


@pytest.fixture
def exported(viewer):
    """``exported(query, **form)``: the answer."""

    def send(query: str = "", **form: str) -> Any:
        return viewer.post(f"{LIST}/export{query}", form)

    return send


def table(answer: Any, delimiter: str = ",") -> list[dict[str, str]]:
    """The lines of a CSV file."""
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def names(answer: Any) -> list[str]:
    return sorted(line["last_name"] for line in table(answer))


def test_the_file_is_streamed_under_the_name_of_schema_and_day(exported, people):
    answer = exported(format="csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contact-2026-01-15.csv"'
    assert (answer.streaming, names(answer)) == (True, ["Groß", "Kern", "Kerner"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?begins.last_name=Ker", ["Kern", "Kerner"]),
        ("?q=last_name:Ker*&has.birthdate=1", ["Kern"]),
        ("?q=C-3", ["Groß"]),
        ("?q=C-3&has.birthdate=1", []),
        ("?is.last_name=Nobody", []),
    ],
)
def test_what_the_list_finds_is_exported(exported, people, query, found):
    assert names(exported(query, format="csv")) == found


def test_more_than_a_page_is_exported(exported, store):
    store.write(*[upsert(customer_number=f"C-{n}", status="new") for n in range(PAGE_SIZE + 5)])
    assert len(json.loads(exported("?is.status=new", format="json").getvalue())) == PAGE_SIZE + 5


def test_chosen_columns_stand_alone_beside_id_and_title(exported, people):
    answer = exported("?column=birthdate&is.last_name=Kern", format="csv", columns="shown")
    assert answer.getvalue().decode().splitlines()[0] == "_id,_title,birthdate"


def test_without_chosen_columns_all_attributes_are_exported(exported, people):
    assert {"customer_number", "_version"} <= table(exported(format="csv", columns="shown"))[0].keys()


def test_a_file_for_excel_has_semicolons_and_a_byte_order_mark(exported, people):
    content = exported(format="excel").getvalue()
    assert content.startswith(b"\xef\xbb\xbf_id;")


def test_a_cell_that_looks_like_a_formula_is_harmless(exported, people):
    lines = table(exported("?is.last_name=Kerner", format="csv"))
    assert lines[0]["first_name"] == "'=1+1"


def test_an_unknown_kind_of_file_is_csv(exported, people):
    assert exported(format="exe").headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("query", ["a:(b", "(", "last_name:*x* OR"])
def test_a_query_that_cannot_be_read_leads_back_to_the_list_which_says_so(exported, people, query):
    answer = exported(f"?q={quote(query)}", format="csv")
    assert (answer.status_code, answer.headers["Location"][:21]) == (302, f"{LIST}?q="[:21])


def test_an_export_stands_in_the_audit_trail(exported, people):
    exported(format="json")
    entry = AuditEntry.objects.get(action="entities.export")
    assert (entry.object_id, entry.changes) == ("contact", {"format": "json"})


@pytest.mark.parametrize("person", [VIEWER, OPERATOR, ADMIN, OWNER], ids=str)
def test_whoever_may_look_may_export(client_of, people, person):
    assert names(client_of(person).post(f"{LIST}/export", {"format": "csv"})) == ["Groß", "Kern", "Kerner"]


def test_the_neighbour_exports_an_empty_file(client_of, people):
    assert table(client_of(NEIGHBOUR_OWNER).post(f"{LIST}/export", {"format": "csv"})) == []


def test_nobody_exports_by_following_a_link(viewer, people):
    assert viewer.get(f"{LIST}/export").status_code == 405


def test_the_menu_keeps_what_the_list_was_asked(seen, people):
    page = seen(f"{LIST}?column=birthdate&begins.last_name=Ker")
    assert re.search(r'action="/app/entities/contact/export\?column=birthdate&amp;begins.last_name=Ker"', page)
    assert "The chosen column, with id and title" in page


def test_an_empty_list_offers_no_export(seen, store):
    assert f"{LIST}/export" not in seen(LIST)
