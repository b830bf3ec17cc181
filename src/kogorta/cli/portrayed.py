"""Printing portraits, groups by their worth, and how membership moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from kogorta.cli.figures import Figures, columns, fields, heading, print_asking
from kogorta.cli.output import out, table
from kogorta.cli.speak import t
from kogorta.metrics.attractive import Attractive, WorthGroup
from kogorta.metrics.portrait import Feature, Numbers, Portrait
from kogorta.metrics.trend import Step, Trend
from kogorta.report.figures import DASH
from kogorta.report.words import cause_name, feature_number, feature_value, trait_label, value_name
from kogorta.vocab import Cause

PER_TRAIT = 3
"""So many values of one trait stand among what tells most: the others are told to programs."""

_BARS = "▁▂▃▄▅▆▇█"


# --- portrait -------------------------------------------------------------------------------------


def feature_fields(feature: Feature) -> dict[str, Any]:
    """Return a feature as plain values, for programs."""
    told = {name: getattr(feature, name) for name in feature.__dataclass_fields__}
    numbers, others = told.pop("numbers"), told.pop("other_numbers")
    told["kind"] = feature.kind.value
    told["value"] = _plain_value(feature.value)
    told |= {"share_ratio": feature.share_ratio, "other_share_ratio": feature.other_share_ratio}
    told |= {"index": feature.index, "is_few": feature.is_few, "is_telling": feature.is_telling}
    for prefix, found in (("", numbers), ("other_", others)):
        for name in Numbers.__dataclass_fields__:
            told[prefix + name] = getattr(found, name) if found else None
    return told


def _plain_value(value: str | bool | None) -> str | None:
    """Write a value as a text, so that a column of them has one type."""
    return str(value).lower() if isinstance(value, bool) else value


def print_portrait(workspace: Any, found: Portrait, top: int) -> None:
    """Show what tells most, then what is typical of the numbers."""
    title = heading(workspace, found.asking.segments)
    telling = [item for item in found.features if item.is_telling]
    shown = _at_most(telling, PER_TRAIT)[:top]
    figures = Figures(workspace.config.workspace.currency)
    if shown:
        headers = [
            t.gettext("Trait"),
            t.gettext("Value"),
            t.gettext("Segment"),
            t.gettext("Interval"),
            t.gettext("Others") if found.against else t.gettext("Base"),
            t.gettext("Index"),
            "",
        ]
        rows = [_feature(figures, item) for item in shown]
        table(
            _against(workspace, title, found.against),
            headers,
            rows,
            right=(2, 3, 4, 5),
        )
        _print_left_out(found, telling, shown)
    else:
        out.print(
            t.gettext("In nothing that is known do these people differ from the others by more than chance.")
        )
    _print_numbers(
        figures, [item for item in found.features if item.numbers and item.is_telling][:top], found
    )
    out.print(
        t.gettext(
            "Index: 100 × share in the segment ÷ share among the others; 100 is alike. Shares are of those of whom the trait is known. "
            "Shown is what differs by more than chance: at most 5% of it is expected to be chance."
        )
    )
    print_asking(workspace, found.asking)


def _against(workspace: Any, title: str, against: tuple[str, ...]) -> str:
    if not against:
        return t.gettext("{segment}, compared with the base", segment=title)
    return t.gettext("{segment}, compared with “{other}”", segment=title, other=heading(workspace, against))


def _print_left_out(found: Portrait, telling: Sequence[Feature], shown: Sequence[Feature]) -> None:
    more, quiet = len(telling) - len(shown), len(found.features) - len(telling)
    if more:
        out.print(
            t.ngettext(
                "{n} more line differs too: --format csv shows all of them.",
                "{n} more lines differ too: --format csv shows all of them.",
                more,
            )
        )
    if quiet:
        out.print(
            t.ngettext(
                "{n} line does not differ by more than chance and is not shown.",
                "{n} lines do not differ by more than chance and are not shown.",
                quiet,
            )
        )
    if found.by_definition:
        labels = ", ".join(trait_label(t, name) for name in found.by_definition)
        out.print(t.gettext("Left out, as the definition looks at them: {traits}.", traits=escape(labels)))


def _at_most(features: Sequence[Feature], per_trait: int) -> list[Feature]:
    counts: Counter[str] = Counter()
    found = []
    for item in features:
        counts[item.trait] += 1
        if counts[item.trait] <= per_trait:
            found.append(item)
    return found


def _feature(figures: Figures, item: Feature) -> list[str]:
    return [
        escape(trait_label(t, item.trait)),
        escape(feature_value(t, item, figures.currency)),
        t.percent(item.share_ratio),
        f"{t.percent(item.low_ratio)} – {t.percent(item.high_ratio)}",
        t.percent(item.other_share_ratio),
        DASH if item.index is None else t.integer(item.index),
        t.gettext("few people") if item.is_few else "",
    ]


def _print_numbers(figures: Figures, shown: Sequence[Feature], found: Portrait) -> None:
    rows = []
    for item in shown:
        if item.numbers and item.other_numbers:
            pairs = [
                (getattr(item.numbers, name), getattr(item.other_numbers, name))
                for name in ("mean", "p25", "median", "p75")
            ]
            cells = [
                " · ".join(feature_number(t, item, value, figures.currency) for value in pair)
                for pair in pairs
            ]
            rows.append([escape(trait_label(t, item.trait)), *cells])
    if not rows:
        return
    headers = [
        t.gettext("Trait"),
        t.gettext("Mean"),
        t.gettext("A quarter up to"),
        t.gettext("Half up to"),
        t.gettext("Three quarters up to"),
    ]
    others = t.gettext("the others") if found.against else t.gettext("the base")
    title = t.gettext("Numbers: the segment · {others}", others=others)
    table("\n" + title, headers, rows, right=range(1, len(headers)))


# --- groups by their worth ------------------------------------------------------------------------


def group_columns(group: WorthGroup) -> dict[str, Any]:
    """Return a group as columns of a table."""
    told = {**columns(WorthGroup, group), "is_telling": group.is_telling}
    return {**told, "value": _plain_value(group.value)}


def print_attractive(workspace: Any, found: Attractive, top: int) -> None:
    """Show groups, those worth most first."""
    figures = Figures(workspace.config.workspace.currency)
    headers = [
        t.gettext("Group"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Per customer"),
        t.gettext("Interval"),
        t.gettext("LTV"),
        t.pgettext("column", "Repeat rate"),
        *([t.gettext("Of the margin")] if found.is_margin else []),
    ]
    rows = [_group(figures, item, found) for item in found.groups[:top]]
    whose = heading(workspace, found.asking.segments)
    if rows:
        title = t.gettext("{segment}: the most attractive groups", segment=whose)
        table(title, headers, rows, right=range(1, 8))
    else:
        out.print(t.gettext("{segment}: no value of these traits makes a group of 30 people.", segment=whose))
    _print_worth(figures, found, top)
    figures.print_reasons()
    print_asking(workspace, found.asking)


def _print_worth(figures: Figures, found: Attractive, top: int) -> None:
    more = len(found.groups) - top
    if more > 0:
        out.print(
            t.ngettext(
                "{n} more group: --top or --format csv shows all of them.",
                "{n} more groups: --top or --format csv shows all of them.",
                more,
            )
        )
    if found.small:
        out.print(
            t.ngettext(
                "{n} value is left out: fewer than 30 people have it.",
                "{n} values are left out: fewer than 30 people have each.",
                found.small,
            )
        )
    told = {"worth": figures.money(found.worth_per_customer)}
    out.print(
        t.gettext(
            "Per customer: margin of all people of the group, also of those who never bought; of everyone it is {worth}. ↑ and ↓: above or "
            "below that by more than chance. LTV: margin less acquisition cost, per buyer. It tells who is worth most, not what made him so.",
            **told,
        )
        if found.is_margin
        else t.gettext(
            "Per customer: revenue of all people of the group, also of those who never bought, as costs are not known; of everyone it is "
            "{worth}. ↑ and ↓: above or below that by more than chance. LTV: revenue per buyer. It tells who is worth most, not what made him so.",
            **told,
        )
    )


def _group(figures: Figures, item: WorthGroup, found: Attractive) -> list[str]:
    mark = (" ↑" if item.worth_per_customer > found.worth_per_customer else " ↓") if item.is_telling else ""
    return [
        escape(f"{trait_label(t, item.trait)}: {value_name(t, item.trait, item.value) or t.gettext('no')}"),
        t.integer(item.customers),
        t.percent(item.share_ratio),
        figures.money(item.worth_per_customer) + mark,
        figures.span(item.worth_low, item.worth_high),
        figures.money(item.ltv_margin if found.is_margin else item.ltv_revenue),
        figures.percent(item.repeat_rate),
        *([figures.percent(item.margin_share)] if found.is_margin else []),
    ]


# --- trend ----------------------------------------------------------------------------------------


def step_fields(step: Step, *, is_flat: bool) -> dict[str, Any]:
    """Return a step as plain values, for programs; causes beside one another where the format has no nesting."""
    told = fields(step)
    entered, left = dict(told.pop("entered")), dict(told.pop("left"))
    told |= {"entered_count": step.entered_count, "left_count": step.left_count}
    if not is_flat:
        return told | {"entered": entered, "left": left}
    for cause in Cause:
        told |= {
            f"entered_{cause.value}": entered.get(cause.value, 0),
            f"left_{cause.value}": left.get(cause.value, 0),
        }
    return told


def bars(values: Sequence[int]) -> str:
    """Draw numbers as a line of bars, from nothing to the highest."""
    most = max(values, default=0)
    return "".join(_BARS[round(value / most * (len(_BARS) - 1))] if most else _BARS[0] for value in values)


def print_trend(workspace: Any, found: Trend) -> None:
    """Show sizes, who came and who went."""
    zone = workspace.config.workspace.timezone
    title = heading(workspace, found.segments)
    if not found.steps:
        out.print(t.gettext("{segment}: no refresh changed it in this time.", segment=title))
        return
    is_monthly = found.steps[0].month is not None
    sizes = [step.people if is_monthly else step.recorded for step in found.steps]
    known = [size for size in sizes if size is not None]
    rows = [_step(step, zone) for step in found.steps]
    headers = [
        t.gettext("Month") if is_monthly else t.gettext("Refresh"),
        *([t.gettext("Customers")] if is_monthly else []),
        t.gettext("In the log"),
        t.gettext("Entered"),
        t.gettext("Left"),
        t.gettext("Entered because"),
        t.gettext("Left because"),
    ]
    table(f"{title}  {bars(known)}", headers, rows, right=range(1, len(headers) - 2))
    if is_monthly:
        out.print(
            t.gettext(
                "Customers: worked out anew for the end of each month by the definition as it is now. In the log, entered and left: "
                "as refreshes recorded it."
            )
        )
    if found.recorded_since is None:
        out.print(t.gettext("No refresh has recorded it yet: kogorta refresh does."))
    else:
        out.print(t.gettext("Recorded since {instant}.", instant=t.instant(found.recorded_since, zone)))


def _step(step: Step, zone: str) -> list[str]:
    when = t.month(step.month, short=True) if step.month else t.instant(step.at, zone)
    return [
        when,
        *([_count(step.people)] if step.month else []),
        _count(step.recorded),
        t.integer(step.entered_count),
        t.integer(step.left_count),
        _causes(step.entered),
        _causes(step.left),
    ]


def _count(count: int | None) -> str:
    return DASH if count is None else t.integer(count)


def _causes(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{cause_name(t, cause)} {t.integer(n)}" for cause, n in ordered)
