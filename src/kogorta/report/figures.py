"""Figures as they are written in tables: with their unit, or as a dash whose reason stands below."""

from __future__ import annotations

from collections.abc import Callable

from kogorta.i18n import Translator
from kogorta.i18n.formats import minor_digits
from kogorta.metrics import Missing, Value, Why

DASH = "—"


def why(t: Translator, *missing: Missing) -> str:
    """Say in the reader's language why numbers are missing, all of them for one reason."""
    first = missing[0]
    if first.why is Why.COSTS:
        ends = [t.percent(have, 1 if have else 0) for have in sorted({item.have for item in missing})]
        return t.gettext(
            "what goods cost is known of {have} of what was sold, and it takes {needed}",
            have=" – ".join(dict.fromkeys((ends[0], ends[-1]))),
            needed=t.percent(first.needed),
        )
    return {
        Why.NO_ORDERS: t.gettext("there are no completed orders"),
        Why.NO_RECENT_ORDERS: t.gettext("there are no orders in the last 365 days"),
        Why.NO_AMOUNTS: t.gettext("orders tell no amounts"),
        Why.NO_REPEATS: t.gettext("nobody came again"),
        Why.NO_LOYAL: t.gettext("no champions or loyal customers ordered"),
        Why.SHORT_HISTORY: t.gettext("history is too short"),
        Why.SUMMARIES_ONLY: t.gettext("the base has only totals per customer, not single orders"),
        Why.ACQUISITION: t.gettext(
            "what it cost to win customers is unknown: import `ad_spend`, or fill `acquisition_cost`"
        ),
        Why.FEW_FREQUENCIES: t.gettext("too few people come often"),
        Why.NO_MESSAGES: t.gettext("no messages were sent"),
        Why.NOT_TOLD: t.gettext("the channel does not tell this"),
        Why.NO_DELIVERIES: t.gettext("nothing was delivered"),
        Why.NO_ANSWERS: t.gettext(
            "the channel tells neither openings nor clicks, so no order can be ascribed to a message"
        ),
        Why.NOTHING_FOLLOWED: t.gettext("no order followed"),
        Why.CHANNEL_COSTS: t.gettext("what a contact costs is unknown: import `channel_costs`"),
        Why.NO_SPEND: t.gettext("nothing was spent on this source"),
        Why.QUIET: t.gettext("nobody ordered"),
        Why.NOBODY: t.gettext("there is nobody"),
    }[first.why]


class Figures:
    """Writes figures of one page, and remembers why some of them are missing.

    Args:
        t: Speaks the reader's language.
        currency: ISO 4217 code of amounts.
    """

    def __init__(self, t: Translator, currency: str) -> None:
        self.t = t
        self.currency = currency
        self._missing: dict[Why, list[Missing]] = {}

    def money(self, value: Value) -> str:
        """Write an amount in whole units of the currency; small ones with its minor units."""
        return self._written(value, self._money)

    def span(self, low: float, high: float) -> str:
        """Write from which amount to which something reaches, in whole units of the currency."""
        scale = 10 ** minor_digits(self.currency)
        return f"{self.t.integer(low / scale)} – {self.t.integer(high / scale)}"

    def percent(self, value: Value) -> str:
        """Write a ratio as a percentage."""
        return self._written(value, self.t.percent)

    def days(self, value: Value) -> str:
        """Write a number of days."""
        return self._written(value, self.t.days)

    def number(self, value: Value) -> str:
        """Write a whole number."""
        return self._written(value, self.t.integer)

    def decimal(self, value: Value) -> str:
        """Write a number with two decimals."""
        return self._written(value, lambda number: self.t.decimal(number, 2))

    def _money(self, value: float) -> str:
        return self.t.money(value, self.currency, exact=0 < abs(value) < _SMALL)

    def _written(self, value: Value, write: Callable[[float], str]) -> str:
        if isinstance(value, Missing):
            self._missing.setdefault(value.why, []).append(value)
            return DASH
        return write(value)

    def reasons(self) -> list[str]:
        """Say why figures are missing, each reason once."""
        return [why(self.t, *missing) for missing in self._missing.values()]


_SMALL = 10_000
"""Minor units below which an amount is shown with them."""
