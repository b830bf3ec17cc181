"""What a reading adds up once, so that no page has to: segments with their money, and the people whom two of them share."""

from __future__ import annotations

from dataclasses import dataclass

DERIVED = {
    "totals": """
        SELECT m.scheme, m.segment, count(*) AS people, count(*) FILTER (p.orders_count > 0) AS buyers,
            CAST(sum(p.revenue_total) AS BIGINT) AS revenue, CAST(coalesce(sum(p.orders_count), 0) AS BIGINT) AS orders,
            avg(p.recency_days) AS recency_days
        FROM memberships m JOIN people p USING (customer_key) GROUP BY ALL""",
    "covered": """
        SELECT scheme, count(*) AS places, count(DISTINCT customer_key) AS people FROM memberships GROUP BY scheme""",
    "pairs": """
        WITH numbered AS (SELECT id, scheme, segment, row_number() OVER (ORDER BY id) AS no FROM listed),
        sets AS (
            SELECT inside, count(*) AS people FROM (
                SELECT customer_key, list(no ORDER BY no) AS inside
                FROM memberships JOIN numbered USING (scheme, segment) GROUP BY customer_key
            ) GROUP BY inside
        ),
        counted AS (
            SELECT first.no AS first, second.no AS second, CAST(sum(people) AS BIGINT) AS people
            FROM sets, unnest(inside) AS first(no), unnest(inside) AS second(no) WHERE first.no < second.no GROUP BY ALL
        )
        SELECT a.id AS a, b.id AS b, people
        FROM counted JOIN numbered a ON a.no = first JOIN numbered b ON b.no = second""",
}
"""Tables that are worked out of those of a reading when it is taken; by name."""


@dataclass(frozen=True, slots=True)
class Total:
    """What the people of a segment are together.

    Attributes:
        people: How many.
        buyers: Those with a counted order.
        revenue: Of all their orders, minor units; None where nobody has an amount.
        orders: How many they placed.
        recency_days: Mean days since the last order; None where nobody has one.
    """

    people: int = 0
    buyers: int = 0
    revenue: int | None = None
    orders: int = 0
    recency_days: float | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """How a scheme divides people: it is a partition where everybody in it has one place.

    Attributes:
        places: Memberships of all its segments.
        people: Different people who have them.
    """

    places: int = 0
    people: int = 0

    @property
    def is_partition(self) -> bool:
        """Whether everybody stands in exactly one segment."""
        return self.places == self.people


@dataclass(frozen=True, slots=True)
class Shared:
    """Two segments and their people.

    Attributes:
        a, b: Full ids; `a` stands first in the alphabet.
        people_a, people_b: How many are in each.
        common: How many are in both.
    """

    a: str
    b: str
    people_a: int
    people_b: int
    common: int

    @property
    def smaller_ratio(self) -> float | None:
        """People in both ÷ people of the smaller one; None where that is empty."""
        least = min(self.people_a, self.people_b)
        return self.common / least if least else None

    @property
    def either_ratio(self) -> float | None:
        """People in both ÷ people in either; None where there is nobody."""
        either = self.people_a + self.people_b - self.common
        return self.common / either if either else None

    def index(self, everyone: int) -> float | None:
        """Return how many times more people are in both than if one had nothing to do with the other.

        Args:
            everyone: How many customers there are.
        """
        expected = self.people_a * self.people_b
        return self.common * everyone / expected if expected else None
