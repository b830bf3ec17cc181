"""Printing what questions about definitions answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from kogorta.cli.output import out, plain, table
from kogorta.cli.speak import t
from kogorta.definitions.names import Words
from kogorta.membership.backtest import Backtest, Doing, Month
from kogorta.membership.diff import Diff, SegmentDiff
from kogorta.membership.overlap import Claim, Overlap, Pair
from kogorta.membership.queries import SqlStep
from kogorta.membership.sizing import Reach, SegmentSize, Size
from kogorta.report.words import about_unrecorded
from kogorta.traits.reach import CHANNELS

SHOWN_PAIRS = 20
SHOWN_MATRIX = 10
Row = dict[str, Any]


def print_reading(workspace: Any, found: Any) -> None:
    """Say as of when an answer is, and what people were compared with."""
    zone = workspace.config.workspace.timezone
    out.print(
        t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=t.instant(found.as_of, zone),
            seq=found.known_seq,
            frame=t.instant(found.frame_at, zone),
        )
    )


def _name(names: Mapping[str, Words], segment: str) -> str:
    """Return the name of a segment; with its id where another one has the same."""
    name = names[segment][t.lang]
    is_shared = sum(other[t.lang] == name for other in names.values()) > 1
    return escape(f"{name} ({segment})" if is_shared else name)


def _share(ratio: float | None) -> str:
    return "—" if ratio is None else t.percent(ratio)


# --- the SQL --------------------------------------------------------------------------------------


def script(steps: Sequence[SqlStep]) -> str:
    """Return all steps as one text of SQL, each under a comment of what it is."""
    return "\n\n".join(_commented(step) for step in steps)


def _commented(step: SqlStep) -> str:
    lines = [f"-- {step.name}: {t.say(step.says)}"]
    if step.reads:
        lines.append("-- " + t.gettext("reads {tables}", tables=", ".join(step.reads)))
    if not step.sql:
        lines.append("-- " + t.gettext("too many rows to be written out: Kogorta lays them there"))
    return "\n".join([*lines, *([step.statement] if step.sql else [])])


# --- size -----------------------------------------------------------------------------------------


def size_rows(found: Size) -> list[Row]:
    """Return one row for each segment, with the people that each channel reaches."""
    return [
        {
            "segment": item.id,
            "customers": item.people,
            "base_customers": item.base,
            "share_ratio": item.share_ratio,
            **{
                f"{channel}_{name}": getattr(reach, name)
                for channel, reach in item.reach.items()
                for name in ("contacts", "not_withdrawn", "granted")
            },
        }
        for item in found.segments
    ]


def print_size(found: Size) -> None:
    """Show how large segments are, and whom of them each channel reaches."""
    rows = [
        [
            escape(found.names[item.id][t.lang]),
            item.id,
            t.integer(item.people),
            _share(item.share_ratio),
            t.integer(item.base),
        ]
        for item in found.segments
    ]
    headers = [
        t.gettext("Segment"),
        t.gettext("Id"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Base"),
    ]
    table(t.gettext("Size"), headers, rows, right=(2, 3, 4))
    if found.unrecorded:
        out.print(about_unrecorded(t, len(found.unrecorded)))
    if not found.has_contacts:
        out.print(t.gettext("The base has no contacts, so nobody can be reached: import the contacts table."))
        return
    several = len(found.segments) > 1
    for item in [*found.segments, *([found.total] if several else [])]:
        _print_reach(_name(found.names, item.id) if item.id else t.gettext("All together"), item)
    out.print(
        t.gettext(
            "Agreed: gave their consent to advertising and did not take it back; to them alone offers may go. "
            "Not withdrawn: did not take it back, but may never have given it."
        )
    )
    if not found.has_consents:
        out.print(t.gettext("The base has no consents: import the consents table."))


def _print_reach(title: str, item: SegmentSize) -> None:
    shown = [(channel, reach) for channel, reach in item.reach.items() if reach.contacts]
    if not shown:
        out.print("\n" + t.gettext("{segment}: nobody has a contact.", segment=title))
        return

    def counted(count: int) -> str:
        return f"{t.integer(count)} · {t.share(count, item.people)}"

    rows = [
        [t.say(CHANNELS[channel][1]), *(counted(count) for count in _counts(reach))]
        for channel, reach in shown
    ]
    headers = [
        t.gettext("Channel"),
        t.gettext("With a contact"),
        t.gettext("Not withdrawn"),
        t.gettext("Agreed"),
    ]
    table("\n" + t.gettext("Whom a channel reaches: {segment}", segment=title), headers, rows, (1, 2, 3))


def _counts(reach: Reach) -> tuple[int, int, int]:
    return reach.contacts, reach.not_withdrawn, reach.granted


# --- overlap --------------------------------------------------------------------------------------


def pair_rows(found: Overlap) -> list[Row]:
    """Return one row for every two segments, the most common people first."""
    return [
        {
            "a": pair.a,
            "b": pair.b,
            "customers_a": pair.people_a,
            "customers_b": pair.people_b,
            "common": pair.common,
            "jaccard_ratio": pair.jaccard_ratio,
            "smaller": pair.smaller,
            "share_of_smaller_ratio": pair.share_of_smaller_ratio,
        }
        for pair in found.pairs
    ]


def print_overlap(found: Overlap) -> None:
    """Show which segments share their people, the matrix of them, and who claims whom."""
    rows = [_pair(found, pair) for pair in found.pairs[:SHOWN_PAIRS]]
    headers = [
        t.gettext("Segment"),
        t.gettext("Other segment"),
        t.gettext("In both"),
        t.gettext("Of the smaller"),
        t.gettext("Jaccard"),
    ]
    table(t.gettext("Common people"), headers, rows, right=(2, 3, 4))
    more = len(found.pairs) - SHOWN_PAIRS
    if more > 0:
        out.print(
            t.ngettext(
                "{n} more pair with fewer common people: --format csv shows all of them.",
                "{n} more pairs with fewer common people: --format csv shows all of them.",
                more,
            )
        )
    if len(found.people) <= SHOWN_MATRIX:
        _print_matrix(found)
    if len(found.claims) > 1:
        _print_claims(found)


def _pair(found: Overlap, pair: Pair) -> list[str]:
    return [
        _name(found.names, pair.a),
        _name(found.names, pair.b),
        t.integer(pair.common),
        _share(pair.share_of_smaller_ratio),
        "—" if pair.jaccard_ratio is None else t.decimal(pair.jaccard_ratio, 2),
    ]


def _print_matrix(found: Overlap) -> None:
    ids = list(found.people)
    rows = [
        [str(number), _name(found.names, a), *(t.integer(found.common(a, b)) for b in ids)]
        for number, a in enumerate(ids, 1)
    ]
    headers = ["", t.gettext("Segment"), *(str(number) for number in range(1, len(ids) + 1))]
    table("\n" + t.gettext("Matrix of common people"), headers, rows, right=(0, *range(2, len(ids) + 2)))


def _print_claims(found: Overlap) -> None:
    rows = [
        [
            t.integer(claim.priority),
            _name(found.names, claim.segment),
            t.integer(claim.people),
            t.integer(claim.kept),
            _share(claim.kept / claim.people if claim.people else None),
            _claimed(found, claim),
        ]
        for claim in found.claims
    ]
    headers = [
        t.gettext("Priority"),
        t.gettext("Segment"),
        t.gettext("Customers"),
        t.gettext("Keeps"),
        t.gettext("Share"),
        t.gettext("The others are claimed by"),
    ]
    table("\n" + t.gettext("Who claims whom, by priority"), headers, rows, (0, 2, 3, 4))


def _claimed(found: Overlap, claim: Claim) -> str:
    parts = [f"{_name(found.names, other)} {t.integer(count)}" for other, count in claim.claimed.items()]
    return ", ".join(parts) or "—"


# --- diff -----------------------------------------------------------------------------------------


def diff_rows(found: Diff, *, is_flat: bool) -> list[Row]:
    """Return one row for each segment.

    Args:
        found: The answer.
        is_flat: Write lists of ids as one text, for formats that have no lists.
    """

    def ids(names: tuple[str, ...]) -> object:
        return ", ".join(names) if is_flat else list(names)

    return [
        {
            "segment": item.id,
            "definition": item.definition,
            "change": item.kind,
            "was": item.was,
            "now": item.now,
            "entered": item.entered,
            "left": item.left,
            "stayed": item.stayed,
            "base_was": item.base_was,
            "base_now": item.base_now,
            "entering": ids(item.entering),
            "leaving": ids(item.leaving),
        }
        for item in found.segments
    ]


def print_diff(found: Diff, members: int) -> None:
    """Show who would enter and leave."""
    rows = [
        [
            _name(found.names, item.id),
            _kind(item),
            t.integer(item.was),
            t.integer(item.now),
            f"{t.share(item.was, item.base_was)} → {t.share(item.now, item.base_now)}",
            t.integer(item.entered),
            t.integer(item.left),
            t.integer(item.stayed),
        ]
        for item in found.segments
    ]
    headers = [
        t.gettext("Segment"),
        t.gettext("Definition"),
        t.gettext("Was"),
        t.gettext("Would be"),
        t.gettext("Share"),
        t.gettext("Enter"),
        t.gettext("Leave"),
        t.gettext("Stay"),
    ]
    table(t.gettext("What would change"), headers, rows, right=(2, 3, 4, 5, 6, 7))
    for item in found.segments if members else ():
        _print_ids(t.gettext("Would enter “{segment}”:", segment=_name(found.names, item.id)), item.entering)
        _print_ids(t.gettext("Would leave “{segment}”:", segment=_name(found.names, item.id)), item.leaving)
    if found.unrecorded:
        out.print(about_unrecorded(t, len(found.unrecorded)))
    if found.is_idle:
        out.print(t.gettext("Nobody would move."))
    out.print(t.gettext("Nothing was saved."))


def _kind(item: SegmentDiff) -> str:
    return {
        "new": t.pgettext("definition", "new"),
        "changed": t.pgettext("definition", "changed"),
        "same": t.pgettext("definition", "unchanged"),
        "dependent": t.pgettext("definition", "dependent"),
    }[item.kind]


def _print_ids(title: str, ids: Sequence[str]) -> None:
    if ids:
        out.print(title)
        plain("  " + ", ".join(ids))


# --- backtest -------------------------------------------------------------------------------------


def month_rows(found: Backtest) -> list[Row]:
    """Return one row for each segment and month; money in minor units."""
    return [
        {
            "segment": item.segment,
            "month": item.month,
            "at": item.at,
            "frame_at": item.frame_at,
            "customers": item.people,
            "base_customers": item.base,
            "share_ratio": item.share_ratio,
            "entered": item.entered,
            "left": item.left,
            **_doing_fields("inside", item.inside),
            **_doing_fields("others", item.others),
        }
        for item in found.months
    ]


def _doing_fields(prefix: str, doing: Doing | None) -> Row:
    names = ("people", "ordering", "orders", "revenue")
    return {f"{prefix}_{name}": getattr(doing, name) if doing else None for name in names}


def print_backtest(workspace: Any, found: Backtest) -> None:
    """Show each segment month by month."""
    by_segment: dict[str, list[Month]] = {}
    for item in found.months:
        by_segment.setdefault(item.segment, []).append(item)
    currency = workspace.config.workspace.currency
    for segment, months in by_segment.items():
        rows = [_month(item, currency) for item in months]
        headers = [
            t.gettext("Month"),
            t.gettext("Customers"),
            t.gettext("Share"),
            t.gettext("Entered"),
            t.gettext("Left"),
            t.gettext("Ordered"),
            t.gettext("Revenue"),
            t.gettext("Orders"),
        ]
        table(f"\n{escape(found.names[segment][t.lang])} · {segment}", headers, rows, right=range(1, 8))
    if not found.months:
        out.print(
            t.gettext(
                "There is nothing to tell of these months: nobody was known, or the base was too small."
            )
        )
        return
    out.print(
        t.gettext(
            "Ordered, revenue and orders: in the month after, per customer; first those who were inside at the end of "
            "the month, behind the dot everyone else of the base. This describes and proves no effect: who is in a segment differs "
            "from the others by what put him there."
        )
    )
    zone = workspace.config.workspace.timezone
    if found.reads_log:
        out.print(_about_log(found, zone))
    out.print(
        t.gettext(
            "The definition as it is now, looked back from {instant}.", instant=t.instant(found.as_of, zone)
        )
    )


def _about_log(found: Backtest, zone: str) -> str:
    if found.log_since is None:
        return t.gettext(
            "The definition asks the log of refreshes (who entered or left a segment, how long something has held), and "
            "not all of that has been recorded yet."
        )
    return t.gettext(
        "The definition asks the log of refreshes (who entered or left a segment, how long something has held): all of "
        "that is recorded since {instant} only.",
        instant=t.instant(found.log_since, zone),
    )


def _month(item: Month, currency: str) -> list[str]:
    names = ("ordering_ratio", "revenue_per_customer", "orders_per_customer")
    doing = [
        " · ".join(_written(name, doing, currency) for doing in (item.inside, item.others))
        if item.inside
        else "—"
        for name in names
    ]
    return [
        t.month(item.month, short=True),
        t.integer(item.people),
        _share(item.share_ratio),
        t.integer(item.entered),
        t.integer(item.left),
        *doing,
    ]


def _written(name: str, doing: Doing | None, currency: str) -> str:
    value = getattr(doing, name)
    if value is None:
        return "—"
    if name == "ordering_ratio":
        return t.percent(value)
    return t.money(value, currency) if name == "revenue_per_customer" else t.decimal(value, 2)
