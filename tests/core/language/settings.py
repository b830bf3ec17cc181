"""Where random worlds stand in time, and the few words they are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kogorta.definitions.nodes import Calendar
from kogorta.durations import Duration
from kogorta.schema import ColumnType
from tests.core.language import chance
from tests.core.language.facts import Property, utc
from tests.core.language.times import DAY, Clock, birthday, earlier

Strategy = chance.Chance

MOMENTS = (
    "2024-03-20T12:00",  # a Wednesday
    "2024-03-31T12:00",  # the day on which Berlin's clocks go forward; a month ago was 29 February
    "2024-03-31T22:00",  # midnight in Berlin
    "2024-02-29T12:00",
    "2024-03-01T00:00:00.000001",
    "2024-01-01T00:30",
    "2023-12-31T23:00",  # New Year in Berlin
    "2024-10-27T01:00",  # Berlin's clocks go back
    "2023-02-28T12:00",
    "2025-02-27T23:30",  # the 28th in Berlin
    "2024-04-26T09:00",  # Cairo leaves out the midnight of this day
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Cairo")
NAMED = ("ann", "bob", "cyd", "Дан", "ann2")
ANONYMOUS = ("cookie", "cookie2")
"""Browsers: nothing but events stands under their ids."""
LENGTHS = ("4h", "1d", "2d", "3d", "7d", "14d", "30d", "1mo", "2mo", "1y")
PAST_WORDS = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month")
TICK = timedelta(microseconds=1)
STEPS = (
    timedelta(0),
    timedelta(0),
    timedelta(hours=4),
    -timedelta(hours=4),
    timedelta(days=1),
    -timedelta(days=7),
)
JITTERS = (timedelta(0), timedelta(0), timedelta(0), TICK, -TICK)
COMMITS = (1, 1, 1, 1, 2, 3)

EVENTS = ("viewed", "cart", "order")
PROPERTIES = (
    Property("customers", "", "tier", ColumnType.TEXT),
    Property("customers", "", "level", ColumnType.INTEGER),
    Property("customers", "", "ratio", ColumnType.NUMBER),
    Property("customers", "", "vip", ColumnType.BOOLEAN),
    Property("customers", "", "renews_at", ColumnType.INSTANT),
    Property("customers", "", "due", ColumnType.DATE),
    Property("events", "viewed", "page", ColumnType.TEXT),
    Property("events", "viewed", "score", ColumnType.INTEGER),
    Property("events", "cart", "weight", ColumnType.NUMBER),
    Property("events", "cart", "promo", ColumnType.BOOLEAN),
    Property("events", "cart", "seen_at", ColumnType.INSTANT),
    Property("events", "order", "planned", ColumnType.DATE),
)

CITIES = ("Omsk", "omsk", "Om%sk_1", "O\\m*sk", "Ёж 🦔", "", None)
WORDS = ("a", "A", "ab", "", None)
CARTS = ("c1", "c2", "", None)
CATEGORIES = ("coffee", "coffee/beans", "coffee/beans/dark", "coffeex", "Coffee/x", "", None)
SUMS = (0, 1, 999, 1000, 1234, 1235, 2000, -100)
ZONE_NAMES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Mars/Olympus", "", None)


@dataclass(frozen=True)
class Setting:
    """Where a world stands in time.

    Attributes:
        as_of: The instant that will be asked about.
        zone: Of the workspace.
        lengths, words: Those that definitions speak of most; the edges of their windows are hot.
        hot: The few instants about which most happens, so that facts meet.
    """

    as_of: datetime
    zone: str
    lengths: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hot: tuple[datetime, ...] = ()

    @property
    def clock(self) -> Clock:
        """As of when, in the workspace's zone."""
        return Clock(self.as_of, ZoneInfo(self.zone))

    def edges(self) -> list[datetime]:
        """Instants on which windows begin and end, most telling first."""
        found = [earlier(self.as_of, Duration.parse(length)) for length in LENGTHS]
        for word in Calendar:
            first, last = self.clock.days(word)
            found += [self.clock.midnight(first), self.clock.midnight(last + DAY)]
        hours = timedelta(hours=4)
        found += [self.as_of - 2 * hours, self.as_of - 2 * DAY - hours, self.as_of - 7 * DAY + hours]
        found += [self.as_of, self.as_of + DAY, self.as_of + 7 * DAY, utc("2019-06-01")]
        return list(dict.fromkeys(found))

    def instants(self) -> Strategy:
        """Instants on the edges or one microsecond beside, most of them close together."""
        every, hot = self.edges(), self.hot or (self.as_of,)
        near = chance.builds(
            lambda edge, step: edge + step, chance.sampled_from(hot), chance.sampled_from(STEPS)
        )
        return chance.builds(
            lambda edge, jitter: edge + jitter,
            near | near | near | chance.sampled_from(every),
            chance.sampled_from(JITTERS),
        )

    def days(self) -> Strategy:
        """Local days of the edges, and those beside."""
        every = {self.clock.day_of(edge) for edge in self.edges()}
        return chance.sampled_from(sorted(every | {self.clock.today + DAY * n for n in (-8, -1, 1, 6, 7, 8)}))

    def births(self) -> Strategy:
        """Dates of birth: leap days, New Year, anniversaries near today, today itself."""
        near = [self.clock.today + DAY * n for n in (-8, -7, -1, 0, 1, 7, 8)]
        long_ago = [birthday(day, 2001) for day in near] + [
            date(2000, 2, 29),
            date(2000, 12, 31),
            date(2001, 1, 1),
        ]
        long_ago += [date(2000, 2, 29)] * 4
        recent = [self.clock.today - DAY * n for n in (0, 1, 7, 365, 366)]
        return chance.sampled_from([*long_ago, *recent, None])


@chance.composite
def settings_of(draw: chance.Draw) -> Setting:
    """Instants and zones."""
    cold = Setting(
        draw(chance.sampled_from([utc(text) for text in MOMENTS])), draw(chance.sampled_from(ZONES))
    )
    lengths = draw(chance.lists(chance.sampled_from(LENGTHS), 2, 2, lambda length: length))
    words = draw(chance.lists(chance.sampled_from(PAST_WORDS), 1, 1))
    edges = [earlier(cold.as_of, Duration.parse(length)) for length in lengths]
    for word in words:
        first, last = cold.clock.days(Calendar(word))
        edges += [cold.clock.midnight(first), cold.clock.midnight(last + DAY)]
    hot = tuple(dict.fromkeys(edges))
    return replace(cold, lengths=tuple(lengths), words=tuple(words), hot=hot)
