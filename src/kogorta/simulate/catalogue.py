"""What a business sells: categories with rhythms of their own, goods and services with prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import ids, joined, money, numbers, words
from kogorta.simulate.chance import Floats, Wholes, lognormal
from kogorta.simulate.plan import Plan
from kogorta.vocab import ProductKind


@dataclass(frozen=True)
class Category:
    """A category of goods or services.

    Attributes:
        path: From the top, levels divided by `/`.
        weight: How many people have it as theirs.
        rhythm_days: Days between two purchases of an average customer of it.
        regularity: Shape of these gaps: 1 is pure chance, the higher the evener.
        price_minor: The median price.
        goods: How many goods it has.
    """

    path: str
    weight: float
    rhythm_days: float
    regularity: float
    price_minor: int
    goods: int


SHOP_CATEGORIES = (
    Category("Продукты/Кофе и чай", 20, 30, 2.0, 98_000, 60),
    Category("Животные/Корм", 14, 35, 2.5, 145_000, 50),
    Category("Красота/Уход за лицом", 18, 70, 1.5, 119_000, 70),
    Category("Красота/Косметика", 10, 85, 1.2, 86_000, 60),
    Category("Одежда/Женская", 14, 110, 1.0, 289_000, 90),
    Category("Одежда/Детская", 8, 95, 1.0, 172_000, 60),
    Category("Дом/Текстиль", 8, 160, 1.0, 246_000, 50),
    Category("Электроника/Аксессуары", 8, 200, 1.0, 189_000, 60),
)
SALON_CATEGORIES = (
    Category("Волосы/Стрижка", 30, 38, 6.0, 220_000, 4),
    Category("Волосы/Окрашивание", 14, 62, 6.0, 680_000, 4),
    Category("Ногти/Маникюр", 28, 23, 7.0, 210_000, 4),
    Category("Лицо/Брови", 12, 30, 5.0, 140_000, 3),
    Category("Лицо/Уход", 8, 45, 4.0, 390_000, 4),
    Category("Тело/Массаж", 8, 16, 3.0, 320_000, 3),
)

_BRANDS = (
    "Альба",
    "Берёза",
    "Ветер",
    "Гранат",
    "Дюна",
    "Ельник",
    "Жасмин",
    "Заря",
    "Искра",
    "Каштан",
    "Лаванда",
    "Мята",
)
_SALON_WORDS = ("базовый", "у старшего мастера", "у ведущего мастера", "экспресс")
_PRICE_SPREAD = 0.42
_COST_LOW, _COST_HIGH = 0.42, 0.72
_COST_MISSING_RATIO = 0.08
"""Of the goods that sell least: so few lines that a margin can still be told, which needs 95 % of what was sold."""
_FIRST_ID = 10_001
"""Codes of goods are long: an import takes short ones of letters for postage and other fees."""
_STOCK_MOST = 400
_ROUND_MINOR = 1_000
RISE_PCT = 12
"""The planted rise of all prices."""


@dataclass(frozen=True)
class Catalogue:
    """All goods of a base.

    Attributes:
        categories: What they belong to.
        category: Of each good the number of its category.
        price: Before the rise, minor units.
        cost: Of one unit, minor units; 0 where nobody wrote it down.
        first: Number of the first good of each category.
    """

    categories: Sequence[Category]
    category: Wholes
    price: Wholes
    cost: Wholes
    first: Wholes
    prefix: str

    def choose(self, category: Wholes, shares: Floats) -> Wholes:
        """Return for each category one of its goods: the first is liked best, the n-th n times less."""
        result = np.zeros(len(category), dtype=np.int64)
        for number, item in enumerate(self.categories):
            mine = np.flatnonzero(category == number)
            edges = np.cumsum(1 / np.arange(1, item.goods + 1))
            place = np.searchsorted(edges, shares[mine] * edges[-1], side="right")
            result[mine] = self.first[number] + np.minimum(place, item.goods - 1)
        return result

    def ids(self, goods: Wholes, empty: np.ndarray | None = None) -> pa.Array:
        """Return the ids of goods."""
        return ids(self.prefix, goods + _FIRST_ID, empty)

    def paths(self, goods: Wholes) -> pa.Array:
        """Return the categories of goods; nothing where a good is negative."""
        codes = np.where(goods < 0, -1, self.category[np.maximum(goods, 0)])
        return words([item.path for item in self.categories], codes)


def catalogue(plan: Plan) -> Catalogue:
    """Make the goods or services of a base."""
    chance = plan.chance("catalogue")
    categories = SALON_CATEGORIES if plan.is_salon else SHOP_CATEGORIES
    sizes = np.array([item.goods for item in categories])
    category = np.repeat(np.arange(len(categories)), sizes)
    spread = 0.25 if plan.is_salon else _PRICE_SPREAD
    median = np.array([item.price_minor for item in categories])[category]
    price = (median * chance.drawn(lognormal(spread), len(category)) / _ROUND_MINOR).astype(np.int64)
    price = np.maximum(price, 5) * _ROUND_MINOR
    part = _COST_LOW + (_COST_HIGH - _COST_LOW) * chance.shares(len(category))
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    is_slow = np.arange(len(category)) - first[category] >= sizes[category] // 2
    unknown = is_slow & chance.happens(_COST_MISSING_RATIO, len(category))
    cost = np.where(unknown, 0, (price * part / 100).astype(np.int64) * 100)
    return Catalogue(categories, category, price, cost, first, "s" if plan.is_salon else "p")


def product_rows(plan: Plan, goods: Catalogue) -> Mapping[str, pa.Array]:
    """Return the rows of `products`, with the prices that hold at the end."""
    chance = plan.chance("catalogue", 1)
    count = len(goods.category)
    every = np.arange(count)
    within = every - goods.first[goods.category]
    names = [item.path.split("/")[-1] for item in goods.categories]
    brand = chance.wholes(0, len(_BRANDS), count)
    kind = ProductKind.SERVICE.value if plan.is_salon else ProductKind.GOOD.value
    if plan.is_salon:
        called = joined(words(names, goods.category), words(_SALON_WORDS, within), between=" ")
    else:
        called = joined(
            words(names, goods.category), words(_BRANDS, brand), ids("№", within + 1), between=" "
        )
    rhythm = np.array([round(item.rhythm_days) for item in goods.categories])[goods.category]
    regular = np.array([item.regularity > 1 for item in goods.categories])[goods.category]
    rows = {
        "product_id": goods.ids(every),
        "name": called,
        "category": goods.paths(every),
        "kind": words([kind], np.zeros(count, dtype=np.int64)),
        "price": money(risen(goods.price)),
        "unit_cost": money(goods.cost, goods.cost == 0),
        "refill_days": numbers(rhythm, ~regular),
    }
    if not plan.is_salon:
        rows["brand"] = words(_BRANDS, np.where(chance.happens(0.05, count), -1, brand))
        rows["stock"] = numbers(chance.wholes(0, _STOCK_MOST, count))
        rows["lead_time_days"] = numbers(chance.wholes(1, 22, count))
    return rows


def risen(price: Wholes) -> Wholes:
    """Return prices after the planted rise, in whole roubles."""
    result: Wholes = price * (100 + RISE_PCT) // 10_000 * 100
    return result
