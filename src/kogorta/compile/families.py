"""Traits that are worked out only where somebody asks for them: by families, each in one step over its facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import ibis

from kogorta.traits.accounts import account_terms, account_traits
from kogorta.traits.catalogue import BASE, FAMILIES
from kogorta.traits.contract import Trait
from kogorta.traits.discounts import discount_traits
from kogorta.traits.engagement import engagement_traits, last_active
from kogorta.traits.facts import Facts
from kogorta.traits.geography import geography_traits
from kogorta.traits.idioms import beside
from kogorta.traits.orders import has_visits, sold_orders
from kogorta.traits.preferences import category_share, goods_traits, last_category
from kogorta.traits.preferences_habits import habit_traits, hour_traits, last_channel
from kogorta.traits.preferences_next import interest_category, next_complements
from kogorta.traits.services import service_traits
from kogorta.traits.services_due import SERVICE, due_traits
from kogorta.traits.shape import Meaning
from kogorta.traits.start import start_traits
from kogorta.traits.subscriptions import subscription_traits
from kogorta.traits.support import support_traits
from kogorta.traits.surveys import ASKED, survey_traits
from kogorta.traits.units import return_traits, unit_traits
from kogorta.traits.value import SOURCE, payback_traits, value_traits, winning_costs
from kogorta.traits.web import content_traits, web_traits


class Plan(Protocol):
    """What a family is worked out from."""

    facts: Facts
    """Readers of the stored tables."""

    meaning: Meaning
    """How numbers are meant."""

    def table(self, name: str) -> Any:
        """Return the rows of a step."""

    @property
    def of_everyone(self) -> Facts:
        """Readers that leave nobody out, where only few people are asked for."""

    @property
    def sold(self) -> Any:
        """Counted orders with what was sold and what came back."""

    @property
    def main_categories(self) -> Any:
        """The category that brought most of everyone: customer_key, main_category."""

    @property
    def bought(self) -> Any:
        """What each product brought of each customer; there are lines."""

    def of_accounts(self, work_out: Callable[[Any], Any], rows: Any) -> Any:
        """Work out of rows what is told of accounts, and give it to each of their people; of a person where there are none."""

    @property
    def costs(self) -> Any:
        """What orders with lines cost; None where there are no lines."""

    @property
    def base(self) -> Any:
        """What is usual in the base, as one row."""

    def attribute(self, name: str) -> Any:
        """An attribute of customers as of the instant: customer_key, value, of those who have it."""

    def frame(self, name: str) -> Any:
        """Return a table that was laid beside the steps."""

    def base_values(self, kind: str) -> Any:
        """What is usual in the base by key, of one kind: key, value."""


@dataclass(frozen=True)
class Family:
    """Traits that are worked out together.

    Attributes:
        name: Its step is called `k_<name>`.
        traits: Their contracts.
        needs: Tables without which nothing can be told.
        build: Returns customer_key and a column for each trait, one row for everyone of whom something is known.
        of_visits: Whether visits to a salon tell it, too, without those tables.
    """

    name: str
    traits: tuple[Trait, ...]
    needs: tuple[str, ...]
    build: Callable[[Plan], Any]
    of_visits: bool = False

    @property
    def step(self) -> str:
        """The scratch table of its traits."""
        return f"k_{self.name}"

    @property
    def gives(self) -> tuple[str, ...]:
        """The names of its traits."""
        return tuple(trait.name for trait in self.traits)

    @property
    def reads_base(self) -> bool:
        """Whether it is read against what is usual in the base."""
        return any(BASE in trait.population for trait in self.traits)

    def add(self, plan: Plan, rows: Any) -> Any:
        """Put the traits beside rows of customers."""
        visits = self.of_visits and has_visits(plan.facts, plan.meaning.business)
        if not (visits or plan.facts.has(*self.needs)):
            return rows.mutate(**{trait.name: _nothing(trait) for trait in self.traits})
        t = beside(rows, plan.table(self.step).select("customer_key", *self.gives))
        told = {trait.name: _told(t[trait.name], trait) for trait in self.traits}
        return t.select(*rows.columns, **told)


def _nothing(trait: Trait) -> Any:
    return ibis.literal(trait.nothing).cast(trait.type) if trait.nothing is not None else _missing(trait)


def _missing(trait: Trait) -> Any:
    return ibis.null().cast(trait.type)


def _told(value: Any, trait: Trait) -> Any:
    known = value if trait.nothing is None else ibis.coalesce(value, trait.nothing)
    return known.cast(trait.type)


def _family(
    name: str, needs: tuple[str, ...], build: Callable[[Plan], Any], *, of_visits: bool = False
) -> Family:
    return Family(name, FAMILIES[name], needs, build, of_visits)


def _winning(plan: Plan) -> Any:
    return winning_costs(plan.facts, plan.base, plan.base_values(SOURCE))


def _value(plan: Plan) -> Any:
    return value_traits(plan.facts, plan.sold, plan.costs, plan.meaning.value)


def _payback(plan: Plan) -> Any:
    return payback_traits(
        plan.table("k_value"), plan.table("k_winning") if plan.facts.has("customers") else None
    )


def _returned(plan: Plan) -> Any:
    return return_traits(plan.facts, _orders(plan))


def _geography(plan: Plan) -> Any:
    return geography_traits(plan.facts, plan.attribute, lambda name: plan.frame(f"k_{name}"))


def _accounts(plan: Plan) -> Any:
    # an account is told by all of its people, whoever is asked for
    everyone = plan.of_everyone
    return account_traits(everyone, sold_orders(everyone) if everyone.has("orders") else None)


def _category_share(plan: Plan) -> Any:
    return plan.of_accounts(lambda rows: category_share(plan.facts, rows), plan.bought)


def _habits(plan: Plan) -> Any:
    return habit_traits(plan.facts, _orders(plan), plan.meaning.business)


def _hours(plan: Plan) -> Any:
    return hour_traits(plan.facts, _orders(plan), plan.meaning.business)


def _orders(plan: Plan) -> Any:
    return plan.sold if plan.facts.has("orders") else None


def _activity(plan: Plan) -> Any:
    stats = plan.table(_STATS)
    return last_active(plan.facts, stats.select("customer_key", at=stats.last_at))


def _surveys(plan: Plan) -> Any:
    by_category = any(getattr(plan.meaning, name).behaviour for name in ASKED)
    categories = plan.main_categories if by_category else None
    return survey_traits(plan.facts, plan.meaning, plan.table(_EVERYONE), categories)


def _start(plan: Plan) -> Any:
    stats = plan.table(_STATS)
    return start_traits(plan.facts, plan.meaning, stats.select("customer_key", at=stats.first_at))


_EVERYONE, _STATS = "k_everyone", "k_stats"
_LINES = ("orders", "order_lines")
_PRODUCTS = (*_LINES, "products")

ALL = (
    _family("discounts", ("orders",), lambda plan: discount_traits(plan.facts, plan.sold, plan.base)),
    _family("winning", ("customers",), _winning),
    _family("value", ("orders",), _value),
    _family("payback", ("orders",), _payback),
    _family(
        "quantities", ("orders", "order_lines"), lambda plan: unit_traits(plan.facts, plan.sold, plan.base)
    ),
    _family("returned", ("returns",), _returned),
    _family("geography", ("customers",), _geography),
    _family("accounts", ("customers",), _accounts),
    _family(
        "terms", ("customers", "accounts"), lambda plan: account_terms(plan.facts, plan.meaning.wholesale)
    ),
    _family("goods", _LINES, lambda plan: goods_traits(plan.facts, plan.bought)),
    _family("category_share", _PRODUCTS, _category_share),
    _family("last_goods", _PRODUCTS, lambda plan: last_category(plan.facts, plan.sold)),
    _family("habits", ("orders",), _habits, of_visits=True),
    _family("hours", ("orders",), _hours, of_visits=True),
    _family("last_channel", ("orders",), lambda plan: last_channel(plan.sold)),
    _family("complements", _PRODUCTS, lambda plan: next_complements(plan.facts, plan.bought)),
    _family("interests", ("events",), lambda plan: interest_category(plan.facts)),
    _family("services", ("bookings",), lambda plan: service_traits(plan.facts)),
    _family("due_dates", ("bookings",), lambda plan: due_traits(plan.facts, plan.base_values(SERVICE))),
    _family("engagement", ("messages", "message_events"), lambda plan: engagement_traits(plan.facts)),
    _family("activity", (), _activity),
    _family("web", ("events",), lambda plan: web_traits(plan.facts)),
    _family("content", ("events",), lambda plan: content_traits(plan.facts, plan.meaning)),
    _family("support", ("tickets",), lambda plan: support_traits(plan.facts)),
    _family("subscriptions", ("subscriptions",), lambda plan: subscription_traits(plan.facts)),
    _family("surveys", (), _surveys),
    _family("start", (), _start),
)
"""Every family; `traits.catalogue` lists their contracts in the same order."""
