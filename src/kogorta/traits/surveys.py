"""What people say of themselves in surveys, and what stands for it where they said nothing, or long ago."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from kogorta.traits.contract import Trait, Turning
from kogorta.traits.facts import Facts
from kogorta.traits.favourites import all_beside
from kogorta.traits.idioms import DAY_SECONDS, beside, last_by_id, later, text_cases
from kogorta.traits.shape import Meaning, Psychography
from kogorta.vocab import TraitSource

ASKED = {
    "lifestyle": "How somebody lives",
    "personality": "What somebody is like",
    "interest": "What somebody is interested in",
}
"""The traits that surveys tell, each with what it is."""

_UNTOLD = ibis.null().cast("string")


def _contracts(name: str, says: str) -> tuple[Trait, ...]:
    place = f"`[psychography.{name}]` of kogorta.toml"
    nobody = "missing for customers who did not answer and whose main category stands for nothing"
    return (
        Trait(
            name,
            "string",
            "answer",
            f"{says}: the last answer to one of the questions of {place}, until it expires (ties: the answer id last in code point "
            "order); else what its `behaviour` says of main_category.",
            nobody,
            (),
            turning=Turning.TIME,
        ),
        Trait(
            f"{name}_source",
            "string",
            "source",
            f"What tells `{name}`: `survey` an answer that holds, `behaviour` the main category.",
            nobody,
            (),
            turning=Turning.TIME,
        ),
        Trait(
            f"{name}_until",
            "timestamp(6)",
            "instant UTC",
            f"When the answer that tells `{name}` expires: so long after it as {place} says.",
            "missing for customers of whom no answer holds",
            (),
            turning=Turning.TIME,
        ),
    )


CONTRACTS = tuple(trait for name, says in ASKED.items() for trait in _contracts(name, says))


def survey_traits(facts: Facts, meaning: Meaning, people: Any, categories: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`.

    Args:
        facts: The stored tables.
        meaning: Which questions tell what, and what stands for an answer.
        people: customer_key of everyone.
        categories: customer_key, main_category; None where nothing is read from it.
    """
    rows = people.select("customer_key")
    rows = rows.mutate(main_category=_UNTOLD) if categories is None else beside(rows, categories)
    answers = _answers(facts) if facts.has("survey_answers") else None
    told = [_told(rows, answers, name, getattr(meaning, name)) for name in ASKED]
    return all_beside(rows, *told)


def _answers(facts: Facts) -> Any:
    """Answers before the instant: customer_key, answer_id, question, value, at, as_of; one that says nothing is none."""
    rows = facts.last_versions("survey_answers", ["answer_id", "customer_key", "question", "value", "at"])
    said = rows.customer_key.notnull() & rows.value.nullif("").notnull()
    return facts.person(rows.filter(said & (rows["at"] < rows.as_of)))


def _told(rows: Any, answers: Any, name: str, asked: Psychography) -> Any:
    """Return customer_key, `name`, `<name>_source`, `<name>_until`."""
    until = ibis.null().cast("timestamp(6)")
    said = _UNTOLD
    if answers is not None:
        rows = beside(rows, _living(answers, asked))
        said, until = rows.said, rows.until
    done = _by_category(rows.main_category, asked.behaviour)
    source = text_cases(
        [(said.notnull(), TraitSource.SURVEY.value), (done.notnull(), TraitSource.BEHAVIOUR.value)]
    )
    return rows.select(
        "customer_key", **{name: ibis.coalesce(said, done), f"{name}_source": source, f"{name}_until": until}
    )


def _living(answers: Any, asked: Psychography) -> Any:
    """Return customer_key, said, until: the last answer of everyone whose last answer has not expired."""
    last = last_by_id(answers.filter(answers.question.isin(asked.questions)), "at", "answer_id")
    dated = last.mutate(until=later(last["at"], ibis.literal(asked.expires_days * DAY_SECONDS)))
    return dated.filter(dated.until > dated.as_of).select("customer_key", "until", said=dated.value)


def _by_category(category: Any, behaviour: Sequence[tuple[str, str]]) -> Any:
    if not behaviour:
        return _UNTOLD
    return text_cases([(category == name, value) for name, value in behaviour])
