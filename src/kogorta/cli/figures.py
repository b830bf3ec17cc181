"""Figures as they are written in tables: with their unit, or as a dash whose reason stands below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any, get_args, get_type_hints

from rich.markup import escape

from kogorta.cli.output import out
from kogorta.cli.speak import t
from kogorta.i18n.formats import minor_digits
from kogorta.metrics import Missing, Value, Why
from kogorta.metrics.measured import Asking
from kogorta.report.words import amount

DASH = "—"


def why(*missing: Missing) -> str:
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
            "what it cost to win customers is unknown: import ad_spend, or fill acquisition_cost"
        ),
        Why.FEW_FREQUENCIES: t.gettext("too few people come often"),
        Why.NO_MESSAGES: t.gettext("no messages were sent"),
        Why.NOT_TOLD: t.gettext("the channel does not tell this"),
        Why.NO_DELIVERIES: t.gettext("nothing was delivered"),
        Why.NO_ANSWERS: t.gettext(
            "the channel tells neither openings nor clicks, so no order can be ascribed to a message"
        ),
        Why.NOTHING_FOLLOWED: t.gettext("no order followed"),
        Why.CHANNEL_COSTS: t.gettext("what a contact costs is unknown: import channel_costs"),
        Why.NO_SPEND: t.gettext("nothing was spent on this source"),
        Why.QUIET: t.gettext("nobody ordered"),
        Why.NOBODY: t.gettext("there is nobody"),
    }[first.why]


class Figures:
    """Writes figures of one page, and remembers why some of them are missing.

    Args:
        currency: ISO 4217 code of amounts.
    """

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._missing: dict[Why, list[Missing]] = {}

    def money(self, value: Value) -> str:
        """Write an amount in whole units of the currency; small ones with its minor units."""
        return self._written(value, self._money)

    def span(self, low: float, high: float) -> str:
        """Write from which amount to which something reaches, in whole units of the currency."""
        scale = 10 ** minor_digits(self.currency)
        return f"{t.integer(low / scale)} – {t.integer(high / scale)}"

    def percent(self, value: Value) -> str:
        """Write a ratio as a percentage."""
        return self._written(value, t.percent)

    def days(self, value: Value) -> str:
        """Write a number of days."""
        return self._written(value, t.days)

    def number(self, value: Value) -> str:
        """Write a whole number."""
        return self._written(value, t.integer)

    def decimal(self, value: Value) -> str:
        """Write a number with two decimals."""
        return self._written(value, lambda number: t.decimal(number, 2))

    def _money(self, value: float) -> str:
        return amount(t, value, self.currency)

    def _written(self, value: Value, write: Callable[[float], str]) -> str:
        if isinstance(value, Missing):
            self._missing.setdefault(value.why, []).append(value)
            return DASH
        return write(value)

    def print_reasons(self) -> None:
        """Say below the tables why figures are missing."""
        for missing in self._missing.values():
            out.print(f"[dim]{DASH}: {escape(why(*missing))}[/]")


"""Minor units below which an amount is shown with them."""


def plain(value: Any) -> Any:
    """Return an answer as plain values for programs: a missing number is null, its reason stands beside as `…_missing`."""
    if isinstance(value, Missing):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return fields(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def fields(value: Any) -> dict[str, Any]:
    """Return the fields of an answer as plain values, with the reason of every missing number as `…_missing`."""
    found: dict[str, Any] = {}
    for name in value.__dataclass_fields__:
        item = getattr(value, name)
        found[name] = plain(item)
        if isinstance(item, Missing):
            found[f"{name}_missing"] = item.why.value
    return found


def columns(kind: type, value: Any, prefix: str = "") -> dict[str, Any]:
    """Return the fields of an answer as columns of a table, the same ones whatever is missing.

    Args:
        kind: Its class.
        value: The answer; None where there is none: then all columns are empty.
        prefix: What their names begin with: of what lies within an answer, its name.
    """
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        item = None if value is None else getattr(value, name)
        missing = item if isinstance(item, Missing) else None
        kinds = [part for part in get_args(hint) if _is_answer(part)]
        if kinds:
            found |= columns(kinds[0], None if missing else item, f"{prefix}{name}_")
        elif isinstance(item, tuple):
            found[prefix + name] = ", ".join(map(str, item))
        else:
            found[prefix + name] = None if missing else item
        if Missing in get_args(hint):
            found[f"{prefix}{name}_missing"] = missing.why.value if missing else None
    return found


def _is_answer(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint) and hint is not Missing


def asking_fields(asking: Asking) -> dict[str, Any]:
    """Return what an answer is about, for programs."""
    return asdict(asking)


def print_asking(workspace: Any, asking: Asking) -> None:
    """Say as of when an answer is, and of how many people."""
    zone = workspace.config.workspace.timezone
    out.print(
        t.customers(asking.customers)
        + " · "
        + t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=t.instant(asking.as_of, zone),
            seq=asking.known_seq,
            frame=t.instant(asking.frame_at, zone),
        )
    )


def segment_name(workspace: Any, id_: str) -> str:
    """Return the name of a segment by its full id; the id of what has no name yet."""
    scheme, _, segment = id_.partition(".")
    names = workspace.names.get(scheme)
    return names.segments[segment or scheme].name[t.lang] if names else id_


def heading(workspace: Any, segments: tuple[str, ...]) -> str:
    """Return how those who are asked about are called."""
    if not segments:
        return t.gettext("The whole base")
    return escape(" · ".join(segment_name(workspace, id_) for id_ in segments))
