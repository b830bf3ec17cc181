"""Schemes and the overlap of segments: numbers against plain counts, and lists with as many people as the number said."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from django.test import Client

from kogorta.readings import Reading
from kogorta.workspace import Workspace
from kogorta_server import base
from tests.server.markup import cells, links, listed, number, of_class, page, text


@pytest.fixture
def reading(shop: Workspace) -> Reading:
    found = base.reading()
    assert found is not None
    return found


@pytest.fixture
def inside(shop: Workspace) -> dict[str, set[int]]:
    """Return who is in which segment, by replaying the whole log."""
    found: dict[str, set[int]] = {}
    rows = shop.warehouse.rows(
        "SELECT scheme, segment, customer_key, op FROM membership_changes ORDER BY run_id, op DESC"
    )
    for scheme, segment, key, op in rows:
        id_ = scheme if scheme == segment else f"{scheme}.{segment}"
        members = found.setdefault(id_, set())
        if op == "enter":
            members.add(key)
        else:
            members.discard(key)
    return found


def revenue_by_customer(shop: Workspace) -> dict[str, int]:
    """Return what every customer brought, as the traits tell it."""
    rows = shop.traits("2026-11-01", names=["revenue_total"]).to_pylist()
    return {row["customer_id"]: row["revenue_total"] or 0 for row in rows}


@pytest.mark.parametrize("scheme", ["rfm_simple", "lifecycle", "rfm_quick"])
def test_sizes_and_shares_are_those_of_the_log(
    shop: Workspace, reading: Reading, inside: dict[str, set[int]], owner: Client, scheme: str
) -> None:
    rows = cells(page(owner, f"/schemes/{scheme}/"))
    segments = [item for item in reading.segments.values() if item.scheme == scheme]
    assert [number(row[2]) for row in rows] == [len(inside.get(item.id, ())) for item in segments]
    whole = sum(len(inside.get(item.id, ())) for item in segments)
    for row in rows:
        if number(row[2]) and "<" not in text(row[3]):
            assert float(text(row[3]).rstrip("%")) == pytest.approx(100 * number(row[2]) / whole, abs=0.51)


def test_revenue_of_a_segment_is_that_of_its_people(shop: Workspace, reading: Reading) -> None:
    revenue = revenue_by_customer(shop)
    for id_ in ("rfm_simple.champions", "lifecycle.at_risk", "best_and_quiet"):
        members = shop.members(id_, "2026-11-01", recorded=True).column("customer_id").to_pylist()
        assert reading.totals[id_].people == len(members)
        assert reading.totals[id_].revenue == sum(revenue[member] for member in members)


def test_every_number_of_people_leads_to_as_many(shop: Workspace, owner: Client) -> None:
    for row in cells(page(owner, "/schemes/rfm_simple/")):
        if number(row[2]):
            [(address, anchor)] = links(row[2], "/customers/")
            assert listed(owner, address) == number(anchor)


def test_every_cell_of_the_grid_leads_to_as_many(shop: Workspace, reading: Reading, owner: Client) -> None:
    tree = page(owner, "/schemes/rfm_simple/")
    addresses = {address for address, _ in links(tree, "/customers/?r=")}
    assert len(addresses) == 25
    rfm = reading.report.rfm
    sizes = {(cell.r, cell.fm): cell.customers for cell in rfm.grid}  # type: ignore[union-attr]
    for place in [(5, 5), (1, 1), (3, 2)]:
        address = next(a for a in addresses if a.endswith(f"r={place[0]}&fm={place[1]}"))
        assert listed(owner, address) == sizes[place]


def test_it_is_said_that_the_scheme_is_a_partition(
    shop: Workspace, inside: dict[str, set[int]], owner: Client
) -> None:
    for scheme in ("rfm_simple", "lifecycle"):
        people = [key for id_, members in inside.items() if id_.startswith(f"{scheme}.") for key in members]
        assert max(Counter(people).values()) == 1
        said = text(page(owner, f"/schemes/{scheme}/"))
        assert f"add up to {len(people)} customers, each of whom stands in exactly one" in said
    customers = shop.traits("2026-11-01", names=["orders_count"]).num_rows
    rfm = sum(len(members) for id_, members in inside.items() if id_.startswith("rfm_simple."))
    said = text(page(owner, "/schemes/"))
    assert f"{customers - rfm} customers of the base stand outside" in said


def test_a_scheme_that_is_none_is_not_found(shop: Workspace, owner: Client) -> None:
    answer = owner.get("/schemes/best_and_quiet/")
    assert answer.status_code == 404
    assert "there is no such scheme" in answer.content.decode()


def test_any_two_segments_share_whom_the_log_has_in_both(
    shop: Workspace, reading: Reading, inside: dict[str, set[int]]
) -> None:
    for one, other in combinations(sorted(reading.segments), 2):
        expected = len(inside.get(one, set()) & inside.get(other, set()))
        found = reading.shared_by(other, one)
        assert found.common == expected, (one, other)
        assert {found.people_a, found.people_b} == {len(inside.get(one, ())), len(inside.get(other, ()))}


def test_the_matrix_shows_people_index_and_leads_to_them(
    shop: Workspace, inside: dict[str, set[int]], owner: Client
) -> None:
    ids = ["best_and_quiet", "lifecycle.at_risk"]
    tree = page(owner, "/overlap/?segment=" + "&segment=".join(ids))
    row = cells(tree)[0]
    both = inside[ids[0]] & inside[ids[1]]
    assert number(row[1]) == len(inside[ids[0]])
    [(address, anchor)] = links(row[3], "/customers/")
    assert number(anchor) == len(both) == listed(owner, address)
    everyone = shop.traits("2026-11-01", names=["orders_count"]).num_rows
    index = len(both) * everyone / (len(inside[ids[0]]) * len(inside[ids[1]]))
    assert text(row[3]).endswith(f"×{index:.1f}")


def test_one_segment_alone_is_compared_with_nothing(shop: Workspace, owner: Client) -> None:
    assert "It takes two segments" in text(page(owner, "/overlap/?segment=best_and_quiet"))
    assert owner.get("/overlap/?segment=nothing").status_code == 404


def test_ways_between_schemes_stand_on_each(shop: Workspace, owner: Client) -> None:
    tree = page(owner, "/schemes/lifecycle/")
    [tabs] = of_class(tree, "tabs")
    open_ = [text(item) for item in tabs if item.get("aria-current")]
    assert open_ == ["Lifecycle"]
    assert [item.get("href") for item in tabs][-1] == "/overlap/"
