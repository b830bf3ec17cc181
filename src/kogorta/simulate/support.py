"""What customers say: requests to support, and answers to the shop's one question."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import ids, instants, numbers, words
from kogorta.simulate.chance import Chance, exponential
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.purchases import Purchases

_BAD_TOPICS = ("Опоздала доставка", "Товар с браком", "Не тот товар")
_SALON_BAD_TOPICS = ("Долго ждали", "Не понравился результат", "Грубость")
_TOPICS = ("Вопрос по оплате", "Как вернуть", "Где мой заказ", "Баллы и карта")
_COMPLAINS_RATIO, _ASKS_RATIO = 0.7, 0.025
_OPEN_DAYS = 2.5
_ANSWERS_RATIO = 0.06
SURVEY, QUESTION = "NPS", "Посоветуете ли вы нас друзьям?"


def ticket_rows(plan: Plan, people: People, bought: Purchases, chance: Chance) -> dict[str, pa.Array]:
    """Return the rows of `tickets`: most of what went wrong, and some plain questions."""
    asks = chance.happens(np.where(bought.is_bad, _COMPLAINS_RATIO, _ASKS_RATIO))
    opened = bought.at + (chance.shares(len(bought)) * 5 * DAY_SECONDS).astype(np.int64) + 3_600
    which = np.flatnonzero(asks & (opened < plan.last_second))
    opened, bad = opened[which], bought.is_bad[which]
    count = len(which)
    took = (chance.drawn(exponential(), count) * _OPEN_DAYS * DAY_SECONDS).astype(np.int64) + 1_800
    closed = opened + took
    score = np.where(bad, chance.wholes(1, 4, count), chance.wholes(3, 6, count))
    still = closed >= plan.last_second
    silent = chance.happens(0.45, count) | still
    wrong = _SALON_BAD_TOPICS if plan.is_salon else _BAD_TOPICS
    topic = np.where(bad, chance.wholes(0, 3, count), 3 + chance.wholes(0, len(_TOPICS), count))
    return {
        "ticket_id": ids("t", bought.number[which]),
        "customer_id": ids("c", people.number[bought.id_row[which]]),
        "opened_at": instants(opened),
        "topic": words((*wrong, *_TOPICS), topic),
        "closed_at": instants(closed, still),
        "satisfaction": numbers(score, silent),
    }


def answer_rows(plan: Plan, people: People, bought: Purchases, chance: Chance) -> dict[str, pa.Array]:
    """Return the rows of `survey_answers`: from 0 to 10, low after something went wrong."""
    at = bought.at + 2 * DAY_SECONDS + chance.wholes(0, DAY_SECONDS, len(bought))
    which = np.flatnonzero(chance.happens(_ANSWERS_RATIO, len(bought)) & (at < plan.last_second))
    count = len(which)
    score = np.where(bought.is_bad[which], chance.wholes(0, 6, count), chance.wholes(6, 11, count))
    every = np.zeros(count, dtype=np.int64)
    return {
        "answer_id": ids("a", bought.number[which]),
        "customer_id": ids("c", people.number[bought.id_row[which]]),
        "survey": words((SURVEY,), every),
        "question": words((QUESTION,), every),
        "value": ids("", score),
        "at": instants(at[which]),
    }
