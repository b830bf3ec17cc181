"""Words that commands, the report and pages have in common: causes, freshness, versions, values of traits."""

from __future__ import annotations

from datetime import datetime

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.sentence.words import lexicon
from kogorta.i18n import Translator
from kogorta.i18n.formats import minor_digits
from kogorta.membership.registry import VersionInfo
from kogorta.membership.status import Position
from kogorta.metrics.portrait import Feature
from kogorta.today import OutcomeOfCall
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.idioms import DAY_SECONDS
from kogorta.vocab import Cause, Freshness, VersionChange

_UNITS = {trait.name: trait.unit for trait in TRAITS}
_TIMES = {Kind.DATE, Kind.INSTANT}
_WHOLE_UNITS = 100


def cause_name(t: Translator, cause: str) -> str:
    """Say why somebody entered a segment or left it."""
    return {
        Cause.INITIAL.value: t.pgettext("cause", "first record"),
        Cause.DEFINITION.value: t.pgettext("cause", "definition changed"),
        Cause.ERASURE.value: t.pgettext("cause", "erasure"),
        Cause.MERGE.value: t.pgettext("cause", "merged or split"),
        Cause.BACKFILL.value: t.pgettext("cause", "older facts arrived"),
        Cause.FACTS.value: t.pgettext("cause", "new facts"),
        Cause.TIME.value: t.pgettext("cause", "time passed"),
        Cause.FRAME.value: t.pgettext("cause", "the base moved"),
    }[cause]


def freshness_told(t: Translator, item: Position, at: datetime, zone: str) -> str:
    """Say how fresh something is, and why.

    Args:
        t: Speaks the reader's language.
        item: What is told of.
        at: The instant that ages are counted from; UTC without a zone.
        zone: The zone of the workspace, by name.
    """
    if item.as_of is None:
        return t.gettext("no refresh has brought it up to date yet")
    if item.freshness is Freshness.CHANGED:
        return t.gettext("changed since: due")
    if item.freshness is Freshness.FRESH:
        if item.due_at is None:
            return t.gettext("fresh")
        return t.gettext("fresh, until {instant}", instant=t.instant(item.due_at, zone))
    if item.due_at is None:
        return t.ngettext("due: {n} import since", "due: {n} imports since", item.imports_since)
    if item.freshness is Freshness.DUE:
        return t.gettext("due since {instant}", instant=t.instant(item.due_at, zone))
    return t.gettext("overdue: {age} old", age=t.lasting(at - item.as_of))


def version_changes(t: Translator, item: VersionInfo) -> str:
    """Say how a version differs from the one before it."""
    said = {
        VersionChange.FIRST: t.gettext("first version"),
        VersionChange.TEXT: t.gettext("text: +{added} −{gone} lines", added=item.added, gone=item.gone),
        VersionChange.NAMED: t.gettext("what it names"),
        VersionChange.SETTINGS: t.gettext("settings"),
        VersionChange.REMOVED: t.gettext("taken away"),
        VersionChange.RESTORED: t.gettext("brought back"),
    }
    return ", ".join(said[change] for change in item.changes) or "—"


def about_unrecorded(t: Translator, count: int) -> str:
    """Say that conditions with `held_for` are true of nobody because the log does not know them yet."""
    return t.ngettext(
        "How long it has held, {n} condition asks the log, and no refresh has recorded it yet: so it is true of nobody.",
        "How long they have held, {n} conditions ask the log, and no refresh has recorded them yet: so they are true of nobody.",
        count,
    )


def trait_label(t: Translator, trait: str) -> str:
    """Return how a trait is called in the reader's language; its own name where there is no other."""
    words = lexicon(t.lang).traits.get(trait)
    return words.label if words else trait


def value_name(t: Translator, trait: str, value: str | bool | None) -> str:
    """Return how a value of a trait is called in the reader's language."""
    if value is None or isinstance(value, bool):
        return t.gettext("yes") if value else ""
    words = lexicon(t.lang).traits.get(trait)
    return words.values.get(value, value) if words else value


def kind_name(t: Translator, kind: Kind) -> str:
    """Name what a value is."""
    return {
        Kind.TEXT: t.pgettext("kind of value", "text"),
        Kind.PATH: t.pgettext("kind of value", "path of a category"),
        Kind.NUMBER: t.pgettext("kind of value", "number"),
        Kind.MONEY: t.pgettext("kind of value", "amount of money"),
        Kind.FLAG: t.pgettext("kind of value", "yes or no"),
        Kind.DATE: t.pgettext("kind of value", "day"),
        Kind.INSTANT: t.pgettext("kind of value", "instant"),
        Kind.LIST: t.pgettext("kind of value", "list"),
    }[kind]


def feature_value(t: Translator, item: Feature, currency: str) -> str:
    """Say what members are compared by: a value, or that a number is greater than half of the others have."""
    if item.other_numbers is None:
        return value_name(t, item.trait, item.value)
    bound = feature_number(t, item, item.other_numbers.median, currency)
    if item.kind in _TIMES:
        return t.gettext("longer ago than {bound}", bound=bound)
    return t.gettext("more than {bound}", bound=bound)


def feature_number(t: Translator, item: Feature, value: float, currency: str) -> str:
    """Write a number of a trait in its unit."""
    unit = _UNITS.get(item.trait, "")
    if item.kind is Kind.MONEY:
        return amount(t, value, currency)
    if item.kind in _TIMES or unit == "seconds":
        return (
            t.days(value / DAY_SECONDS)
            if value >= 0
            else t.gettext("in {days}", days=t.days(-value / DAY_SECONDS))
        )
    if unit == "days":
        return t.days(value)
    if unit == "share":
        return t.percent(value)
    return t.integer(value) if value == round(value) else t.decimal(value)


def amount(t: Translator, minor_units: float, currency: str) -> str:
    """Write an amount in full: in whole units from a hundred on, below that with its cents."""
    exact = 0 < abs(minor_units) < _WHOLE_UNITS * 10 ** minor_digits(currency)
    return t.money(minor_units, currency, exact=exact)


def rule_name(t: Translator, rule: str) -> str:
    """Say by what two ids are joined."""
    return {
        "phone": t.pgettext("link", "telephone"),
        "email": t.pgettext("link", "e-mail"),
        "card": t.pgettext("link", "card"),
        "identify": t.pgettext("link", "login"),
        "alias": t.pgettext("link", "alias of the tracking"),
        "manual": t.pgettext("link", "by hand"),
        "split": t.pgettext("link", "split off by hand"),
    }.get(rule, rule)


def outcome_name(t: Translator, outcome: str) -> str:
    """Say what came of a call."""
    return {
        OutcomeOfCall.BOOKED.value: t.pgettext("call", "booked"),
        OutcomeOfCall.TALKED.value: t.pgettext("call", "talked"),
        OutcomeOfCall.LATER.value: t.pgettext("call", "call later"),
        OutcomeOfCall.NO_ANSWER.value: t.pgettext("call", "no answer"),
        OutcomeOfCall.DECLINED.value: t.pgettext("call", "declined"),
    }.get(outcome, outcome)
