"""`kogorta.toml`: what a workspace is and how its numbers are meant."""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomlkit
from babel.numbers import get_currency_precision, is_currency
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from kogorta.declared import AccountsSection, ContentSection, FirstValueSection, PsychographySection
from kogorta.durations import Duration, as_cadence
from kogorta.errors import ConfigError, KogortaError, ProblemsError
from kogorta.i18n import Message, lazy, nlazy
from kogorta.vocab import AxisMethod, BookingStatus, Business, OrderStatus, SubscriptionStatus, ValueMeasure

FILE_NAME = "kogorta.toml"


def _cadence(value: object) -> Duration:
    """Read a cadence such as `7d` or `15min`."""
    try:
        return as_cadence(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError(
            lazy('a cadence is a length from "1min" to "3660d", such as "15min", "4h", "7d"')
        ) from error


def _window(value: object) -> object:
    """Check a window before it is tried as one type and as the other, which would be two problems."""
    if value == "all" or (type(value) is int and value > 0):
        return value
    raise ValueError(lazy('a window is a number of days above 0, or "all"'))


Window = Annotated[int | Literal["all"], BeforeValidator(_window)]
STATUSES = {str(word) for words in (OrderStatus, BookingStatus, SubscriptionStatus) for word in words}


def _status(value: str) -> str:
    """Take a status of any table: which one it is for shows when a file is read."""
    if value in STATUSES:
        return value
    raise ValueError(lazy("a status is one of {words}", words=", ".join(sorted(STATUSES))))


Status = Annotated[str, AfterValidator(_status)]
Cadence = Annotated[Duration, PlainValidator(_cadence)]


def _reason(value: str) -> str:
    """Take the reason of a waiver: nobody can judge one that has none."""
    if value.strip():
        return value.strip()
    raise ValueError(lazy("a waiver needs its reason: what is known that the rule does not know"))


def _day(value: object) -> object:
    """Take a day as TOML writes it."""
    if value is None or type(value) is date:
        return value
    raise ValueError(lazy("a day without quotes belongs here, such as 2027-01-01"))


Ratio = Annotated[Decimal, Field(ge=0, le=1)]
Day = Annotated[date | None, BeforeValidator(_day)]
Reason = Annotated[str, AfterValidator(_reason)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkspaceSection(_Section):
    """Who the workspace is for."""

    name: str = "Kogorta"
    business: Business = Business.SHOP
    timezone: str = "UTC"
    currency: str = "RUB"
    language: Literal["ru", "en"] = "ru"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(lazy("not an IANA time zone such as Europe/Moscow")) from error
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError(lazy("not an ISO 4217 code such as RUB"))
        return value


class RfmSection(_Section):
    """How recency, frequency and money are measured and cut. Bounds are inclusive.

    Attributes:
        monetary_of: What money is: revenue, or margin where costs are known.
    """

    window_days: Window | None = None
    monetary_of: ValueMeasure = ValueMeasure.REVENUE
    recency: AxisMethod = AxisMethod.RHYTHM
    frequency: AxisMethod = AxisMethod.RELATIVE
    monetary: AxisMethod = AxisMethod.RELATIVE
    recency_bounds: tuple[int, ...] = ()
    frequency_bounds: tuple[int, ...] = ()
    monetary_bounds: tuple[Decimal, ...] = ()

    @model_validator(mode="after")
    def _bounds_where_declared(self) -> RfmSection:
        for axis in ("recency", "frequency", "monetary"):
            method, bounds = getattr(self, axis), getattr(self, f"{axis}_bounds")
            if method is AxisMethod.THRESHOLDS and (len(bounds) != 4 or list(bounds) != sorted(set(bounds))):
                raise ValueError(
                    lazy(
                        "{bounds} must be four rising numbers, since {axis} is cut by thresholds",
                        bounds=f"{axis}_bounds",
                        axis=axis,
                    )
                )
            if method is AxisMethod.RHYTHM and axis != "recency":
                raise ValueError(lazy("{axis} cannot be cut by rhythm: only recency can", axis=axis))
        return self


class ValueSection(_Section):
    """What the value of a customer is measured by: revenue, or margin where costs are known."""

    measure: ValueMeasure = ValueMeasure.REVENUE


class TodaySection(_Section):
    """Today's list: who comes, whom to invite, whom to call.

    Attributes:
        segments: Whose members are called, by full id, the most urgent first; missing: `lifecycle.at_risk`.
        ahead_days: How many days ahead a visit that will be due is invited for.
        quiet_days: For how many days a person is left alone after a call.
        limit: Most people to invite, and most to call.
    """

    segments: tuple[str, ...] | None = None
    ahead_days: int = Field(default=7, ge=0, le=366)
    quiet_days: int = Field(default=14, ge=0, le=3660)
    limit: int = Field(default=25, ge=1, le=10_000)


class CadenceSection(_Section):
    """How often segments are brought up to date by `refresh --due`. Missing: with every refresh.

    So old may a stored frame grow before a refresh makes a new one, too.

    Attributes:
        rfm: The ready schemes of RFM.
        lifecycle: Those of lifecycle.
        own: People's own definitions that do not say a cadence themselves.
    """

    rfm: Cadence | None = None
    lifecycle: Cadence | None = None
    own: Cadence | None = None


class IdentitySection(_Section):
    """By which contacts two ids are known to be one person."""

    link_by: tuple[Literal["email", "phone", "card"], ...] = ("email", "phone", "card")
    trust_unverified_email: bool = False
    max_names: int = Field(default=5, ge=1)


class CatalogueSection(_Section):
    """What is no product although it stands among them."""

    fee_codes: tuple[str, ...] = ()


class SegmentsSection(_Section):
    """Limits of people's own definitions."""

    max_conditions: int = Field(default=200, ge=1, le=5_000)


class Waiver(_Section):
    """A rule of `kogorta doctor` that is set aside, and why.

    Attributes:
        rule: Its id, such as `segment.small`.
        segment: Of which segment, scheme or definition, by full id; `*` stands for anything. Missing: wherever it is broken.
        reason: What is known that the rule does not know.
        until: The last local day on which this holds; missing for good.
    """

    rule: str
    segment: str | None = None
    reason: Reason = Field(default="", validate_default=True)
    until: Day = None


class DoctorSection(_Section):
    """From where on `kogorta doctor` complains, and where it should not. What stands exactly on a bound is good.

    Attributes:
        min_people: Fewest people of a segment.
        min_share_ratio: Smallest share of its base.
        max_share_ratio: Largest share of its base.
        max_free_segments: Most free segments.
        max_scheme_segments: Most segments of one scheme of people's own.
        max_schemes: Most schemes of people's own.
        max_own_segments: Most segments of people's own, free ones and those of schemes together.
        max_conditions: Most conditions in the definition of one segment.
        max_overlap_ratio: Largest share of the smaller of two free segments that may be in the other.
        max_swing_ratio: By how much of its size a segment may change between two refreshes.
        quiet_days: How long a segment may stay as it is, and may get no message.
        stale_days: How old a segment without a cadence may grow.
        min_reach_ratio: Smallest share of a segment that some channel must reach.
        max_discount_ratio: Largest share of what would have been paid that promotions and coupons may take off.
        max_discount_rise_ratio: By how much of it that share may rise above that of the year before.
        max_discounted_orders_ratio: Largest share of orders with a promotion or a coupon.
        waive: Rules that are set aside.
    """

    min_people: int = Field(default=100, ge=0)
    min_share_ratio: Ratio = Decimal("0.02")
    max_share_ratio: Ratio = Decimal("0.4")
    max_free_segments: int = Field(default=5, ge=0)
    max_scheme_segments: int = Field(default=7, ge=1)
    max_schemes: int = Field(default=5, ge=0)
    max_own_segments: int = Field(default=30, ge=0)
    max_conditions: int = Field(default=12, ge=1)
    max_overlap_ratio: Ratio = Decimal("0.5")
    max_swing_ratio: Ratio = Decimal("0.5")
    quiet_days: int = Field(default=90, ge=1)
    stale_days: int = Field(default=14, ge=1)
    min_reach_ratio: Ratio = Decimal("0.2")
    max_discount_ratio: Ratio = Decimal("0.15")
    max_discount_rise_ratio: Ratio = Decimal("0.5")
    max_discounted_orders_ratio: Ratio = Decimal("0.5")
    waive: tuple[Waiver, ...] = ()


class PlaybooksSection(_Section):
    """What the cards of segments promise.

    Attributes:
        bundle_discount_pct: What is taken off that which goes with a product where both are taken together, in per cent.
    """

    bundle_discount_pct: int = Field(default=10, ge=0, le=90)


class EngineSection(_Section):
    """The engine and its limits."""

    kind: Literal["duckdb"] = "duckdb"
    memory_limit: str = "6GB"


class SourceTable(_Section):
    """One question to another database, and where its rows go.

    Attributes:
        table: The canonical table.
        from_table: The table or view of the database; by default one that is called like the canonical table.
        query: One SELECT instead of a table.
        since_column: A column that grows with every change, so that only changes are read.
        map: Field → column, where the names do not say it.
    """

    table: str
    from_table: str | None = None
    query: str | None = None
    since_column: str | None = None
    map: dict[str, str] = {}

    @model_validator(mode="after")
    def _asks_one_thing(self) -> SourceTable:
        if self.from_table and self.query:
            raise ValueError(lazy("a database is asked either for a table (from_table) or by a query"))
        return self


class SourcesSection(_Section):
    """Another database that is read again and again.

    Attributes:
        url: Its address; `${NAME}` in it is taken from the environment, so that no password stands here.
        id_space: Name of its ids, if it has its own.
        tables: What is asked of it, in this order.
    """

    url: str
    id_space: str | None = None
    tables: tuple[SourceTable, ...] = Field(min_length=1)


class Config(_Section):
    """The whole file.

    Attributes:
        rates: How many units of the reporting currency one unit of another is.
        statuses: The shop's own status words.
        mappings: Saved column mappings, by form and header.
        sources: Other databases that are read, by the name that the shop gives them.
    """

    workspace: WorkspaceSection = WorkspaceSection()
    rfm: RfmSection = RfmSection()
    value: ValueSection = ValueSection()
    today: TodaySection = TodaySection()
    cadence: CadenceSection = CadenceSection()
    identity: IdentitySection = IdentitySection()
    catalogue: CatalogueSection = CatalogueSection()
    segments: SegmentsSection = SegmentsSection()
    doctor: DoctorSection = DoctorSection()
    content: ContentSection = ContentSection()
    psychography: PsychographySection = PsychographySection()
    first_value: FirstValueSection = FirstValueSection()
    accounts: AccountsSection = AccountsSection()
    playbooks: PlaybooksSection = PlaybooksSection()
    engine: EngineSection = EngineSection()
    rates: dict[str, Decimal] = {}
    statuses: dict[str, Status] = {}
    mappings: dict[str, dict[str, str]] = {}
    sources: dict[str, SourcesSection] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the workspace's days begin."""
        return ZoneInfo(self.workspace.timezone)

    @property
    def minor_digits(self) -> int:
        """Decimals of the reporting currency: 2 for RUB, 0 for JPY."""
        return int(get_currency_precision(self.workspace.currency))


def load(folder: Path) -> Config:
    """Read `kogorta.toml` of a workspace.

    Raises:
        ConfigError: The file is missing or no TOML.
        ProblemsError: It says something impossible; every such place is listed.
    """
    path = folder / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            "this folder is no Kogorta workspace",
            got=str(folder),
            expected=lazy("a folder with {file}", file=FILE_NAME),
            hint=lazy("make one with: kogorta init {folder}", folder=str(folder)),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("the file is no valid TOML", got=str(error), path=str(path)) from None
    return parse(raw, str(path))


def parse(raw: Mapping[str, Any], path: str = FILE_NAME) -> Config:
    """Check what a file says; collect all problems at once."""
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(item) for item in error.errors()]
        summary = nlazy(
            "{path} says {n} thing that cannot be:",
            "{path} says {n} things that cannot be:",
            len(problems),
            path=path,
        )
        raise ProblemsError(summary, problems) from None


_SENTENCES = {
    "missing": lazy("this is missing"),
    "extra_forbidden": lazy("there is no such setting"),
    "enum": lazy("this word is not known here"),
    "literal_error": lazy("this word is not known here"),
    "int_type": lazy("a whole number belongs here"),
    "int_parsing": lazy("a whole number belongs here"),
    "int_from_float": lazy("a whole number belongs here"),
    "decimal_type": lazy("a number belongs here"),
    "decimal_parsing": lazy("a number belongs here"),
    "string_type": lazy("a text in quotes belongs here"),
    "bool_type": lazy("true or false belongs here"),
    "bool_parsing": lazy("true or false belongs here"),
    "tuple_type": lazy("a list in square brackets belongs here"),
    "dict_type": lazy("a section with names and values belongs here"),
    "model_type": lazy("a section with names and values belongs here"),
    "greater_than_equal": lazy("the least that is possible is {ge}"),
    "less_than_equal": lazy("the most that is possible is {le}"),
    "too_short": lazy("at least {min_length} belongs here"),
}
"""By pydantic's name of a problem: how we say it, with pydantic's names of the values."""


def _problem(item: ErrorDetails) -> KogortaError:
    """Say one finding of pydantic in our words."""
    values = item.get("ctx", {})
    return ConfigError(
        values["error"].args[0] if "error" in values else _sentence(item["type"], values) or item["msg"],
        got=None if isinstance(item["input"], dict) else item["input"],
        expected=", ".join(re.findall("'(.*?)'", values.get("expected", ""))),
        path=".".join(str(part) for part in item["loc"]),
    )


def _sentence(problem: str, values: dict[str, Any]) -> Message | None:
    known = _SENTENCES.get(problem)
    return replace(known, params=values) if known else None


_updating = threading.Lock()


def update(folder: Path, changes: Mapping[str, Mapping[str, Any]], comment: str | None = None) -> Config:
    """Set values in sections of `kogorta.toml`, keeping everything else and its comments.

    Args:
        folder: The workspace.
        changes: By section (dots divide nested ones), the keys to set; None takes a key out.
        comment: Written beside each value that is set.
    """
    path = folder / FILE_NAME
    # two who change it at once in one process must not lose what the other wrote
    with _updating:
        text, config = _changed(path, changes, comment)
        temporary = path.with_suffix(".toml.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    return config


def changed(folder: Path, changes: Mapping[str, Mapping[str, Any]]) -> Config:
    """Return what `update` would, and write nothing."""
    return _changed(folder / FILE_NAME, changes, None)[1]


def _changed(path: Path, changes: Mapping[str, Mapping[str, Any]], comment: str | None) -> tuple[str, Config]:
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for section, values in changes.items():
        table: Any = document
        for part in section.split("."):
            if part not in table:
                table[part] = tomlkit.table()
            table = table[part]
        for key, value in values.items():
            if value is None:
                table.pop(key, None)
                continue
            item = tomlkit.item(value)
            if comment:
                item.comment(comment)
            table[key] = item
    text = tomlkit.dumps(document)
    return text, parse(tomllib.loads(text), str(path))
