"""What the guides want to find by behaviour, each as one definition, on the day before and after its edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kogorta.config import parse
from kogorta.definitions.parsing import parse_text
from kogorta.membership.define import define
from kogorta.membership.log import computed_members, find_segment
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

NOW = day("2025-06-10 12:00")
SOON = timedelta(microseconds=1)
CONFIG = parse({"workspace": {"timezone": "UTC"}, "rfm": {"window_days": 365}})


def event(name: str, customer: str, at: str, **more: Any) -> dict[str, Any]:
    """A web event; its id tells what it is."""
    told = "".join(f"-{value}" for value in more.values())
    return {
        "event_id": f"{name}-{customer}-{at}{told}",
        "name": name,
        "customer_id": customer,
        "at": day(at),
        **more,
    }


def message(customer: str, number: int, *kinds: str, url: str | None = None) -> tuple[list[Any], list[Any]]:
    """A letter of 1 June and what became of it a day later."""
    id_ = f"{customer}{number}"
    sent = {"message_id": id_, "customer_id": customer, "channel": "email", "send_at": day("2025-06-01")}
    fates = [{"message_id": id_, "kind": kind, "at": day("2025-06-02"), "url": url} for kind in kinds]
    return [sent], fates


EVENTS = [
    *[
        event("product_viewed", "ann", f"2025-06-0{n} 12:00", category="coffee/beans", device="mobile")
        for n in (3, 4, 5)
    ],
    *[
        event("product_viewed", "bob", f"2025-06-0{n} 12:00", category="tea", device="desktop")
        for n in (3, 4, 5)
    ],
    event("page_viewed", "cid", "2025-06-07 12:00", session_id="s1", url="/reviews/grinders"),
    event("page_viewed", "cid", "2025-06-09 12:00", session_id="s2", url="/compare/grinders"),
    event("page_viewed", "dan", "2025-06-09 10:00", session_id="s3", url="/pricing"),
    event("page_viewed", "dan", "2025-06-09 11:00", session_id="s3", url="/"),
    event("cart_added", "eve", "2025-06-10 08:00", cart_id="k1"),
    event("cart_added", "fay", "2025-06-10 07:00", cart_id="k2"),
    event("wishlist_added", "eve", "2025-06-09 08:00"),
    event("subscribed", "gus", "2025-06-05 12:00"),
    event("subscribed", "cid", "2025-05-01 12:00"),
]
ORDERS = [
    {**order("o1", "fay", "2025-06-10 07:30"), "cart_id": "k2"},
    order("o2", "hal", "2025-05-10 11:59:59"),
    order("o3", "ivy", "2025-06-01 12:00"),
    order("o4", "hal", "2024-11-01 12:00"),
]
LETTERS = [
    message("ann", 1, "delivered", "opened"),
    message("ann", 2, "delivered", "opened", "clicked", url="/promo/summer"),
    message("bob", 1, "delivered"),
    message("bob", 2, "delivered"),
    message("ivy", 1, "opened", "clicked", url="/reviews/grinders"),
]


@dataclass(frozen=True)
class Wanted:
    """A definition, who is in it now, and what a step in time changes.

    Attributes:
        where: The condition.
        now: Who is in.
        until: The last instant at which somebody is still (or still not) as now.
        then: Who is in right after it.
    """

    where: str
    now: list[str]
    until: datetime | None = None
    then: list[str] | None = None


GUIDES = {
    "G15": Wanted("{first: subscribed, within: 7d}", ["gus"], day("2025-06-12 12:00"), []),
    "G16": Wanted(
        "{any: [{did: cart_added, within: 1d}, {did: page_viewed, where: {url: {is: /pricing}}, within: 1d}]}",
        ["eve", "fay"],
        day("2025-06-11 07:00"),
        ["eve"],
    ),
    "G17": Wanted(
        "{all: [{did: order}, {did_not: order, within: 30d}]}",
        ["hal"],
        day("2025-07-01 12:00"),
        ["hal", "ivy"],
    ),
    "G18": Wanted(
        "{all: [{did: message_delivered, times: {at_least: 2}, within: 30d}, {did_not: message_opened, within: 30d}]}",
        ["bob"],
        day("2025-07-02"),
        [],
    ),
    "R25": Wanted(
        "{all: [{did: wishlist_added, within: 7d}, {did: cart_added, within: 7d}]}",
        ["eve"],
        day("2025-06-16 08:00"),
        [],
    ),
    "R26": Wanted(
        "{did: product_viewed, where: {category: {is: coffee}}, times: {at_least: 3}, within: 7d}",
        ["ann"],
        day("2025-06-10 12:00"),
        [],
    ),
    "R27": Wanted(
        "{did: page_viewed, distinct: {of: session_id, at_least: 2}, within: 72h}",
        ["cid"],
        day("2025-06-10 12:00"),
        [],
    ),
    # Left at 08:00, lost from 12:00 on; the other cart was bought within the hour.
    "R28": Wanted(
        "{sequence: [{did: cart_added, within: 1d}, {did_not: order, within: 4h}], by: cart_id}",
        ["eve"],
        day("2025-06-11 08:00"),
        [],
    ),
    "G38": Wanted(
        "{sequence: [{did: cart_added, within: 1d}, {did_not: order, within: 5h}], by: cart_id}",
        [],
        day("2025-06-10 13:00") - SOON,
        ["eve"],
    ),
    "R30": Wanted(
        '{any: [{did: page_viewed, where: {url: {matches: "/reviews/*"}}}, {did: page_viewed, where: {url: {starts_with: /compare/}}}]}',
        ["cid"],
    ),
    "R31": Wanted(
        "{did: message_clicked, where: {url: {contains: promo}}, within: 30d}", ["ann"], day("2025-07-02"), []
    ),
    "R32": Wanted("{newest: product_viewed, where: {device: {is: mobile}}}", ["ann"]),
    "R33": Wanted("{newest: product_viewed, where: {device: {is: desktop}}}", ["bob"]),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Nine people, each with one habit."""
    opened = Warehouse(tmp_path_factory.mktemp("guides") / Path("warehouse.duckdb"))
    commit(opened, "events", EVENTS)
    commit(opened, "orders", ORDERS)
    commit(opened, "messages", [row for sent, _ in LETTERS for row in sent])
    commit(opened, "message_events", [row for _, fates in LETTERS for row in fates])
    text = "\n---\n".join(f"segment: {id_.lower()}\nwhere: {wanted.where}" for id_, wanted in GUIDES.items())
    with open_view(opened, CONFIG, NOW) as view:
        define(view, parse_text(text), NOW)
    yield opened
    opened.close()


def members(warehouse: Warehouse, id_: str, at: datetime) -> list[str]:
    """Who is in a segment."""
    with open_view(warehouse, CONFIG, at) as view:
        found: list[str] = computed_members(view, *find_segment(view.schemes, id_))["customer_id"].to_pylist()
    return found


@pytest.mark.parametrize("id_", GUIDES)
def test_behaviour_of_the_guides(warehouse: Warehouse, id_: str) -> None:
    """Covers: G15, G16, G17, G18, G38, R25, R26, R27, R28, R30, R31, R32, R33."""
    wanted = GUIDES[id_]
    assert members(warehouse, id_.lower(), NOW) == wanted.now
    if wanted.until is not None:
        assert members(warehouse, id_.lower(), wanted.until) == wanted.now or wanted.until == NOW
        assert members(warehouse, id_.lower(), wanted.until + SOON) == wanted.then
