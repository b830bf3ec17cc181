"""Preferences and services in plain Python, of rows as they are seen; nothing of it is shared with the product."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tests.core.language.facts import Point, Row, World, seen

Told = dict[str, Any]
DAY = timedelta(days=1)


class Plain:
    """What is told of the people of a world at a point.

    Args:
        world: The base.
        point: As of when, as far as what was known.
        is_salon: Whether visits count.
    """

    def __init__(self, world: World, point: Point, *, is_salon: bool) -> None:
        self.world, self.now, self.is_salon = world, point.as_of, is_salon
        self.zone = ZoneInfo(world.zone)

        def rows(table: str) -> list[Row]:
            found = seen(world, table, point)
            return [row | {"who": world.person(row.get("customer"))} for row in found]

        self.orders = {
            row["order_id"]: row
            for row in rows("orders")
            if row["status"] == "completed" and row["ordered_at"] < self.now
        }
        self.lines = [row for row in rows("order_lines") if row["order_id"] in self.orders]
        self.products = {row["product_id"]: row for row in rows("products")}
        self.returns = [row for row in rows("returns") if row["returned_at"] < self.now]
        self.events = [row for row in rows("events") if row["at"] < self.now]
        self.bookings = [row for row in rows("bookings") if row["created_at"] < self.now and row["who"]]
        self.visits = [
            row for row in self.bookings if row["status"] == "visited" and row["starts_at"] < self.now
        ]
        self.usual = self._usual_gaps()

    def told(self, person: str) -> Told:
        """Every trait of a person."""
        return (
            self._goods(person)
            | self._last(person)
            | self._habits(person)
            | self._next(person)
            | self._services(person)
            | self._due(person)
        )

    def _own_orders(self, person: str) -> list[Row]:
        return [row for row in self.orders.values() if row["who"] == person]

    def _bought(self, person: str) -> dict[str, int]:
        """Money by product: of lines less what was given back for them."""
        mine = {row["order_id"] for row in self._own_orders(person)}
        money: dict[str, int] = defaultdict(int)
        for line in self.lines:
            if line["order_id"] in mine and line["product_id"]:
                back = sum(
                    row["amount"]
                    for row in self.returns
                    if (row["order_id"], row["line_no"]) == (line["order_id"], line["line_no"])
                )
                money[line["product_id"]] += line["amount"] - back
        return money

    def _column(self, product: str, column: str) -> Any:
        value = self.products.get(product, {}).get(column)
        return value.split("/")[0] if value and column == "category" else value

    def _goods(self, person: str) -> Told:
        money = self._bought(person)
        goods = {id_: sum_ for id_, sum_ in money.items() if self._column(id_, "kind") != "fee"}

        def of(column: str, among: dict[str, int]) -> Counter[Any]:
            sums: Counter[Any] = Counter()
            for id_, sum_ in among.items():
                if self._column(id_, column) is not None:
                    sums[self._column(id_, column)] += sum_
            return sums

        brands = of("brand", goods)
        return {
            "main_category_share": first(of("category", money))[1],
            **dict(zip(("main_brand", "main_brand_share"), first(brands), strict=True)),
            **dict(zip(("main_product", "main_product_share"), first(goods), strict=True)),
            "categories_count": len(of("category", goods)),
            "brands_count": len(brands),
        }

    def _last(self, person: str) -> Told:
        orders = sorted(self._own_orders(person), key=lambda row: row["order_id"])
        orders.sort(key=lambda row: row["ordered_at"], reverse=True)
        if not orders:
            return {"last_category": None, "last_channel": None}
        lines = [
            (-line["amount"], line["line_no"], self._column(line["product_id"], "category"))
            for line in self.lines
            if line["order_id"] == orders[0]["order_id"]
            and self._column(line["product_id"], "kind") != "fee"
            and self._column(line["product_id"], "category")
        ]
        return {
            "last_category": min(lines)[2] if lines else None,
            "last_channel": orders[0]["channel"],
        }

    def _habits(self, person: str) -> Told:
        came = [row for row in self.visits if row["who"] == person] if self.is_salon else []
        named = {row["order_id"] for row in came}
        happened = [
            (row["ordered_at"], row["channel"], row["outlet_id"])
            for row in self._own_orders(person)
            if row["order_id"] not in named
        ]
        for row in came:
            paid = self.orders.get(row["order_id"], {})
            paid = paid if paid.get("who") == person else {}
            happened.append(
                (row["starts_at"], paid.get("channel"), row["outlet_id"] or paid.get("outlet_id"))
            )
        local = [at.replace(tzinfo=UTC).astimezone(self.zone) for at, _, _ in happened]
        found = {
            "main_channel": Counter(channel for _, channel, _ in happened if channel),
            "main_outlet": Counter(outlet for _, _, outlet in happened if outlet),
            "main_weekday": Counter(at.isoweekday() for at in local),
            "main_hour": Counter(at.hour for at in local if (at.hour, at.minute, at.second) != (0, 0, 0)),
        }
        return {
            key: value
            for name, counts in found.items()
            for key, value in zip((name, f"{name}_share"), first(counts), strict=True)
        }

    def _next(self, person: str) -> Told:
        bought = self._bought(person)
        named = Counter(
            id_
            for product in bought
            for id_ in {*(self._column(product, "complements") or "").split("|")}
            if id_ in self.products and id_ not in bought
        )
        views = Counter(
            row["category"].split("/")[0]
            for row in self.events
            if row["who"] == person
            and row["name"] == "product_viewed"
            and row["category"]
            and row["at"] >= self.now - 30 * DAY
        )
        return {"next_complement": first(named)[0], "interest_category": first(views)[0]}

    def _services(self, person: str) -> Told:
        mine = [row for row in self.bookings if row["who"] == person]
        came = latest([row for row in self.visits if row["who"] == person])
        missed = [row for row in mine if row["status"] == "no_show" and row["starts_at"] < self.now]
        ways = [row["booked_via"] for row in mine if row["booked_via"]]
        ahead = [row["starts_at"] for row in mine if self._stands(row)]
        services = first(Counter(row["service"] for row in came if row["service"]))
        staff = first(Counter(row["staff_id"] for row in came if row["staff_id"]))
        return {
            "visits_count": len(came),
            "last_visit_at": came[0]["starts_at"] if came else None,
            "last_service": came[0]["service"] if came else None,
            "main_service": services[0],
            "main_service_share": services[1],
            "main_staff": staff[0],
            "main_staff_share": staff[1],
            "no_shows": len(missed),
            "no_show_share": len(missed) / (len(came) + len(missed)) if came or missed else None,
            "online_booking_share": ways.count("online") / len(ways) if ways else None,
            "next_booking_at": min(ahead, default=None),
        }

    def _stands(self, row: Row) -> bool:
        return bool(row["status"] == "booked" and row["starts_at"] > self.now)

    def _gaps(self, person: str, service: str | None) -> list[int]:
        days = sorted(
            {
                self._day(row["starts_at"])
                for row in self.visits
                if (row["who"], row["service"]) == (person, service)
            }
        )
        return [(after - before).days for before, after in pairwise(days)]

    def _day(self, at: datetime) -> date:
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def _usual_gaps(self) -> dict[str | None, int]:
        people = {row["who"] for row in self.visits}
        services = {row["service"] for row in self.visits}
        gaps = {service: [gap for who in people for gap in self._gaps(who, service)] for service in services}
        return {service: lower_median(own) for service, own in gaps.items() if own}

    def _due(self, person: str) -> Told:
        mine = [row for row in self.visits if row["who"] == person]
        booked = {row["service"] for row in self.bookings if row["who"] == person and self._stands(row)}
        found = []
        for service in {row["service"] for row in mine}:
            last = latest([row for row in mine if row["service"] == service])[0]
            own = self._gaps(person, service)
            days = lower_median(own) if len(own) >= 2 else self.usual.get(service)
            if days is None or service in booked or None in booked:
                continue
            start = last["starts_at"].replace(microsecond=0)
            is_let_go = self.now.replace(microsecond=0) - start > max(3 * days, 60) * DAY
            found.append((is_let_go, start + days * DAY, service or "", last["staff_id"]))
        if not found:
            return dict.fromkeys(("due_at", "due_service", "due_staff"))
        _, at, service, staff = min(found, key=lambda item: item[:3])
        return {"due_at": at, "due_service": service or None, "due_staff": staff}


def first(sums: Counter[Any] | dict[Any, int]) -> tuple[Any, float | None]:
    """What weighs most, the first in order of several, and what part of what is above nothing it is."""
    if not sums:
        return None, None
    name = min(sums, key=lambda one: (-sums[one], one))
    whole = sum(max(weight, 0) for weight in sums.values())
    return name, max(sums[name], 0) / whole if whole else None


def latest(rows: Iterable[Row]) -> list[Row]:
    """Bookings from the last to the first; of several at one instant those come first whose id does."""
    by_id: Callable[[Row], Any] = lambda row: row["booking_id"]  # noqa: E731
    return sorted(sorted(rows, key=by_id), key=lambda row: row["starts_at"], reverse=True)


def lower_median(values: list[int]) -> int:
    """The middle one; of an even count the lower of the two."""
    return sorted(values)[(len(values) - 1) // 2]
