"""The list of customers: searched, sorted, page by page, masked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.words import Role

As = Callable[[Role | None], Client]


def rows(text: str) -> list[str]:
    return re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)


def test_as_many_are_listed_as_the_base_has(shop: Workspace, owner: Client) -> None:
    people = shop.traits(names=["orders_count"]).num_rows
    text = owner.get("/customers/").content.decode()
    assert f"{people} customers" in text.replace("\u00a0", " ")
    assert len(rows(text)) == 50
    last = owner.get(f"/customers/?page={-(-people // 50)}").content.decode()
    assert len(rows(last)) == people % 50


def test_the_list_of_a_segment_has_its_members(shop: Workspace, owner: Client) -> None:
    sizes = shop.sizes("2026-11-01")["lifecycle"]
    for stage, people in sizes.items():
        text = owner.get(f"/customers/?segment=lifecycle.{stage}").content.decode()
        assert len(rows(text)) == min(people, 50)


def test_a_telephone_is_found_however_it_is_typed(shop: Workspace, owner: Client) -> None:
    someone = shop.warehouse.rows(
        "SELECT value FROM contacts WHERE kind = 'phone' AND value LIKE '+7%' LIMIT 1"
    )[0][0]
    ten = someone[-10:]
    for typed in (someone, f"8{ten}", f"8 ({ten[:3]}) {ten[3:6]}-{ten[6:8]}-{ten[8:]}", ten[-7:]):
        assert someone in owner.get("/customers/", {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"><script>alert(1)</script>'])
def test_signs_of_a_search_mean_themselves(shop: Workspace, owner: Client, typed: str) -> None:
    text = owner.get("/customers/", {"q": typed}).content.decode()
    assert "<script>alert" not in text
    assert len(rows(text)) in range(51)
    if typed == "%":
        assert "Nobody fits." in text


def test_who_may_not_see_contacts_sees_masks(shop: Workspace, as_role: As) -> None:
    known = shop.warehouse.rows("SELECT value FROM contacts WHERE kind IN ('phone', 'email')")
    contacts = {value for (value,) in known}
    whole = as_role(Role.MARKETER).get("/customers/").content.decode()
    hidden = as_role(Role.VIEWER).get("/customers/").content.decode()
    assert any(value in whole for value in contacts)
    assert not any(value in hidden for value in contacts)
    assert "•••" in hidden


def test_a_column_sorts_up_and_down(shop: Workspace, owner: Client) -> None:
    def spent(sort: str) -> list[int]:
        text = owner.get(f"/customers/?sort={sort}").content.decode()
        cells = re.findall(r'data-label="Revenue">([^<]*)<', text)
        return [int(re.sub(r"\D", "", cell) or 0) for cell in cells]

    down, up = spent("-revenue_total"), spent("revenue_total")
    assert down == sorted(down, reverse=True)
    assert down[0] > 0
    assert up == sorted(up)
    assert up[0] < down[0]


@pytest.mark.parametrize(
    "query", ["sort=; DROP TABLE people", "page=-3", "page=99999999999", "r=9&fm=1", "page=x"]
)
def test_what_makes_no_sense_in_an_address_is_taken_as_the_usual(
    shop: Workspace, owner: Client, query: str
) -> None:
    assert owner.get(f"/customers/?{query}").status_code == 200


# --- filters --------------------------------------------------------------------------------------


def listed(client: Client, **query: Any) -> int:
    """Return how many people a list says that it found."""
    text = client.get("/customers/", query).content.decode().replace("\u00a0", " ")
    found = re.search(r'class="total">([\d,]+) customer', text)
    return int(found[1].replace(",", "")) if found else 0


def counted(shop: Workspace, condition: Callable[[dict[str, Any]], bool]) -> int:
    names = ["orders_count", "last_order_at", "rfm_code", "lifecycle_stage"]
    return sum(map(condition, shop.traits("2026-11-01", names=names).to_pylist()))


def test_filters_find_whom_the_traits_of_the_store_say(shop: Workspace, owner: Client) -> None:
    assert listed(owner, orders_from=3, orders_to=5) == counted(
        shop, lambda row: 3 <= row["orders_count"] <= 5
    )
    assert listed(owner, stage="lost") == counted(shop, lambda row: row["lifecycle_stage"] == "lost")
    assert listed(owner, rfm="5**") == counted(shop, lambda row: (row["rfm_code"] or "").startswith("5"))
    # days are those of Moscow, three hours ahead; both ends belong to the span
    low, high = datetime(2026, 9, 30, 21), datetime(2026, 10, 31, 21)  # noqa: DTZ001  UTC without a zone
    assert listed(owner, last_from="2026-10-01", last_to="2026-10-31") == counted(
        shop, lambda row: row["last_order_at"] is not None and low <= row["last_order_at"] < high
    )


def test_several_segments_are_asked_for_at_once(shop: Workspace, owner: Client) -> None:
    ids = ["lifecycle.lost", "rfm_simple.lost"]
    both = set.intersection(*(set(shop.members(id_, "2026-11-01")["customer_id"].to_pylist()) for id_ in ids))
    assert listed(owner, segment=ids) == len(both) > 0
    text = owner.get("/customers/", {"segment": ids}).content.decode()
    # each of them can be taken away, and the other one stays
    assert 'href="/customers/?segment=rfm_simple.lost"' in text
    assert 'href="/customers/?segment=lifecycle.lost"' in text


def test_a_city_is_found_in_whatever_case(shop: Workspace, owner: Client) -> None:
    cities = shop.warehouse.rows("SELECT city FROM customers WHERE city IS NOT NULL GROUP BY city")
    city = cities[0][0]
    assert listed(owner, city=city.upper()) == listed(owner, city=city) > 0


@pytest.mark.parametrize(
    "query",
    [
        "orders_from=x",
        "orders_to=-1",
        "last_from=yesterday",
        "last_to=9999-99-99",
        "rfm=9",
        "stage=gone",
        "col=x",
    ],
)
def test_a_filter_that_makes_no_sense_is_as_if_it_were_not_there(
    shop: Workspace, owner: Client, query: str
) -> None:
    assert f"{shop.traits(names=['orders_count']).num_rows} customers" in owner.get(
        f"/customers/?{query}"
    ).content.decode().replace("\u00a0", " ")


def test_a_segment_that_there_is_not_is_told(shop: Workspace, owner: Client) -> None:
    answer = owner.get("/customers/?segment=lifecycle.nobody")
    assert answer.status_code == 404
    assert "there is no such segment" in answer.content.decode().lower()


def test_columns_are_chosen(shop: Workspace, owner: Client) -> None:
    text = owner.get("/customers/?col=city&col=rhythm_days").content.decode()
    assert 'data-label="City"' in text
    assert 'data-label="Rhythm"' in text
    assert 'data-label="Revenue"' not in text


def test_whoever_may_not_see_contacts_cannot_find_them_out_letter_by_letter(
    shop: Workspace, as_role: As
) -> None:
    phone, email = (
        shop.warehouse.rows("SELECT min(value) FROM contacts WHERE kind = ?", [kind])[0][0]
        for kind in ("phone", "email")
    )
    name = shop.warehouse.rows("SELECT min(name) FROM customers")[0][0]
    for typed in (phone, email, name):
        assert listed(as_role(Role.MARKETER), q=typed) > 0
        assert listed(as_role(Role.VIEWER), q=typed) == 0
    assert listed(as_role(Role.VIEWER), q="c1") > 0


# --- the list as a file ---------------------------------------------------------------------------


def file_of(client: Client, **query: Any) -> list[dict[str, str]]:
    answer = client.get("/customers.csv", query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_everyone_who_was_found(shop: Workspace, owner: Client) -> None:
    found = file_of(owner, segment="lifecycle.lost")
    members = shop.members("lifecycle.lost", "2026-11-01")["customer_id"].to_pylist()
    assert sorted(row["customer_id"] for row in found) == sorted(members)
    revenue = {
        row["customer_id"]: row["revenue_total"]
        for row in shop.traits("2026-11-01", names=["revenue_total"]).to_pylist()
    }
    told = {row["customer_id"]: round(Decimal(row["revenue_total"]) * 100) for row in found}
    assert told == {customer: revenue[customer] for customer in told}
    assert len(file_of(owner)) == len(revenue)


def test_a_file_of_nobody_has_headings(shop: Workspace, owner: Client) -> None:
    answer = owner.get("/customers.csv", {"q": "nobody at all"})
    assert b"".join(answer.streaming_content).decode("utf-8-sig").startswith("customer_id,name")  # type: ignore[attr-defined]


def test_a_file_of_whoever_may_not_see_contacts_is_masked(shop: Workspace, as_role: As) -> None:
    contacts = {value for (value,) in shop.warehouse.rows("SELECT value FROM contacts")}
    names = {name for (name,) in shop.warehouse.rows("SELECT name FROM customers WHERE name IS NOT NULL")}
    rows_ = file_of(as_role(Role.ANALYST))
    assert not contacts & {row[kind].lstrip("'") for row in rows_ for kind in ("email", "phone")}
    assert not names & {row["name"] for row in rows_}
    whole = file_of(as_role(Role.MARKETER))
    assert contacts & {row["email"] for row in whole}


def test_taking_a_list_away_is_written_down_without_a_word_of_anybody(shop: Workspace, owner: Client) -> None:
    file_of(owner, q="Иванова", stage="lost", orders_from=2)
    entry = AuditEntry.objects.get(action="customers.exported")
    assert entry.details["filter"] == {"stage": ["lost"], "orders_from": ["2"], "q": ["…"]}
    assert "Иванова" not in str(entry.details)
    assert isinstance(entry.details["people"], int)


def test_a_russian_spreadsheet_opens_the_file(shop: Workspace, owner: Client) -> None:
    """Covers: P18"""
    english = file_of(owner)
    owner.post("/language/", {"language": "ru", "next": "/"})
    answer = owner.get("/customers.csv")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf")
    rows_ = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert [row["customer_id"] for row in rows_] == [row["customer_id"] for row in english]
    assert [row["revenue_total"] for row in rows_] == [
        row["revenue_total"].replace(".", ",") for row in english
    ]
    assert any("," in row["revenue_total"] for row in rows_)
