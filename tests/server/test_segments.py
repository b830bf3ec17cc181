"""Pages of segments: sizes, people, who came and who left, what is asked of the base itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.words import Role

As = Callable[[Role | None], Client]

STATE = """
    SELECT scheme, segment, customer_key FROM membership_changes JOIN runs USING (run_id)
    QUALIFY row_number() OVER (PARTITION BY scheme, customer_key ORDER BY run_id DESC, op) = 1 AND op = 'enter'
"""
FRAGMENT = {"HX-Request": "true"}


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def part(client: Client, address: str) -> str:
    answer = client.get(address, headers=FRAGMENT)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def plain(markup: str) -> str:
    return markup.replace("\u00a0", " ").replace("\u202f", " ")


def rows(markup: str) -> list[list[str]]:
    """Return the cells of the rows of all tables, without their markup."""
    found = re.findall(r"<tr[^>]*>(<th scope=\"row\".*?)</tr>", markup, re.DOTALL)
    return [
        [
            unescape(re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in found
    ]


def counted(shop: Workspace) -> Counter[str]:
    """Count the members of each segment from the log, in plain SQL."""
    state = shop.warehouse.rows(STATE)
    return Counter(scheme if scheme == name else f"{scheme}.{name}" for scheme, name, _ in state)


# --- the list -------------------------------------------------------------------------------------


def test_the_list_has_every_segment_with_as_many_people_as_the_log(shop: Workspace, owner: Client) -> None:
    text = page(owner, "/segments/")
    found = {
        id_: int(count.replace(",", ""))
        for id_, count in re.findall(r'href="/segments/([\w.]+)/people/">([\d,]+)<', text)
    }
    hidden = {id_ for id_ in counted(shop) if id_.startswith("rfm_classic.")} - set(found)
    assert found == {id_: n for id_, n in counted(shop).items() if id_ not in hidden}
    listed = set(
        re.findall(
            r'class="chip[^"]*" href="/segments/([\w.]+)/"|href="/segments/([\w.]+)/" class="chip', text
        )
    )
    assert {one or other for one, other in listed} >= set(found)


def test_a_week_is_told_by_the_log(shop: Workspace, owner: Client) -> None:
    """A refresh on the twentieth and one on the first: twelve days lie between them."""
    then = shop.warehouse.rows(
        "SELECT count(*) FILTER (op = 'enter') - count(*) FILTER (op = 'leave') FROM membership_changes JOIN runs USING (run_id)"
        " WHERE scheme = 'lifecycle' AND segment = 'at_risk' AND as_of <= TIMESTAMP '2026-10-24 21:00'"
    )[0][0]
    difference = counted(shop)["lifecycle.at_risk"] - then
    written = f"+{difference}" if difference > 0 else str(difference).replace("-", "\u2212")
    (row,) = [row for row in rows(page(owner, "/segments/", q="lifecycle.at_risk")) if row]
    assert row[5] == written


@pytest.mark.parametrize(
    ("query", "has", "lacks"),
    [
        ({"kind": "own"}, {"best_and_quiet"}, {"lifecycle.at_risk"}),
        ({"kind": "ready"}, {"lifecycle.at_risk", "rfm_simple.champions"}, {"best_and_quiet"}),
        ({"q": "QUIET"}, {"best_and_quiet"}, {"rfm_simple.champions"}),
        ({"q": "champions"}, {"rfm_simple.champions"}, {"best_and_quiet"}),
        ({"kind": "nonsense"}, {"best_and_quiet", "lifecycle.at_risk"}, set()),
    ],
)
def test_the_list_is_filtered_by_words_and_kind(
    shop: Workspace, owner: Client, query: dict[str, str], has: set[str], lacks: set[str]
) -> None:
    found = set(re.findall(r'href="/segments/([\w.]+)/"', page(owner, "/segments/", **query)))
    assert has <= found
    assert not lacks & found


def test_each_scheme_is_sorted_by_itself(shop: Workspace, owner: Client) -> None:
    text = page(owner, "/segments/", sort="-people", q="lifecycle")
    for card in text.split('<section class="card group-card">')[1:]:
        sizes = [int(row[2].replace(",", "")) for row in rows(card)]
        assert sizes == sorted(sizes, reverse=True)
    assert text.count('aria-sort="descending"') == text.count("group-card")


def test_whom_channels_reach_is_who_has_a_contact_and_agreed(shop: Workspace, owner: Client) -> None:
    members = {key for scheme, _, key in shop.warehouse.rows(STATE) if scheme == "best_and_quiet"}
    contacts = shop.warehouse.rows("SELECT DISTINCT customer_key FROM contacts WHERE kind = 'email'")
    owners = {key for (key,) in contacts} & members
    told: dict[int, list[tuple[object, str]]] = {}
    for key, at, op in shop.warehouse.rows(
        "SELECT customer_key, \"at\", op FROM consents WHERE purpose = 'advertising' AND channel IN ('email', 'any')"
        " AND \"at\" < TIMESTAMP '2026-10-31 21:00'"
    ):
        told.setdefault(key, []).append((at, op))
    granted = {key for key in owners if key in told and max(told[key])[1] == "granted"}
    text = page(owner, "/segments/best_and_quiet/")
    (row,) = [row for row in rows(text) if row[0] == "e-mail"]
    assert row[1].split(" · ")[0] == str(len(owners))
    assert row[3].split(" · ")[0] == str(len(granted))
    assert granted


def test_how_fresh_segments_are_is_told_after_the_page(shop: Workspace, owner: Client) -> None:
    assert 'hx-get="/segments-freshness/"' in page(owner, "/segments/")
    text = part(owner, "/segments-freshness/")
    told = set(re.findall(r'id="fresh-(\w+)" hx-swap-oob="true"', text))
    assert told == {item.id for item in shop.status().positions}


# --- one segment ----------------------------------------------------------------------------------


def test_a_segment_is_said_in_the_language_of_the_reader(shop: Workspace, owner: Client) -> None:
    assert "Customers whose number of orders is at least 3" in page(owner, "/segments/best_and_quiet/")
    owner.post("/language/", {"language": "ru", "next": "/"})
    assert "Клиенты, у которых число заказов не менее 3" in page(owner, "/segments/best_and_quiet/")
    assert "Рискующие" in page(owner, "/segments/rfm_simple.at_risk/")


def test_its_people_are_those_of_the_log(shop: Workspace, owner: Client) -> None:
    names = dict(shop.warehouse.rows("SELECT customer_key, min(customer_id) FROM customer_ids GROUP BY ALL"))
    members = {
        key for scheme, name, key in shop.warehouse.rows(STATE) if (scheme, name) == ("lifecycle", "at_risk")
    }
    text = page(owner, "/segments/lifecycle.at_risk/people/")
    found = set(re.findall(r'href="/customers/([^/]+)/"', text))
    assert found <= {names[key] for key in members}
    assert len(found) == min(50, len(members))


def test_people_of_a_segment_are_sorted_and_leafed(shop: Workspace, owner: Client) -> None:
    size = counted(shop)["lifecycle.lost"]
    pages = -(-size // 50)
    seen: list[str] = []
    for number in range(1, pages + 1):
        text = page(owner, "/segments/lifecycle.lost/people/", sort="-revenue_total", page=str(number))
        seen += re.findall(r'href="/customers/([^/]+)/"', text)
    assert len(seen) == len(set(seen)) == size


def test_who_may_not_see_contacts_sees_masks(shop: Workspace, as_role: As) -> None:
    known = {
        value
        for (value,) in shop.warehouse.rows("SELECT value FROM contacts WHERE kind IN ('phone', 'email')")
    }
    for address in ("/segments/lifecycle.lost/people/", "/segments/lifecycle.lost/moves/"):
        text = page(as_role(Role.VIEWER), address)
        assert not any(value in text for value in known)
    assert any(value in page(as_role(Role.OWNER), "/segments/lifecycle.lost/people/") for value in known)


def test_who_came_and_who_left_is_counted_by_cause(shop: Workspace, owner: Client) -> None:
    """What a first refresh recorded is no movement."""
    moved = shop.warehouse.rows(
        "SELECT op, cause, count(*) FROM membership_changes JOIN runs USING (run_id)"
        " WHERE scheme = 'lifecycle' AND segment = 'at_risk' AND cause <> 'initial' GROUP BY ALL"
    )
    assert moved
    words = {"time": "time passed", "facts": "new facts", "frame": "the base moved"}
    text = page(owner, "/segments/lifecycle.at_risk/moves/")
    told = {row[0]: row[1:3] for row in rows(text)}
    for op, cause, n in moved:
        assert told[words[cause]][0 if op == "enter" else 1] == str(n)
    assert told["Together"] == [str(sum(n for o, _, n in moved if o == op)) for op in ("enter", "leave")]


def test_nobody_came_or_left_is_said(shop: Workspace, owner: Client) -> None:
    quiet = next(
        id_
        for id_ in counted(shop)
        if not shop.warehouse.rows(
            "SELECT 1 FROM membership_changes WHERE cause <> 'initial' AND scheme || '.' || segment = ?",
            [id_],
        )
        and "." in id_
        and not id_.startswith("rfm_classic")
    )
    assert "Nobody came or left in the last two months." in page(owner, f"/segments/{quiet}/moves/")


def test_the_portrait_tells_what_differs(shop: Workspace, owner: Client) -> None:
    """Each index is the share here by the share in the base, which are rounded to a hundredth of themselves."""
    told = [row for row in rows(part(owner, "/segments/rfm_simple.champions/portrait/")) if len(row) == 5]
    assert told
    for _, _, share, other, index in told:
        here, there = (float(text.removesuffix("%").strip()) for text in (share, other))
        assert int(index.split()[0].replace(",", "")) == pytest.approx(100 * here / there, rel=0.06)
        assert abs(here - there) > 1


def test_the_past_is_looked_at_month_by_month(shop: Workspace, owner: Client) -> None:
    text = part(owner, "/segments/best_and_quiet/backtest/")
    told = rows(text)
    assert len(told) == 12
    assert told[0][0] == "October 2026"
    # the end of October is the instant of the last refresh
    assert told[0][1] == str(counted(shop)["best_and_quiet"])


def test_the_sql_that_is_shown_answers_with_the_members(shop: Workspace, owner: Client) -> None:
    text = part(owner, "/segments/best_and_quiet/sql/")
    assert "CREATE OR REPLACE TEMP TABLE" in text
    assert text.count("<details") == len(shop.sql("best_and_quiet", "2026-11-01"))


def test_versions_tell_who_wrote_them_and_when(shop: Workspace, owner: Client) -> None:
    versions = shop.warehouse.rows(
        "SELECT version FROM definition_versions WHERE definition = 'best_and_quiet'"
    )
    text = page(owner, "/segments/best_and_quiet/definition/")
    table = text.partition("<h2>Versions</h2>")[2]
    assert [row[0] for row in rows(table)] == [str(n) for (n,) in sorted(versions, reverse=True)]
    assert "segment: best_and_quiet" in text


@pytest.mark.parametrize("what", ["", "people/", "moves/", "definition/", "portrait/", "backtest/", "sql/"])
@pytest.mark.parametrize("id_", ["nothing", "rfm_simple.nobody", "x'; DROP TABLE people; --", "..%2f"])
def test_there_is_no_such_segment(shop: Workspace, owner: Client, id_: str, what: str) -> None:
    assert owner.get(f"/segments/{id_}/{what}").status_code == 404


def test_only_who_may_change_definitions_is_offered_to(shop: Workspace, as_role: As) -> None:
    for role in Role:
        text = page(as_role(role), "/segments/best_and_quiet/")
        may = role in {Role.OWNER, Role.MARKETER, Role.ANALYST}
        assert ('href="/definitions/edit/best_and_quiet/"' in text) is may
        assert ('href="/definitions/delete/best_and_quiet/"' in text) is may
    assert "/definitions/edit/" not in page(as_role(Role.OWNER), "/segments/lifecycle.lost/")
