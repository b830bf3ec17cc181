"""The ready schemes: each puts every customer of its base into exactly one segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from kogorta.errors import NotFoundError
from kogorta.vocab import Business

Base = Literal["everyone", "ordered"]


@dataclass(frozen=True)
class Scheme:
    """A partition of a base.

    Attributes:
        id: Its name; segments are called `id.segment`.
        base: Everyone known, or everyone with a counted order ever.
        segments: In order of precedence; the last one is what remains.
        family: Whose frame it is read against; `own` for what people defined.
        doc: What it divides by.
        trait: The column that names each customer's segment.
        is_free: A free segment: the only one of its scheme, called by the scheme's id alone.
    """

    id: str
    base: Base
    segments: tuple[str, ...]
    family: Literal["rfm", "lifecycle", "own"]
    doc: str
    trait: str
    is_free: bool = False

    def segment_id(self, segment: str) -> str:
        """Return the full name of a segment."""
        return self.id if self.is_free else f"{self.id}.{segment}"


SIMPLE = ("champions", "loyal", "potential", "newcomers", "at_risk", "sleeping", "lost")
QUICK = ("champions", "loyal", "potential", "at_risk", "sleeping")
CLASSIC = (
    "champions",
    "loyal",
    "potential_loyalist",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "at_risk",
    "cant_lose",
    "hibernating",
    "lost",
)
STAGES = ("prospect", "new", "lost", "returned", "at_risk", "active")


def schemes(business: Business) -> tuple[Scheme, ...]:
    """Return the ready schemes of a kind of business."""
    quick_stages = (
        ("new", "regular", "sleeping") if business is Business.SALON else ("new", "active", "at_risk", "gone")
    )
    return (
        Scheme(
            "rfm_simple",
            "ordered",
            SIMPLE,
            "rfm",
            "recency against frequency and money, seven groups",
            "rfm_simple",
        ),
        Scheme(
            "rfm_classic",
            "ordered",
            CLASSIC,
            "rfm",
            "all 125 codes of recency, frequency and money, eleven groups",
            "rfm_classic",
        ),
        Scheme("rfm_quick", "ordered", QUICK, "rfm", "the seven groups gathered into five", "rfm_quick"),
        Scheme(
            "lifecycle",
            "everyone",
            STAGES,
            "lifecycle",
            "where a customer stands on his way with the business",
            "lifecycle_stage",
        ),
        Scheme(
            "lifecycle_quick",
            "ordered",
            quick_stages,
            "lifecycle",
            "the stages gathered into few",
            "lifecycle_quick",
        ),
    )


def scheme(business: Business, id_: str) -> Scheme:
    """Return one scheme.

    Raises:
        NotFoundError: There is none of that name.
    """
    known = {item.id: item for item in schemes(business)}
    if id_ not in known:
        raise NotFoundError("there is no such scheme", got=id_, expected=", ".join(known))
    return known[id_]


@cache
def rfm_maps() -> Mapping[str, Any]:
    """Return the tables from scores to segments."""
    text = (files("kogorta.definitions") / "rfm_maps.yaml").read_text(encoding="utf-8")
    maps: Mapping[str, Any] = yaml.safe_load(text)
    return maps


def simple_segment(r: int, fm: int) -> str:
    """Return the segment of `rfm_simple` of a cell, newcomers apart; both scores from 1 to 5."""
    return str(rfm_maps()["rfm_simple"][f"r{r}"][fm - 1])


@cache
def classic_by_code() -> Mapping[int, str]:
    """Return the segment of `rfm_classic` of each of the 125 codes, as the table lists them."""
    return {int(code): segment for segment, codes in rfm_maps()["rfm_classic"].items() for code in codes}


@cache
def quick_by_simple() -> Mapping[str, str]:
    """Return the group of `rfm_quick` of each segment of `rfm_simple`."""
    return {simple: quick for quick, simples in rfm_maps()["rfm_quick"].items() for simple in simples}


def quick_stage(business: Business, stage: str) -> str | None:
    """Return the group of `lifecycle_quick` of a stage; prospects have none."""
    if business is Business.SALON:
        table = {
            "new": "new",
            "active": "regular",
            "returned": "regular",
            "at_risk": "sleeping",
            "lost": "sleeping",
        }
    else:
        table = {"new": "new", "active": "active", "returned": "active", "at_risk": "at_risk", "lost": "gone"}
    return table.get(stage)
