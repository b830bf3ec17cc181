"""`kogorta.toml`: what a workspace is and how its numbers are meant."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomlkit
from babel.numbers import get_currency_precision, is_currency
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from kogorta.errors import ConfigError, KogortaError, ProblemsError
from kogorta.vocab import AxisMethod, Business, OrderStatus

FILE_NAME = "kogorta.toml"

Window = int | Literal["all"]


def _days(value: object) -> object:
    """Read a cadence such as `7d` as days."""
    if isinstance(value, str) and value.endswith("d") and value[:-1].isdigit():
        return int(value[:-1])
    return value


Days = Annotated[int, BeforeValidator(_days), Field(ge=1, le=3660)]


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
            raise ValueError("not an IANA time zone such as Europe/Moscow") from error
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError("not an ISO 4217 code such as RUB")
        return value


class RfmSection(_Section):
    """How recency, frequency and money are measured and cut. Bounds are inclusive."""

    window_days: Window | None = None
    recency: AxisMethod = AxisMethod.RHYTHM
    frequency: AxisMethod = AxisMethod.RELATIVE
    monetary: AxisMethod = AxisMethod.RELATIVE
    measure: Literal["revenue", "margin"] = "revenue"
    recency_bounds: tuple[int, ...] = ()
    frequency_bounds: tuple[int, ...] = ()
    monetary_bounds: tuple[Decimal, ...] = ()

    @field_validator("window_days")
    @classmethod
    def _positive(cls, value: Window | None) -> Window | None:
        if isinstance(value, int) and value < 1:
            raise ValueError('a number of days above 0, or "all"')
        return value

    @model_validator(mode="after")
    def _bounds_where_declared(self) -> RfmSection:
        for axis in ("recency", "frequency", "monetary"):
            method, bounds = getattr(self, axis), getattr(self, f"{axis}_bounds")
            if method is AxisMethod.THRESHOLDS and (len(bounds) != 4 or list(bounds) != sorted(set(bounds))):
                raise ValueError(
                    f"{axis}_bounds must be four rising numbers, since {axis} is cut by thresholds"
                )
            if method is AxisMethod.RHYTHM and axis != "recency":
                raise ValueError(f"{axis} cannot be cut by rhythm: only recency can")
        return self


class CadenceSection(_Section):
    """How old a stored frame may grow before a refresh makes a new one. Missing: every refresh does."""

    rfm: Days | None = None
    lifecycle: Days | None = None


class IdentitySection(_Section):
    """By which contacts two ids are known to be one person."""

    link_by: tuple[Literal["email", "phone", "card"], ...] = ("email", "phone", "card")
    trust_unverified_email: bool = False
    max_names: int = Field(default=5, ge=1)


class CatalogueSection(_Section):
    """What is no product although it stands among them."""

    fee_codes: tuple[str, ...] = ()


class EngineSection(_Section):
    """The engine and its limits."""

    kind: Literal["duckdb"] = "duckdb"
    memory_limit: str = "6GB"


class Config(_Section):
    """The whole file.

    Attributes:
        rates: How many units of the reporting currency one unit of another is.
        statuses: The shop's own status words.
        mappings: Saved column mappings, by form and header.
    """

    workspace: WorkspaceSection = WorkspaceSection()
    rfm: RfmSection = RfmSection()
    cadence: CadenceSection = CadenceSection()
    identity: IdentitySection = IdentitySection()
    catalogue: CatalogueSection = CatalogueSection()
    engine: EngineSection = EngineSection()
    rates: dict[str, Decimal] = {}
    statuses: dict[str, OrderStatus] = {}
    mappings: dict[str, dict[str, str]] = {}

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
            expected=f"a folder with {FILE_NAME}",
            hint=f"make one with: kogorta init {folder}",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("the file is no valid TOML", got=str(error), path=str(path)) from None
    return parse(raw, str(path))


def parse(raw: Mapping[str, Any], path: str = FILE_NAME) -> Config:
    """Check what a file says; collect all problems at once."""
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        problems: list[KogortaError] = [
            ConfigError(
                item["msg"].removeprefix("Value error, "),
                got=None if isinstance(item["input"], dict) else item["input"],
                path=".".join(str(part) for part in item["loc"]),
            )
            for item in error.errors()
        ]
        raise ProblemsError(f"{path} says {len(problems)} thing(s) that cannot be:", problems) from None


def update(folder: Path, changes: Mapping[str, Mapping[str, Any]], comment: str | None = None) -> Config:
    """Set values in sections of `kogorta.toml`, keeping everything else and its comments.

    Args:
        folder: The workspace.
        changes: By section (dots divide nested ones), the keys to set.
        comment: Written beside each value that is set.
    """
    path = folder / FILE_NAME
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for section, values in changes.items():
        table: Any = document
        for part in section.split("."):
            if part not in table:
                table[part] = tomlkit.table()
            table = table[part]
        for key, value in values.items():
            item = tomlkit.item(value)
            if comment:
                item.comment(comment)
            table[key] = item
    text = tomlkit.dumps(document)
    config = parse(tomllib.loads(text), str(path))
    temporary = path.with_suffix(".toml.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return config
