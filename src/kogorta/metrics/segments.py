"""Sizes of the segments of every scheme: everyone is counted in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.definitions import names
from kogorta.definitions.schemes import scheme
from kogorta.membership.hidden import CLASSIC, F_SCORES, hidden_schemes
from kogorta.metrics.groups import Cuts, Lifecycle, Rfm, Segment
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why
from kogorta.traits.idioms import DAY_SECONDS, count_if
from kogorta.traits.lifecycle import PROVISIONAL_DAYS
from kogorta.traits.ranks import histogram, percentiles
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, ValueMeasure

_KEYS = (
    "rfm_simple",
    "rfm_classic",
    "rfm_quick",
    "rfm_code",
    "lifecycle_stage",
    "lifecycle_reason",
    "lifecycle_quick",
)
_SCORES = (5, 4, 3, 2)
_Row = dict[str, Any]


@dataclass(frozen=True)
class Census:
    """Everyone, counted by all the segments he is in at once.

    Attributes:
        rows: One per combination: the keys, customers, window_revenue, year_revenue, silence (a sum of
            days), silent (of how many), unpriced (of whose margin nothing is known).
    """

    rows: Sequence[_Row]

    def segments(self, ids: Iterable[str], key: str, money: str) -> tuple[Segment, ...]:
        """Return the segments of a scheme, empty ones too."""
        by_id: dict[str, list[_Row]] = {id_: [] for id_ in ids}
        for row in self.rows:
            if row[key] is not None:
                by_id[row[key]].append(row)
        told = any(row[money] is not None for row in self.rows)
        return tuple(_segment(id_, rows, money if told else None) for id_, rows in by_id.items())


def _segment(id_: str, rows: Sequence[_Row], money: str | None) -> Segment:
    silent = sum(row["silent"] for row in rows)
    return Segment(
        id_,
        sum(row["customers"] for row in rows),
        None if money is None else sum(row[money] or 0 for row in rows),
        sum(row["silence"] or 0 for row in rows) / silent if silent else None,
    )


def census(ledger: Ledger) -> Census:
    """Count everyone as of the instant of a view."""
    names = ("monetary_amount", "revenue_total", "recency_days")
    traits = _with_window_revenue(ledger, ledger.view.traits.select("customer_key", *_KEYS, *names))
    spent = ledger.spending.select(spender_key="customer_key", year_revenue="year_revenue")
    rows = traits.left_join(spent, traits.customer_key == spent.spender_key)
    ordered = rows.revenue_total.notnull() & rows.rfm_code.notnull()
    year = ibis.coalesce(rows.year_revenue, 0)
    nothing = ibis.null().cast("int64")
    told = ordered & ibis.literal(not ledger.from_sums)
    grouped = rows.group_by(list(_KEYS)).agg(
        customers=rows.count().cast("int64"),
        window_revenue=ibis.ifelse(ordered, rows.window_revenue, nothing).sum().cast("int64"),
        year_revenue=ibis.ifelse(told, year, nothing).sum().cast("int64"),
        silence=rows.recency_days.sum().cast("int64"),
        silent=rows.recency_days.count().cast("int64"),
        unpriced=count_if(ordered & rows.monetary_amount.isnull()),
    )
    return Census(ledger.rows(grouped))


def _with_window_revenue(ledger: Ledger, traits: Any) -> Any:
    """Add what the window brought: money of the scores is that, unless it is margin."""
    if ledger.steps.meaning.monetary_of is ValueMeasure.REVENUE:
        return traits.mutate(window_revenue=traits.monetary_amount)
    brought = ledger.steps.plan.window_revenue.select(paid_key="customer_key", window_revenue="revenue")
    return traits.left_join(brought, traits.customer_key == brought.paid_key).drop("paid_key")


def shown_order(ledger: Ledger, id_: str) -> list[str]:
    """Return the segments of a scheme in the order in which they are shown."""
    own = scheme(ledger.view.config.workspace.business, id_).segments
    return [segment for segment in names.schemes()[id_].segments if segment in own]


def rfm_of(ledger: Ledger, counted: Census) -> Rfm | Missing:
    """Describe RFM."""
    ordered = [row for row in counted.rows if row["rfm_code"] is not None]
    if not ordered:
        return Missing(Why.NO_ORDERS)
    frame = ledger.view.frames.rfm
    schemes = {
        key: counted.segments(shown_order(ledger, key), key, "window_revenue")
        for key in ("rfm_simple", "rfm_quick")
    }
    newcomers = sum(row["customers"] for row in ordered if row["rfm_simple"] == "newcomers")
    return Rfm(
        int(frame.values["window_days"] or 0),
        cuts_of(frame.values, ledger.steps.meaning),
        schemes["rfm_simple"],
        schemes["rfm_quick"],
        _classic(ledger, counted),
        _grid(ordered),
        newcomers,
        ledger.steps.meaning.monetary_of,
        sum(row["unpriced"] for row in ordered),
    )


def _classic(ledger: Ledger, counted: Census) -> tuple[Segment, ...] | Missing:
    if CLASSIC in hidden_schemes(ledger.view.frames):
        levels = ledger.view.frames.rfm.values.get("f_levels") or 0
        return Missing(Why.FEW_FREQUENCIES, levels, F_SCORES)
    return counted.segments(shown_order(ledger, CLASSIC), CLASSIC, "window_revenue")


def _grid(rows: Iterable[_Row]) -> dict[tuple[int, int], int]:
    grid = {(r, fm): 0 for r in range(1, 6) for fm in range(1, 6)}
    for row in rows:
        if row["rfm_simple"] != "newcomers":
            r, f, m = (int(digit) for digit in row["rfm_code"])
            grid[r, (f + m + 1) // 2] += row["customers"]
    return grid


def cuts_of(values: Any, meaning: Meaning) -> tuple[Cuts, ...]:
    """Return the bounds between scores, from the best score down; an axis without cuts is left out."""
    told = bool(values.get("has_money"))
    made = (
        Cuts("r", meaning.recency, _recency_bounds(values, meaning)),
        Cuts("f", meaning.frequency, _bounds(values, "f", meaning.frequency, meaning.frequency_bounds)),
        Cuts(
            "m",
            meaning.monetary,
            _bounds(values, "m", meaning.monetary, meaning.monetary_bounds) if told else (),
        ),
    )
    return tuple(cuts for cuts in made if cuts.bounds)


def _recency_bounds(values: Any, meaning: Meaning) -> tuple[int, ...]:
    if meaning.recency is AxisMethod.THRESHOLDS:
        return meaning.recency_bounds
    if meaning.recency is AxisMethod.RHYTHM:
        return _all_of([values.get(f"r_bound_{score}") for score in _SCORES])
    # A score takes less silence than its cut, so the most that still earns it is a day less.
    return tuple(bound - 1 for bound in _all_of([values.get(f"r_cut_{score}") for score in _SCORES]))


def _bounds(values: Any, axis: str, method: AxisMethod, declared: Sequence[int]) -> tuple[int, ...]:
    if method is AxisMethod.THRESHOLDS:
        return tuple(reversed(declared))
    # A score takes more than its cut, so the least that earns it is one more.
    bounds = tuple(cut + 1 for cut in _all_of([values.get(f"{axis}_cut_{score}") for score in _SCORES]))
    return (*bounds[:3], 2) if axis == "f" and bounds else bounds


def _all_of(bounds: Sequence[int | None]) -> tuple[int, ...]:
    known = tuple(bound for bound in bounds if bound is not None)
    return known if len(known) == len(bounds) else ()


def lifecycle_of(ledger: Ledger, counted: Census) -> Lifecycle:
    """Describe the stages."""
    values = ledger.view.frames.lifecycle.values
    reasons: dict[tuple[str, str], int] = {}
    for row in counted.rows:
        if row["lifecycle_reason"] is not None:
            place = (row["lifecycle_stage"], row["lifecycle_reason"])
            reasons[place] = reasons.get(place, 0) + row["customers"]
    return Lifecycle(
        counted.segments(shown_order(ledger, "lifecycle"), "lifecycle_stage", "year_revenue"),
        counted.segments(shown_order(ledger, "lifecycle_quick"), "lifecycle_quick", "year_revenue"),
        dict(sorted(reasons.items())),
        values["base_gap"],
        _median_days(ledger, "at_risk_seconds"),
        _median_days(ledger, "lost_seconds"),
        values["new_days"],
        not ledger.from_sums and ledger.history_days < PROVISIONAL_DAYS,
    )


def _median_days(ledger: Ledger, trait: str) -> float | None:
    traits = ledger.view.traits
    buyers = traits.filter((traits.orders_count > 0) & traits[trait].notnull())
    seconds = ledger.row(percentiles(histogram(buyers, trait), trait, {"median": 50}))["median"]
    return None if seconds is None else seconds / DAY_SECONDS
