"""Movements: counted out of the log, shown between two days, each number with exactly its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from kogorta.errors import InputError
from kogorta.readings import Move, PeopleQuery, Reading
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.words import Role
from tests.server.markup import cells, links, listed, number, page, parsed, text

As = Callable[[Role | None], Client]
SCHEMES = ("lifecycle", "rfm_simple", "rfm_quick")


@pytest.fixture
def reading(shop: Workspace) -> Reading:
    found = base.reading()
    assert found is not None
    return found


def told_by_log(shop: Workspace, scheme: str, run_id: int) -> dict[int, str]:
    """Return where the log has everyone after a refresh, by replaying it row by row."""
    state: dict[int, str] = {}
    rows = shop.warehouse.rows(
        "SELECT customer_key, segment, op FROM membership_changes WHERE scheme = ? AND run_id <= ?"
        " ORDER BY run_id, customer_key, op DESC",
        [scheme, run_id],
    )
    for key, segment, op in rows:
        if op == "enter":
            state[key] = segment
        elif state.get(key) == segment:
            del state[key]
    return state


@pytest.mark.parametrize("scheme", SCHEMES)
def test_movements_are_those_of_the_log_replayed(shop: Workspace, reading: Reading, scheme: str) -> None:
    newest, oldest = reading.movements.runs(scheme)
    then = told_by_log(shop, scheme, oldest.run_id)
    now = told_by_log(shop, scheme, newest.run_id)
    expected = Counter((then.get(key), now.get(key)) for key in then.keys() | now.keys())
    assert reading.movements.between(scheme, oldest.run_id, newest.run_id) == dict(expected)
    assert any(source != target for source, target in expected), "nobody moved: this proves nothing"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_movement_finds_exactly_its_people(shop: Workspace, reading: Reading, scheme: str) -> None:
    newest, oldest = reading.movements.runs(scheme)
    counts = reading.movements.between(scheme, oldest.run_id, newest.run_id)
    for (source, target), people in counts.items():
        move = Move(scheme, source, target, oldest.run_id, newest.run_id)
        assert reading.count(PeopleQuery(move=move)) == people, (source, target)


def test_who_was_nowhere_did_not_move() -> None:
    with pytest.raises(InputError):
        Move("lifecycle", None, None, 1, 2)


def test_the_table_says_what_the_log_says_and_leads_to_as_many_people(
    shop: Workspace, reading: Reading, owner: Client
) -> None:
    newest, oldest = reading.movements.runs("lifecycle")
    counts = reading.movements.between("lifecycle", oldest.run_id, newest.run_id)
    rows = cells(page(owner, "/movements/"))
    told = [number(row[2]) for row in rows]
    assert sorted(told) == sorted(n for (source, target), n in counts.items() if source != target)
    assert told == sorted(told, reverse=True)
    for row in rows[:4]:
        [(address, anchor)] = links(row[2], "/movements/people/")
        assert listed(owner, address) == number(anchor)


def test_bands_lead_to_their_people(shop: Workspace, reading: Reading, owner: Client) -> None:
    newest, oldest = reading.movements.runs("lifecycle")
    counts = reading.movements.between("lifecycle", oldest.run_id, newest.run_id)
    (source, target), people = max(counts.items(), key=lambda item: item[1])
    [picture, _narrow] = [
        item for item in page(owner, "/movements/").iter("svg") if "chart" in item.get("class", "")
    ]
    bands = [address for address, _ in links(picture, "/movements/people/")]
    assert len(bands) == sum(target is not None for _, target in counts)
    wanted = next(a for a in bands if f"source={source}&" in a and f"target={target}&" in a)
    assert listed(owner, wanted) == people
    if people > 50:
        assert len(cells(page(owner, f"{wanted}&page=2"))) == min(people - 50, 50)


def test_days_without_a_refresh_are_worked_out_after_the_page(shop: Workspace, owner: Client) -> None:
    address = "/movements/?scheme=lifecycle&from=2026-10-05&to=2026-10-25"
    [later] = [item for item in page(owner, address).iter() if item.get("hx-get")]
    assert later.get("hx-trigger") == "load"
    part = owner.get(later.get("hx-get", ""), headers={"hx-request": "true"})
    assert part.status_code == 200
    assert b"<html" not in part.content
    known = base.reading()
    assert known is not None
    expected = shop.transitions("lifecycle", "2026-10-05", "2026-10-25", known.stamp.known_seq)
    told = sorted(number(row[2]) for row in cells(parsed(part.content)))
    assert told == sorted(n for (source, target), n in expected.items() if source != target)
    # the same without JavaScript
    plain = page(owner, f"{address}&whole=1")
    assert sorted(number(row[2]) for row in cells(plain)) == told
    assert not [item for item in plain.iter() if item.get("hx-get")]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "this is no day"),
        ("from=2026-13-45", "this is no day"),
        ("from=2026-10-20&to=2026-10-20", "the first day must lie before the last one"),
        ("from=2026-11-01&to=2026-10-20", "the first day must lie before the last one"),
        ("to=2030-01-01", "the last refresh does not reach so far"),
        ("scheme=<script>", "there is no such scheme"),
    ],
)
def test_bad_days_and_schemes_are_refused_kindly(
    shop: Workspace, owner: Client, query: str, said: str
) -> None:
    answer = owner.get(f"/movements/?{query}")
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("query", ["", "scheme=lifecycle&start=1&end=99", "scheme=nothing&start=1&end=2"])
def test_a_list_of_unknown_movements_says_what_to_do(shop: Workspace, owner: Client, query: str) -> None:
    answer = owner.get(f"/movements/people/?{query}")
    assert answer.status_code == 400
    assert "choose the days anew" in answer.content.decode()


def test_a_week_is_compared_by_default(shop: Workspace, reading: Reading, owner: Client) -> None:
    newest, oldest = reading.movements.runs("lifecycle")
    assert newest.as_of - oldest.as_of >= timedelta(days=7)
    fields = [item for item in page(owner, "/movements/").iter("input") if item.get("type") == "date"]
    assert {item.get("name"): item.get("value") for item in fields} == {
        "from": "2026-10-20",
        "to": "2026-11-01",
    }


def test_names_of_those_who_moved_are_masked_without_the_right(shop: Workspace, as_role: As) -> None:
    viewer, owner = as_role(Role.VIEWER), as_role(Role.OWNER)
    address, _ = next(links(page(owner, "/movements/"), "/movements/people/"))
    full, masked = cells(page(owner, address))[0][0], cells(page(viewer, address))[0][0]
    assert next(links(full, "/customers/"))[0] == next(links(masked, "/customers/"))[0]
    assert text(full) != text(masked)
