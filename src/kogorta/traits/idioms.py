"""The few ways of saying things that mean the same on every engine.

Naive Ibis differs silently between engines (fractions of seconds, rounding, ranks, ties, booleans).
Blocks use these helpers instead; each has a test on data full of ties, blanks and sub-seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.operations as ops
from ibis.expr.types import Table

DAY_SECONDS = 86_400


def epoch_seconds(instant: Any) -> Any:
    """Whole seconds since 1970, fractions cut off."""
    return instant.truncate("s").epoch_seconds().cast("int64")


def day_number(date: Any) -> Any:
    """Days since 1970 of a date, as an integer: differences of dates without intervals."""
    return exact_div(date.cast("timestamp(6)").epoch_seconds().cast("int64"), DAY_SECONDS)


def exact_div(value: Any, by: Any) -> Any:
    """Quotient of integers where the division is known to leave no remainder."""
    return (value / by).cast("int64")


def floor_div(value: Any, by: Any) -> Any:
    """Quotient of non-negative integers, rounded down, in integer arithmetic throughout."""
    return exact_div(value - value % by, by)


def flag(condition: Any) -> Any:
    """1 if the condition holds, else 0 (also where it is missing), as int8."""
    return ibis.ifelse(condition, 1, 0).cast("int8")


def count_if(condition: Any) -> Any:
    """Number of rows for which the condition holds; 0 for none."""
    # A count is a 64-bit number everywhere; DuckDB would add ones up in 128 bits.
    return ibis.ifelse(condition, 1, ibis.null().cast("int8")).count().cast("int64")


def sum_if(condition: Any, value: Any) -> Any:
    """Sum over the rows for which the condition holds; 0 for none."""
    return ibis.ifelse(condition, value, 0).cast("int64").sum().cast("int64")


def ratio_of(part: Any, whole: Any) -> Any:
    """A part of a whole as a number from 0 to 1; missing where there is no whole."""
    nothing = ibis.null().cast("float64")
    return ibis.ifelse(whole > 0, part.cast("float64") / ibis.greatest(whole, 1).cast("float64"), nothing)


def later(instant: Any, seconds: Any) -> Any:
    """The instant so many whole seconds after another; a day is 24 hours in every zone."""
    return instant + seconds.as_interval("s")


def text_cases(pairs: Sequence[tuple[Any, str]], otherwise: Any = None) -> Any:
    """First match wins; a missing condition does not match."""
    null = ibis.null().cast("string")
    last = null if otherwise is None else ibis.literal(otherwise)
    return ibis.cases(*[(condition, ibis.literal(text)) for condition, text in pairs], else_=last)


def halved(parts: Sequence[Any], join: Callable[[Any, Any], Any]) -> Any:
    """Join many parts two by two, so that what comes of them is not as deep as they are many."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(halved(parts[:middle], join), halved(parts[middle:], join))


def numbered(table: Any, by: Sequence[str], order: Sequence[Any], name: str = "rank_no") -> Any:
    """Number the rows of each group from 1; `order` must leave no ties that matter."""
    window = ibis.window(group_by=list(by) or None, order_by=list(order))
    return table.mutate(**{name: ibis.row_number().over(window).cast("int64") + 1})


def last_by_id(rows: Any, moment: str, key: str) -> Any:
    """The last row of each customer by its instant; of several at one instant that of the greatest id."""
    ranked = numbered(rows, ["customer_key"], [rows[moment].desc(), rows[key].desc()])
    return ranked.filter(ranked.rank_no == 1).drop("rank_no")


def each_of(rows: Any, column: str, name: str) -> Any:
    """A row for each id of a list of ids with `|` between them: the other columns, and the id as `name`."""
    others = [other for other in rows.columns if other != column]
    # Spark divides texts by a pattern, in which a bar means something else
    ids = rows[column].replace("|", "\t").split("\t").unnest()
    split = rows.select(*others, ids.name(name))
    return split.filter(split[name] != "")


def nearest_rank(percent: int, count: Any) -> Any:
    """Which value, counted from the smallest, is the percentile by nearest rank: ⌈percent·n/100⌉."""
    return floor_div(count * percent + 99, 100)


def beside(rows: Any, more: Any, key: str = "customer_key", other: str = "customer_key") -> Any:
    """Put the columns of `more` that `rows` lacks beside the rows whose `key` is its `other`.

    `more` has at most one row for a key. The result has plain columns only: Ibis cannot join again by
    a column that was computed while joining.
    """
    chain = rows.op()
    if not isinstance(chain, ops.JoinChain):
        first = ops.JoinReference(chain, identifier=0)
        chain = ops.JoinChain(first, rest=(), values=first.fields)
    # what `left_join` and `select` come to, without looking for each column in everything that it ever was read from
    joined = ops.JoinReference(more.op(), identifier=chain.length)
    link = ops.JoinLink("left", joined, [ops.Equals(chain.values[key], ops.Field(joined, other))])
    added = {name: field for name, field in joined.fields.items() if name not in chain.values}
    values = {**chain.values, **added}
    return Table(ops.JoinChain(chain.first, rest=(*chain.rest, link), values=values))
