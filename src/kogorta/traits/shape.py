"""What a store holds, as far as it changes the work: which tables have rows, which have versions."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kogorta.vocab import AxisMethod, Business, ValueMeasure


@dataclass(frozen=True)
class Shape:
    """Facts about the store that let a plan leave out work that could change nothing.

    Attributes:
        present: Canonical tables that have rows.
        versioned: Those in which some key has more than one version.
        has_aliases: Whether any customer key resolves to another.
        is_scoped: Whether only the customers of a scratch table are asked for.
        is_for_more: Whether questions about them will come that nobody knows yet: copies of their rows then have all columns.
    """

    present: frozenset[str]
    versioned: frozenset[str]
    has_aliases: bool
    is_scoped: bool = False
    is_for_more: bool = False

    def has(self, *tables: str) -> bool:
        """Whether all of these tables have rows."""
        return all(table in self.present for table in tables)


@dataclass(frozen=True)
class Psychography:
    """Where a psychographic trait comes from.

    Attributes:
        questions: What was asked, word for word.
        expires_days: For how many days of 24 hours an answer holds.
        behaviour: Main categories, each with the value that it stands for where no answer holds.
    """

    questions: tuple[str, ...]
    expires_days: int = 365
    behaviour: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Meaning:
    """How the numbers of a workspace are meant; part of every fingerprint.

    Attributes:
        business: Chooses thresholds.
        recency, frequency, monetary: How each axis is cut.
        monetary_of: What the money of scores is.
        recency_bounds, frequency_bounds, monetary_bounds: Four rising bounds each, where declared;
            days, orders, minor units.
        value: What the value of a customer is measured by.
        minor_digits: Decimals of the currency.
        zone: The IANA zone in which local days and hours are counted.
        expert, promo: Names of events, and parts of addresses, that show interest in advice, in promotions.
        lifestyle, personality, interest: Where these traits come from.
        wholesale: Parts of names of price lists that are wholesale, in small letters.
        first_value: The name of the event with which a newcomer got what he came for; `order`: the first counted order.
        first_value_days: How soon that is soon.
    """

    business: Business = Business.SHOP
    recency: AxisMethod = AxisMethod.RHYTHM
    frequency: AxisMethod = AxisMethod.RELATIVE
    monetary: AxisMethod = AxisMethod.RELATIVE
    monetary_of: ValueMeasure = ValueMeasure.REVENUE
    recency_bounds: tuple[int, ...] = ()
    frequency_bounds: tuple[int, ...] = ()
    monetary_bounds: tuple[int, ...] = ()
    value: ValueMeasure = ValueMeasure.REVENUE
    minor_digits: int = 2
    zone: str = "UTC"
    expert: tuple[str, ...] = ()
    promo: tuple[str, ...] = ()
    lifestyle: Psychography = Psychography(("lifestyle",))
    personality: Psychography = Psychography(("personality",))
    interest: Psychography = Psychography(("interest",))
    wholesale: tuple[str, ...] = ()
    first_value: str = "order"
    first_value_days: int = 7

    def describe(self) -> dict[str, object]:
        """Return what goes into fingerprints."""
        return asdict(self)

    def scoring(self) -> dict[str, object]:
        """Return the part of it that scores and their frames depend on."""
        return {name: value for name, value in asdict(self).items() if name in _SCORING}


_SCORING = frozenset(
    {
        *("business", "recency", "frequency", "monetary", "monetary_of"),
        *("recency_bounds", "frequency_bounds", "monetary_bounds"),
    }
)
