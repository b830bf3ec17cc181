"""What differs between kinds of business: windows, multiples of the rhythm, floors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

ALL: None = None
"""The window without a beginning."""


@dataclass(frozen=True)
class Rules:
    """The numbers of one kind of business.

    ``windows`` are tried in turn by the automatic choice. ``services`` counts visit days instead of orders,
    ``by_account`` judges the lifecycle of an account as one customer.
    """

    name: str
    windows: tuple[int | None, ...] = (365, 730, ALL)
    services: bool = False
    by_account: bool = False
    at_risk_rhythms: Fraction = Fraction(2)
    lost_rhythms: Fraction = Fraction(4)
    at_risk_floor: int = 14
    lost_floor: int = 90


SHOP = Rules("shop")
GROCERY = replace(SHOP, name="grocery", windows=(180, 365, 730, ALL))
DURABLES = replace(SHOP, name="durables", windows=(730, ALL))
SALON = replace(
    SHOP, name="salon", services=True, at_risk_rhythms=Fraction(3, 2), lost_rhythms=Fraction(3), lost_floor=60
)
B2B = replace(SHOP, name="b2b", windows=(730, ALL), by_account=True, at_risk_floor=45, lost_floor=180)
BUSINESSES = {rules.name: rules for rules in (SHOP, GROCERY, DURABLES, SALON, B2B)}
