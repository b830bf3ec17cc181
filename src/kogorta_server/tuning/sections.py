"""Which settings of `kogorta.toml` a page offers, and what they are called there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kogorta.errors import NotFoundError
from kogorta.message import Message, lazy
from kogorta.vocab import AxisMethod, ValueMeasure


class Kind(StrEnum):
    """How a setting is written in a field."""

    TEXT = "text"
    NUMBER = "number"
    NUMBERS = "numbers"


class Unit(StrEnum):
    """What a number or a text of a setting means, for whoever reads it."""

    DAYS = "days"
    SHARE = "share"
    CADENCE = "cadence"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a section.

    Attributes:
        key: As the file has it.
        label: How people call it.
        hint: What it does, in which unit; may say nothing.
        kind: How it is written.
        choices: What may be chosen; empty where anything may be written.
        unit: What it is counted in; None where it is a number or a text alone.
    """

    key: str
    label: Message
    hint: Message | None = None
    kind: Kind = Kind.NUMBER
    choices: Mapping[str, Message] = field(default_factory=dict)
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the file.

    Attributes:
        id: As the file has it.
        title: How people call it.
        about: What it decides.
        settings: Its keys.
    """

    id: str
    title: Message
    about: Message
    settings: tuple[Setting, ...]


_RHYTHM = {AxisMethod.RHYTHM.value: lazy("by how often people come back")}
_METHODS = {
    AxisMethod.RELATIVE.value: lazy("compared with each other: a fifth of the base in each score"),
    AxisMethod.THRESHOLDS.value: lazy("by the bounds below"),
}
_BOUNDS = lazy("Four rising numbers, such as 30, 60, 90, 180; only where it is cut by bounds")

_SECTIONS = (
    Section(
        "workspace",
        lazy("Name and language"),
        lazy("What pages and reports are headed by."),
        (
            Setting("name", lazy("Name of the workspace"), None, Kind.TEXT),
            Setting(
                "language",
                lazy("Language of reports"),
                lazy("Each person chooses the language of pages in his account"),
                Kind.TEXT,
                {"ru": lazy("Russian"), "en": lazy("English")},
            ),
        ),
    ),
    Section(
        "rfm",
        lazy("RFM: recency, frequency, money"),
        lazy("Who is a champion, who is at risk: how the three scores are measured and cut."),
        (
            Setting(
                "window_days",
                lazy("Window"),
                lazy("Over how many days orders and money are counted; “all” for the whole history"),
                unit=Unit.DAYS,
            ),
            Setting("recency", lazy("Recency is cut"), None, Kind.TEXT, _RHYTHM | _METHODS),
            Setting("recency_bounds", lazy("Bounds of recency, in days"), _BOUNDS, Kind.NUMBERS),
            Setting("frequency", lazy("Frequency is cut"), None, Kind.TEXT, _METHODS),
            Setting("frequency_bounds", lazy("Bounds of frequency, in orders"), _BOUNDS, Kind.NUMBERS),
            Setting(
                "monetary_of",
                lazy("What counts as money"),
                lazy("Margin needs the costs of almost everything that was sold"),
                Kind.TEXT,
                {ValueMeasure.REVENUE.value: lazy("revenue"), ValueMeasure.MARGIN.value: lazy("margin")},
            ),
            Setting("monetary", lazy("Money is cut"), None, Kind.TEXT, _METHODS),
            Setting("monetary_bounds", lazy("Bounds of money, in your currency"), _BOUNDS, Kind.NUMBERS),
        ),
    ),
    Section(
        "value",
        lazy("Value of a customer"),
        lazy("By what customers are divided into groups of value."),
        (
            Setting(
                "measure",
                lazy("Measured"),
                lazy("Margin needs the costs of almost everything that was sold"),
                Kind.TEXT,
                {
                    ValueMeasure.REVENUE.value: lazy("by revenue"),
                    ValueMeasure.MARGIN.value: lazy("by margin"),
                },
            ),
        ),
    ),
    Section(
        "first_value",
        lazy("First value"),
        lazy("What a newcomer came for, and within how many days he should have got it."),
        (
            Setting("event", lazy("Event"), lazy("Its name; “order” for his first order"), Kind.TEXT),
            Setting("days", lazy("Within days")),
        ),
    ),
    Section(
        "today",
        lazy("Today's list"),
        lazy("Whom to invite and whom to call, and how many of them."),
        (
            Setting("ahead_days", lazy("Days ahead"), lazy("A visit that is due so soon is invited for")),
            Setting("quiet_days", lazy("Days of rest"), lazy("For so long nobody is called again")),
            Setting("limit", lazy("Most people"), lazy("To invite, and as many to call")),
        ),
    ),
    Section(
        "cadence",
        lazy("How often"),
        lazy(
            "How often segments are brought up to date, such as `15min`, `4h`, `7d`; empty: with every refresh."
        ),
        (
            Setting("rfm", lazy("RFM"), None, Kind.TEXT, unit=Unit.CADENCE),
            Setting("lifecycle", lazy("Lifecycle"), None, Kind.TEXT, unit=Unit.CADENCE),
            Setting(
                "own",
                lazy("Your own segments"),
                lazy("Unless they say it themselves"),
                Kind.TEXT,
                unit=Unit.CADENCE,
            ),
        ),
    ),
    Section(
        "doctor",
        lazy("What is complained of"),
        lazy("From where on the check of segments warns. Shares are numbers from 0 to 1."),
        (
            Setting("min_people", lazy("Fewest people of a segment")),
            Setting("min_share_ratio", lazy("Smallest share of the base"), unit=Unit.SHARE),
            Setting("max_share_ratio", lazy("Largest share of the base"), unit=Unit.SHARE),
            Setting("max_free_segments", lazy("Most segments outside schemes")),
            Setting("max_overlap_ratio", lazy("Largest share of one segment in another"), unit=Unit.SHARE),
            Setting("quiet_days", lazy("Days without a change or a message")),
            Setting("min_reach_ratio", lazy("Smallest share that a channel reaches"), unit=Unit.SHARE),
        ),
    ),
    Section(
        "playbooks",
        lazy("Cards of segments"),
        lazy("What the advice on segments promises."),
        (Setting("bundle_discount_pct", lazy("Discount on a bundle, %")),),
    ),
)

SECTIONS: dict[str, Section] = {section.id: section for section in _SECTIONS}
"""In the order in which they are shown."""


def section_of(id_: str) -> Section:
    """Return a section.

    Raises:
        NotFoundError: There is none of that id.
    """
    if id_ not in SECTIONS:
        raise NotFoundError("there is no such section", got=id_, expected=", ".join(SECTIONS))
    return SECTIONS[id_]
