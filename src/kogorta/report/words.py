"""Words that programs exchange, as people read them."""

from __future__ import annotations

from kogorta.i18n import Translator
from kogorta.today import OutcomeOfCall
from kogorta.vocab import Cause


def cause_name(t: Translator, cause: str) -> str:
    """Say why a membership changed."""
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
