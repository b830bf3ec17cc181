"""A discount is a tool with a limit, not the answer to everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity, percent
from kogorta.doctor.rules.base import Rule
from kogorta.doctor.rules.sizes import told
from kogorta.doctor.written import Written, written
from kogorta.i18n import Message, lazy

_NOTABLE = Fraction(1, 50)
"""Below this share of what would have been paid a rise says nothing."""

_LIMIT = "discount_limit_pct"
_DENIED = re.compile(
    r"(?:без|не|ни|no|not|without|never)(?: \w+)? (?:скид|купон|промокод|discount|coupon|promo)\w*",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(r"скид[ко]|промокод|купон|discount|promo ?code|coupon|% off", re.IGNORECASE)


class _OfMoney(Rule):
    """A rule on what promotions and coupons took off."""

    severity = Severity.WARN

    def can_tell(self, case: Case) -> bool:
        """Whether discounts are known, and anything was sold lately."""
        facts = case.view.steps.facts
        return facts.has("orders", "discounts") and case.giveaways.recent.list_value > 0


class Deep(_OfMoney):
    """Too much of revenue is given away.

    Broken if promotions and coupons took more than `max_discount_ratio` off what counted orders of the last 90 days would have
    brought without them. Prices of cards, markdowns and points are none.
    """

    id = "discounts.depth"
    finding = lazy("Too much of revenue is given away")
    why = lazy(
        "Each per cent of discount is taken from margin, which is several times smaller than revenue: a tenth off the price may "
        "be a third of what is earned."
    )
    todo = lazy(
        "Set a limit of discounts by segment, and offer those who come anyway something else: early access, service, points. "
        "The playbooks say how much to whom."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Judge what promotions and coupons took off in the last 90 days."""
        recent = case.giveaways.recent
        if recent.given > case.settings.max_discount_ratio * recent.list_value:
            message = lazy(
                "promotions and coupons took {percent}% off in 90 days",
                percent=percent(recent.given, recent.list_value),
            )
            yield self.remark(message, count=recent.given, base=recent.list_value)

    def praise(self, case: Case) -> Message:
        """Say how much it was."""
        recent = case.giveaways.recent
        return lazy(
            "Promotions and coupons took {percent}% off in 90 days: within the limit.",
            percent=percent(recent.given, recent.list_value),
        )


class Rising(_OfMoney):
    """More is given away than in the year before.

    Broken if that share is more than `max_discount_rise_ratio` above that of the 365 days before, and 2 % at least.
    """

    id = "discounts.rising"
    finding = lazy("More and more is given away")
    why = lazy("People learn to wait for the next promotion: each year it takes more to sell the same.")
    todo = lazy(
        "Look which segment the promotions of this quarter went to, and whether a control group bought less without them."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether the year before is known too."""
        return super().can_tell(case) and case.giveaways.before.list_value > 0

    def broken(self, case: Case) -> Iterator[Remark]:
        """Compare the last 90 days with the year before them."""
        recent, before = case.giveaways.recent, case.giveaways.before
        now = Fraction(recent.given, recent.list_value)
        then = Fraction(before.given, before.list_value)
        if now >= _NOTABLE and now > then * (1 + Fraction(case.settings.max_discount_rise_ratio)):
            message = lazy(
                "{percent}% of what would have been paid in the last 90 days, {before}% in the year before",
                percent=percent(recent.given, recent.list_value),
                before=percent(before.given, before.list_value),
            )
            yield self.remark(message, count=recent.given, base=recent.list_value)

    def praise(self, case: Case) -> Message:
        """Say what it was before."""
        recent, before = case.giveaways.recent, case.giveaways.before
        return lazy(
            "{percent}% was given away in the last 90 days, {before}% in the year before: no rise that matters.",
            percent=percent(recent.given, recent.list_value),
            before=percent(before.given, before.list_value),
        )


class ByDefault(_OfMoney):
    """Most orders come with a promotion or a coupon.

    Broken by more than `max_discounted_orders_ratio` of the counted orders of the last 90 days.
    """

    id = "discounts.default"
    finding = lazy("A discount is the rule, not the exception")
    why = lazy(
        "Where most orders are discounted, the lower price is the price, and whoever pays in full feels cheated."
    )
    todo = lazy("Give promotions to those who would not come without them, and end one that everybody uses.")

    def broken(self, case: Case) -> Iterator[Remark]:
        """Judge how many orders had one in the last 90 days."""
        recent = case.giveaways.recent
        if recent.discounted > case.settings.max_discounted_orders_ratio * recent.orders:
            message = lazy(
                "{percent}% of orders had a promotion or a coupon in 90 days",
                percent=percent(recent.discounted, recent.orders),
            )
            yield self.remark(message, count=recent.discounted, base=recent.orders)

    def praise(self, case: Case) -> Message:
        """Say how many had one."""
        recent = case.giveaways.recent
        return lazy(
            "{percent}% of orders had a promotion or a coupon in 90 days: an exception, as it should be.",
            percent=percent(recent.discounted, recent.orders),
        )


class _OfOffers(Rule):
    """A rule on what segments of people's own are offered."""

    severity = Severity.WARN

    def can_tell(self, case: Case) -> bool:
        """Whether of any of them it is written down what to do."""
        return any(item.definition.purpose or item.playbook for item in written(case.own.values()))


class Unlimited(_OfOffers):
    """A segment that is answered by a discount without a limit.

    Broken if the offer of the playbook, or without one the `purpose`, speaks of a discount, and neither says
    `discount_limit_pct`.
    """

    id = "discounts.unlimited"
    finding = lazy("Its answer is a discount, and nobody says how large it may be")
    why = lazy("What has no limit grows: each campaign that falls short is repeated with a larger one.")
    todo = lazy(
        "Write `discount_limit_pct` into its playbook or its purpose, 0 for none, or offer something else than a lower price."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with such an offer."""
        for item in written(case.own.values()):
            if _is_discount(item) and not _limits(item):
                yield self.remark(lazy("a discount without a limit"), item.id)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that each has its limit."""
        return lazy("No segment of your own is answered by a discount without a limit.")


class ForEveryone(_OfOffers):
    """A segment of nearly everyone that is answered by a discount.

    Broken if such an offer, with a limit above 0 or none, is made to more than `max_share_ratio` of the base.
    """

    id = "discounts.everyone"
    finding = lazy("Nearly everyone is offered a discount")
    why = lazy("A discount that everyone gets goes mostly to those who would have bought without it.")
    todo = lazy(
        "Offer it to those who are leaving, and something else to the others: service, early access, points."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether there is anybody, too."""
        return bool(case.audit.base) and super().can_tell(case)

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with such an offer that take too much of their base."""
        for item in written(case.own.values()):
            sized = case.size[item.id]
            is_wide = sized.people > case.settings.max_share_ratio * sized.base
            if is_wide and _is_discount(item) and _may_be_given(item):
                yield self.remark(told(sized), item.id, count=sized.people, base=sized.base)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that nobody does so."""
        return lazy("No discount is offered to nearly everyone.")


def _limits(item: Written) -> list[object]:
    """Return the limits of discounts that a purpose and a playbook set, in per cent."""
    found = [item.definition.purpose.get(_LIMIT), item.playbook and item.playbook.discount_limit_pct]
    return [limit for limit in found if limit is not None]


def _may_be_given(item: Written) -> bool:
    """Whether no limit says that there is no discount at all."""
    return 0 not in _limits(item)


def _is_discount(item: Written) -> bool:
    """Whether the offer of a playbook speaks of a discount; without a playbook, what a purpose says beside the need."""
    if item.playbook is not None:
        texts = [item.playbook.offer.ru, item.playbook.offer.en]
    else:
        texts = list(_texts(value for key, value in item.definition.purpose.items() if key != "need"))
    return any(_DISCOUNT.search(_DENIED.sub("", text)) for text in texts)


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Yield every text in a purpose, however deep it lies."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts(value.values())
        elif isinstance(value, list | tuple):
            yield from _texts(value)
