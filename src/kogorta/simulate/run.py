"""Make a base: chunk after chunk of customers, everything of a chunk at once, and nothing kept of it after."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kogorta.simulate import baskets as filling
from kogorta.simulate import coupons, mailing, orders, records, support, truth, visits, web
from kogorta.simulate.business import channel_cost_rows, outlet_rows, promotion_rows, spend_rows, staff_rows
from kogorta.simulate.calendar import Clocks, clocks
from kogorta.simulate.catalogue import Catalogue, catalogue, product_rows
from kogorta.simulate.chance import Wholes
from kogorta.simulate.consents import consent_rows, consents_of
from kogorta.simulate.life import Lives, live
from kogorta.simulate.mailing import Assigned
from kogorta.simulate.people import People, people_of
from kogorta.simulate.plan import CHUNK, Plan, check
from kogorta.simulate.purchases import Purchases, purchases_of
from kogorta.simulate.writing import TRUTH, BaseWriter


@dataclass(frozen=True)
class Simulated:
    """What was made.

    Attributes:
        folder: Where it is.
        rows: Rows of each table, its later versions counted with it.
        seconds: How long it took.
    """

    folder: Path
    rows: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How far it is: customers that are done, of how many, and rows written so far."""

    customers: int
    of: int
    rows: int


@dataclass(frozen=True)
class _Chunk:
    """One chunk on its way into the files."""

    plan: Plan
    number: int
    goods: Catalogue
    people: People
    lives: Lives
    assigned: Assigned
    bought: Purchases


def make(plan: Plan, folder: Path, progress: Callable[[Progress], None] = lambda _: None) -> Simulated:
    """Write a base into an empty folder, and what is true of it into its folder `truth`.

    Args:
        plan: What is wished.
        folder: Where to; empty, or not there yet.
        progress: Told after each chunk.

    Raises:
        InputError: The folder is not empty, the disk is full, or a wish cannot be; nothing is left behind.
        ProblemsError: Several wishes cannot be.
    """
    check(plan)
    started = time.perf_counter()
    goods, ticking = catalogue(plan), clocks(plan)
    with BaseWriter(folder) as files:
        _write_business(plan, goods, files)
        for number in range(plan.chunks):
            _write_chunk(plan, goods, ticking, number, files)
            done = min((number + 1) * CHUNK, plan.customers)
            progress(Progress(done, plan.customers, sum(files.rows.values())))
        rows = _by_table(files.rows)
    truth.write_manifest(folder / TRUTH, plan, goods, rows)
    return Simulated(folder, rows, time.perf_counter() - started)


def _by_table(files: dict[str, int]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for name, count in files.items():
        table = name.partition("-")[0]
        rows[table] = rows.get(table, 0) + count
    return rows


def _write_business(plan: Plan, goods: Catalogue, files: BaseWriter) -> None:
    files.add("products", product_rows(plan, goods))
    files.add("outlets", outlet_rows())
    files.add("promotions", promotion_rows(plan))
    files.add("channel_costs", channel_cost_rows())
    files.add("ad_spend", spend_rows(plan))
    if plan.is_salon:
        files.add("staff", staff_rows())


def _write_chunk(plan: Plan, goods: Catalogue, ticking: Clocks, number: int, files: BaseWriter) -> None:
    people = people_of(plan, goods, number)
    life = plan.chance("life", number)
    lives = live(plan, goods, ticking, people, life)
    agreed = consents_of(plan, people, number)
    assigned, answers, agreed = mailing.write_to(plan, people, lives, agreed, number)
    bought = purchases_of(plan, people, lives, assigned, life)
    files.add("customers", records.customer_rows(plan, people, lives, number))
    files.add("contacts", records.contact_rows(plan, people, number))
    files.add("attribute_changes", records.change_rows(plan, people, lives))
    files.add("consents", consent_rows(plan, people, agreed, number))
    files.add("messages", mailing.message_rows(plan, people, assigned))
    files.add("message_events", mailing.answer_rows(answers))
    chunk = _Chunk(plan, number, goods, people, lives, assigned, bought)
    if plan.is_salon:
        _write_visits(chunk, files)
    else:
        _write_orders(chunk, files)
    _write_truth(chunk, files)


def _write_orders(chunk: _Chunk, files: BaseWriter) -> None:
    plan, people, bought = chunk.plan, chunk.people, chunk.bought
    chance = plan.chance("orders", chunk.number)
    fates = orders.fates_of(plan, people, bought, chance)
    baskets = _baskets(chunk, bought)
    kept = web.kept_sessions(plan, people, fates.channel == 0, chance)
    sessions = web.session_numbers(bought, kept)
    files.add("orders", orders.order_rows(people, bought, baskets, fates, sessions))
    files.add("orders", orders.change_rows(plan, people, bought, fates), suffix="-changes")
    _write_lines(chunk, bought, baskets, np.zeros(len(bought), dtype=np.int64), files)
    files.add("returns", orders.return_rows(plan, chunk.goods, people, bought, baskets, fates, chance))
    _write_said(chunk, bought, files)
    _write_events(chunk, (bought, sessions, baskets.good[baskets.line == 1]), files)


def _write_visits(chunk: _Chunk, files: BaseWriter) -> None:
    plan, people = chunk.plan, chunk.people
    chance = plan.chance("bookings", chunk.number)
    booked = visits.visits_of(plan, people, chunk.lives, chunk.bought, chance)
    bought, kept = visits.paid(chunk.bought, booked)
    baskets = _baskets(chunk, bought)
    files.add("bookings", visits.booking_rows(chunk.goods, people, booked, baskets, kept))
    files.add("orders", visits.paid_rows(people, bought, baskets, booked, kept))
    _write_lines(chunk, bought, baskets, booked.staff[kept], files)
    _write_said(chunk, bought, files)
    clicked, online = visits.made(chunk.bought, booked)
    sessions = web.session_numbers(clicked, web.kept_sessions(plan, people, online, chance))
    wanted = chunk.goods.choose(people.category[clicked.row], chance.shares(len(clicked)))
    _write_events(chunk, (clicked, sessions, wanted), files)


def _baskets(chunk: _Chunk, bought: Purchases) -> filling.Baskets:
    chance = chunk.plan.chance("baskets", chunk.number)
    used = coupons.used_in(chunk.plan, bought)
    return filling.baskets_of(chunk.plan, chunk.goods, chunk.people, bought, used, chance)


def _write_lines(
    chunk: _Chunk, bought: Purchases, baskets: filling.Baskets, staff: Wholes, files: BaseWriter
) -> None:
    """Write the lines of purchases, what was taken off them, and the coupons."""
    plan, people = chunk.plan, chunk.people
    codes = coupons.codes_of(people, bought, coupons.used_in(plan, bought))
    files.add("order_lines", filling.line_rows(plan, chunk.goods, bought, baskets, staff))
    files.add("discounts", filling.discount_rows(plan, bought, baskets, codes))
    files.add("coupons", coupons.coupon_rows(plan, people, chunk.assigned, bought))


def _write_said(chunk: _Chunk, bought: Purchases, files: BaseWriter) -> None:
    """Write what people said after their purchases."""
    chance = chunk.plan.chance("support", chunk.number)
    files.add("tickets", support.ticket_rows(chunk.plan, chunk.people, bought, chance))
    files.add("survey_answers", support.answer_rows(chunk.plan, chunk.people, bought, chance))


def _write_events(chunk: _Chunk, ordered: tuple[Purchases, Wholes, Wholes], files: BaseWriter) -> None:
    """Write what was done on the site; `ordered` are purchases, numbers of their sessions, and what was wanted."""
    plan, people = chunk.plan, chunk.people
    if not plan.events_per_customer:
        return
    visited = web.sessions_of(plan, chunk.goods, people, chunk.lives, ordered, chunk.number)
    for rows in web.event_rows(plan, chunk.goods, people, visited, chunk.number):
        files.add("events", rows)


def _write_truth(chunk: _Chunk, files: BaseWriter) -> None:
    plan, people = chunk.plan, chunk.people
    files.add_truth("customers", truth.customer_truth(plan, chunk.goods, people, chunk.lives))
    files.add_truth("duplicates", truth.duplicate_truth(people))
    files.add_truth("households", truth.household_truth(people))
    files.add_truth("campaigns", truth.campaign_truth(plan, people, chunk.assigned, chunk.bought))
