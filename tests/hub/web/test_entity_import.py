"""The pages of an import: what a file would do, that nothing else is written, what became of its rows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.entities.models import EntityImport
from hub.entities.transfer import read_rows
from hub.entities.transfer.uploads import CUT_OFF_AFTER, KEPT_UNWRITTEN, MOST_KEPT
from tests.cast import ADMIN, MACHINE, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER
from tests.hub.entities.conftest import delete, upsert

pytestmark = pytest.mark.django_db

PAGE = "/app/entities/contact/import"
FILE = "customer_number;last_name;birthdate\nC-1;Kern;\nC-2;Jensen;15.01.1980\nC-3;Groß;soon\nC-4;Same;\n"
"""One row of each outcome for the people below."""


@pytest.fixture
def people(store):
    """C-2, who will change, and C-4, who will not."""
    store.write(upsert(customer_number="C-2", last_name="Janssen"), upsert(customer_number="C-4", last_name="Same"))


@pytest.fixture
def send(admin: Client) -> Callable[..., Any]:
    """``send(content)`` uploads a file, and answers with the address of its preview or with the refused form."""

    def post(content: str | bytes, name: str = "people.csv", **fields: Any) -> Any:
        body = content if isinstance(content, bytes) else content.encode()
        answer = admin.post(PAGE, {"file": SimpleUploadedFile(name, body), **fields})
        return answer.headers["Location"] if answer.status_code == 302 else answer

    return post


@pytest.fixture
def read(admin: Client) -> Callable[[str], str]:
    """``read(address)``: the text of a page without its markup."""

    def get(address: str) -> str:
        answer = admin.get(address)
        assert answer.status_code == 200
        return text_of(answer)

    return get


def text_of(answer: Any) -> str:
    """The words of a page, one blank between them."""
    main = answer.content.decode().partition("<main ")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).replace("&quot;", '"').replace("&#x27;", "'")


def write(client: Client, address: str, revision: int = 1) -> Any:
    """Press the button of the preview, as it was drawn for that revision."""
    return client.post(address, {"do": "write", "revision": revision})


def test_the_preview_says_what_every_row_would_do_and_writes_nothing(send, read, people, store):
    page = read(send(FILE))
    assert "Create 1" in page
    assert "Change 1" in page
    assert "Unchanged 1" in page
    assert "Error 1" in page
    assert "before Janssen after Jensen" in page
    assert 'birthdate is "soon", but must be a date' in page
    assert [one.attributes["last_name"] for one in store.entities()] == ["Janssen", "Same"]
    assert not AuditEntry.objects.filter(action="entities.import").exists()


def test_the_button_names_how_many_rows_are_written(send, read, people):
    assert "Import 2 rows" in read(send(FILE))


def test_confirmed_rows_are_written_and_reported(admin, send, read, people, store):
    address = send(FILE)
    answer = write(admin, address)
    assert answer.headers["Location"] == address
    assert {one.attributes["last_name"] for one in store.entities()} == {"Kern", "Jensen", "Same"}
    page = read(address)
    assert "Created 1" in page
    assert "Changed 1" in page
    assert "Failed 1" in page
    assert "1 row was not imported." in page


def test_the_report_links_every_entity(admin, send, people, store):
    address = send(FILE)
    write(admin, address)
    page = admin.get(address).content.decode()
    assert all(f'href="/app/entities/contact/{entity.pk}"' in page for entity in store.entities())


def test_the_import_stands_in_the_audit_trail_and_in_the_history(admin, send, people, store):
    write(admin, send(FILE))
    entry = AuditEntry.objects.get(action="entities.import")
    assert entry.changes == {"created": 1, "updated": 1, "no_op": 1, "failed": 1}
    assert store.changes(store.entities()[-1].pk)[-1].actor_type == "user"


def test_pressing_twice_writes_once(admin, send, people):
    address = send(FILE)
    write(admin, address)
    page = admin.post(address, {"do": "write", "revision": 1}, follow=True).content.decode()
    assert "not written twice" in page
    assert AuditEntry.objects.filter(action="entities.import").count() == 1


def test_only_what_was_looked_at_is_written(admin, send, people, store):
    address = send(FILE)
    admin.post(address, {"do": "rehearse", "column-0": "customer_number", "column-1": "first_name"})
    page = admin.post(address, {"do": "write", "revision": 1}, follow=True).content.decode()
    assert "Nothing was written" in page
    assert len(store.entities()) == 2


@pytest.mark.parametrize("revision", ["", "x", "-1", "²", "9" * 40])
def test_a_revision_that_is_none_writes_nothing(admin, send, people, store, revision):
    write(admin, send(FILE), revision)
    assert len(store.entities()) == 2


def test_failed_rows_come_back_as_a_file_with_their_reason(admin, send, people):
    address = send(FILE + "C-5;'=2;never\n")
    write(admin, address)
    answer = admin.get(f"{address}/failed")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [(line["customer_number"], line["last_name"], line["_row"]) for line in lines] == [
        ("C-3", "Groß", "4"),
        ("C-5", "'=2", "6"),
    ]
    assert "must be a date" in lines[0]["_reason"]


def test_a_point_that_may_divide_thousands_comes_back_as_it_was_written(admin):
    form = {"text": "contract_number;balance\nN-1;1.000\n"}
    address = admin.post(PAGE.replace("contact", "contract"), form).headers["Location"]
    assert b"N-1;1.000;2;" in admin.get(f"{address}/failed").getvalue()


def test_rows_with_errors_can_be_fetched_before_anything_is_written(admin, send, read, people):
    address = send(FILE)
    assert "1 row has an error." in read(address)
    assert b"C-3;Gro" in admin.get(f"{address}/failed").getvalue()


def test_without_failed_rows_there_is_no_file_of_them_and_the_bytes_are_gone(admin, send, people):
    address = send("customer_number;last_name\nC-1;Kern\n")
    write(admin, address)
    assert admin.get(f"{address}/failed").status_code == 404
    assert bytes(EntityImport.objects.get().content) == b""


def test_a_corrected_file_of_failed_rows_is_imported_as_it_is(admin, send, read, people, store):
    address = send(FILE)
    write(admin, address)
    corrected = admin.get(f"{address}/failed").getvalue().replace(b";soon;", b";1990-05-01;")
    again = send(corrected)
    assert "left out" not in read(again)
    write(admin, again)
    assert store.entities()[-1].attributes == {
        "customer_number": "C-3",
        "last_name": "Groß",
        "birthdate": "1990-05-01",
    }


def test_what_was_exported_is_unchanged_when_it_comes_back(admin, send, read, people):
    content = admin.post("/app/entities/contact/export", {"format": "excel"}).getvalue()
    page = read(send(content))
    assert "Unchanged 2" in page
    assert "There is nothing to import." in page
    assert "left out" not in page


@pytest.mark.parametrize(
    "content",
    ['[{"customer_number": "C-2", "last_name": "Jensen"}]', '{"customer_number": "C-2", "last_name": "Jensen"}\n'],
)
def test_json_is_known_by_its_beginning(send, read, people, content):
    assert "before Janssen after Jensen" in read(send(content, "people.txt"))


def test_rows_may_be_pasted(admin, read, people):
    answer = admin.post(PAGE, {"text": FILE, "charset": "windows-1252"})
    page = read(answer.headers["Location"])
    assert "pasted text" in page
    assert "Groß" not in page
    assert "C-3" in page


def test_a_german_spreadsheet_names_its_encoding(send, read, people):
    content = "customer_number;last_name\nC-4;Köhler\n".encode("windows-1252")
    assert "after Köhler" in read(send(content, charset="windows-1252"))
    assert "windows-1252" in text_of(send(content))


def test_columns_are_found_by_their_label(send, read, people):
    assert "before Janssen after Jensen" in read(send("Customer number;LAST NAME\nC-2;Jensen\n"))


def test_columns_outside_the_schema_are_told_and_written(admin, send, read, people, store):
    address = send("customer_number;Notiz intern;_title\nC-9;x;y\n")
    page = read(address)
    assert "1 column is not in the schema. Notiz intern ." in page
    assert "Create C-9 Notiz intern x" in page
    write(admin, address)
    assert store.entities()[-1].attributes == {"customer_number": "C-9", "Notiz intern": "x"}


def test_the_page_and_the_api_write_the_same_from_a_file(admin, client_of, send, people, store):
    content = "customer_number;Notiz;Größe (cm);_version;_acl\nC-9;x;180;7;me\n"
    write(admin, send(content))
    by_page = store.entities()[-1].attributes
    again = content.replace("C-9", "C-10").encode()
    client_of(MACHINE).post("/v1/entity:import?schema=contact", again, content_type="text/csv; charset=utf-8")
    assert {**store.entities()[-1].attributes, "customer_number": "C-9"} == by_page
    assert by_page == {"customer_number": "C-9", "Notiz": "x", "Größe (cm)": "180"}


def test_a_column_outside_the_schema_can_be_left_out(admin, send, read, people, store):
    address = send("customer_number;Notiz\nC-9;x\n")
    admin.post(address, {"do": "rehearse", "column-0": "customer_number", "column-1": ""})
    assert "1 column is left out. Notiz ." in read(address)
    write(admin, address, revision=2)
    assert store.entities()[-1].attributes == {"customer_number": "C-9"}


def test_another_attribute_can_be_chosen_for_a_column(admin, send, read, people):
    address = send("customer_number;Name;Farbe\nC-2;Jensen;rot\n")
    admin.post(address, {"do": "rehearse", "column-0": "customer_number", "column-1": "last_name", "column-2": "Farbe"})
    page = read(address)
    assert "before Janssen after Jensen" in page
    assert "after rot" in page
    assert "left out" not in page


def test_a_file_without_an_identifier_asks_for_one(admin, send, read, people):
    address = send("Kundennr.;last_name\nC-2;Jensen\n")
    assert "The rows cannot be looked at yet." in read(address)
    assert "Import 1 row" not in read(address)
    admin.post(address, {"do": "rehearse", "column-0": "customer_number", "column-1": "last_name"})
    assert "Import 1 row" in read(address)


def test_the_identifier_can_be_chosen(send, read, store):
    store.write(upsert(customer_number="C-1", external_id="E-1"))
    address = send("customer_number;external_id\nC-9;E-1\n", unique_key="external_id")
    page = read(address)
    assert "identified by external_id" in page
    assert "before C-1 after C-9" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"column-0": "nonsense"},
        {"column-0": "customer_number", "column-1": "customer_number"},
        {"column-0": "customer_number", "unique_key": "last_name"},
    ],
)
def test_a_choice_that_was_not_offered_is_refused(admin, send, people, store, fields):
    address = send(FILE)
    assert admin.post(address, {"do": "rehearse", **fields}, follow=True).status_code == 200
    assert len(store.entities()) == 2


def test_what_lies_in_the_bin_fails_with_advice(send, read, store):
    store.write(upsert(customer_number="C-1"))
    store.write(delete(customer_number="C-1"))
    assert "Restore it first" in read(send("customer_number;last_name\nC-1;Kern\n"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"customer_number\n\xff\n", "is not utf-8"),
        (b"\xff\xfec\x00u\x00", "is not utf-8"),
        (b"[{]", "it is not JSON"),
        (b"[1, 2]", "no row can be read"),
        (b"[]", "it has no rows"),
        (b"{}\n{}", "no row can be read"),
        (b'{"a": ', "no row can be read"),
        (b"[" * 100_000, "nested deeper"),
        (b'[{"customer_number": NaN}]', "NaN"),
        (b"a,a\n1,2", "several columns are called a"),
        (b'a,b\n"1', "row 2 is not CSV"),
        (",".join(f"c{number}" for number in range(10_000)).encode() + b"\n1", "10000 columns"),
        (json.dumps([{f"c{number}": 1} for number in range(10_000)]).encode(), "10000 different members"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not utf-8"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_says_why(send, store, content, reason):
    answer = send(content)
    assert (answer.status_code, reason.lower() in text_of(answer).lower()) == (422, True)
    assert not EntityImport.objects.exists()


def test_a_file_with_a_head_alone_has_nothing_to_import(send, read, store):
    assert "There is nothing to import." in read(send("customer_number;last_name\n"))


def test_a_file_that_is_too_large_is_refused_with_its_size(send, store):
    answer = send(b"a" * (read_rows.LARGEST_FILE + 1))
    assert (answer.status_code, "the most are 10.5" in text_of(answer)) == (422, True)


def test_a_file_with_too_many_rows_is_refused(send, store, monkeypatch):
    monkeypatch.setattr(read_rows, "MOST_ROWS", 2)
    assert "more than 2 rows" in text_of(send(FILE))


def test_a_text_that_is_too_long_is_refused(admin, store):
    answer = admin.post(PAGE, {"text": "x" * 1_000_001})
    assert "longer than a million characters" in text_of(answer)


def test_a_form_beyond_what_is_read_at_once_says_so(admin, store, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = admin.post(PAGE, {"text": "x" * 2000})
    assert (answer.status_code, "The form is too large" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize("fields", [{}, {"text": "  \n"}])
def test_sending_nothing_asks_for_a_file(admin, store, fields):
    answer = admin.post(PAGE, fields)
    assert (answer.status_code, "Choose a file" in text_of(answer)) == (422, True)


def test_a_file_and_a_text_are_too_much(send, store):
    assert "not both at once" in text_of(send(FILE, text=FILE))


def test_the_page_states_its_limits(read, store):
    page = read(PAGE)
    assert "10.5 MB" in page
    assert "20 000 rows" in page


@pytest.mark.parametrize(("person", "status"), [(VIEWER, 403), (OPERATOR, 403), (ADMIN, 200), (OWNER, 200)], ids=str)
def test_only_who_may_change_entities_may_import(client_of, store, person, status):
    client = client_of(person)
    assert client.get(PAGE).status_code == status
    assert (PAGE in client.get("/app/entities/contact").content.decode()) == (status == 200)


@pytest.mark.parametrize("person", [VIEWER, OPERATOR], ids=str)
def test_who_may_only_look_writes_nothing(client_of, send, people, store, person):
    assert write(client_of(person), send(FILE)).status_code == 403
    assert len(store.entities()) == 2


@pytest.mark.parametrize("person", [OWNER, NEIGHBOUR_OWNER], ids=str)
def test_an_import_belongs_to_whoever_sent_the_file(client_of, send, people, store, person):
    address, client = send(FILE), client_of(person)
    for answer in (client.get(address), write(client, address), client.get(f"{address}/failed")):
        assert answer.status_code == 404
        assert "expired or is somebody else" in answer.content.decode()
    assert len(store.entities()) == 2


def test_an_import_belongs_to_its_schema(admin, send, people):
    address = send(FILE).replace("/contact/", "/order/")
    assert admin.get(address).status_code == 404


def test_an_unknown_schema_takes_no_file(admin, store):
    assert admin.get("/app/entities/nothing/import").status_code == 404


def test_a_preview_ends_after_an_hour(admin, send, people, clock, store):
    address = send(FILE)
    assert EntityImport.objects.get().expires_at == clock.at + KEPT_UNWRITTEN
    EntityImport.objects.update(expires_at=clock.at)
    page = admin.post(address, {"do": "write", "revision": 1}, follow=True)
    assert (page.status_code, "expired or is somebody else" in page.content.decode()) == (404, True)
    assert len(store.entities()) == 2


def test_discarding_forgets_the_file(admin, send, people):
    address = send(FILE)
    assert admin.post(address, {"do": "discard"}).headers["Location"] == "/app/entities/contact"
    assert not EntityImport.objects.exists()


def test_a_person_keeps_the_newest_imports_only(send, people):
    addresses = [send(FILE) for _ in range(MOST_KEPT + 2)]
    kept = {str(pk) for pk in EntityImport.objects.values_list("pk", flat=True)}
    assert kept == {address.rpartition("/")[2] for address in addresses[-MOST_KEPT:]}


def test_an_import_under_way_offers_nothing_until_it_was_cut_off(admin, send, read, people, clock):
    address = send(FILE)
    EntityImport.objects.update(started_at=clock.at)
    assert "are being written" in read(address)
    assert "Import 2 rows" not in read(address)
    clock.move(CUT_OFF_AFTER)
    assert "was cut off" in read(address)
    assert "Import 2 rows" in read(address)
    write(admin, address)
    assert "Created 1" in read(address)


def test_counts_lead_to_their_rows(send, read, people):
    table = read(f"{send(FILE)}?outcome=failed").partition("Rows of the file")[2]
    assert "C-3" in table
    assert "C-1" not in table


@pytest.mark.parametrize("query", ["outcome=x", "after=x", "after=%00", "outcome=failed&after=99999999999"])
def test_an_address_that_means_nothing_still_shows_a_page(send, read, people, query):
    assert "Rows" in read(f"{send(FILE)}?{query}")


def test_long_files_are_shown_page_by_page(admin, send, store):
    address = send("customer_number\n" + "".join(f"C-{n:03}\n" for n in range(60)))
    first = admin.get(address).content.decode()
    second = admin.get(address + re.search(r'rel="next" href="([^"#]+)', first)[1].replace("&amp;", "&"))
    shown = [set(re.findall(r"C-\d{3}(?=<)", page)) for page in (first, second.content.decode())]
    assert (len(shown[0] - shown[1]), len(shown[1] - shown[0])) == (50, 10) or shown[0].isdisjoint({"C-059"})
    assert "10 of 60 rows" in text_of(second)


def test_a_very_wide_file_is_read_by_the_names_of_its_columns(send, read, people):
    head = ";".join(["customer_number", "last_name", *(f"c{n}" for n in range(200))])
    page = read(send(f"{head}\nC-2;Jensen\n"))
    assert "200 columns are not in the schema" in page
    assert "more than 60 columns" in page
    assert "before Janssen after Jensen" in page


def test_the_pages_take_the_same_queries_at_any_size(admin, send, count_queries, store):
    counted = []
    for rows in (2, 40):
        store.write(*[upsert(customer_number=f"C-{n}", last_name="Old") for n in range(rows)])
        address = send("customer_number;last_name\n" + "".join(f"C-{n};New{rows}\n" for n in range(rows)))
        with count_queries() as preview:
            admin.get(address)
        write(admin, address)
        with count_queries() as report:
            admin.get(address)
        counted.append((len(preview), len(report)))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("cell", ["1.234,50", "123456789012345678,99"])
def test_an_amount_with_a_fraction_is_an_error_that_says_what_to_write(send, read, define, cell):
    define("contact", attributes=[{"name": "balance", "type": "money"}])
    page = read(send(f"customer_number;balance\nC-1;{cell}\nC-2;123450\n"))
    assert "must be a whole number of minor units, such as" in page
    assert "balance 123450 (1234.50)" in page


def test_no_digit_of_a_long_number_gets_lost(admin, send, define, store):
    define("contact", attributes=[{"name": "points", "type": "number"}])
    write(admin, send("customer_number;points\nC-1;123456789012345678,99\n"))
    assert store.only().attributes["points"] == "123456789012345678.99"
