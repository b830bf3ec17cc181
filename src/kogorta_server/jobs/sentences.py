"""Sentences that are kept in rows, and said later in either language."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from kogorta.errors import KogortaError
from kogorta.i18n import Lang, Message, Param, Sentence, lazy, translator
from kogorta.message import Money

INTERNAL, CUT_OFF = "internal", "cut_off"
"""Codes of ends without an error of ours: by an error that nobody expected, by the death of the process."""


def pack(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence as JSON."""
    if isinstance(sentence, str):
        return {"text": sentence}
    packed: dict[str, Any] = {
        "text": sentence.msgid,
        "params": {name: _pack_param(value) for name, value in sentence.params.items()},
    }
    if sentence.plural is not None:
        packed |= {"plural": sentence.plural, "n": sentence.n}
    return packed


def unpack(packed: dict[str, Any]) -> Message:
    """Return a sentence that `pack` made JSON of."""
    params = {name: _unpack_param(value) for name, value in packed.get("params", {}).items()}
    return Message(packed["text"], params, packed.get("plural"), packed.get("n", 0))


def _pack_param(value: Param) -> Any:
    if isinstance(value, Message):
        return pack(value)
    if isinstance(value, Money):
        return {"money": [str(value), value.minor, value.currency]}
    if isinstance(value, date):
        return {"date": f"{value:%Y-%m-%d}"}
    return value


def _unpack_param(value: Any) -> Param:
    if not isinstance(value, dict):
        found: Param = value
        return found
    if "money" in value:
        return Money(*value["money"])
    if "date" in value:
        return date.fromisoformat(value["date"])
    return unpack(value)


def told(error: BaseException, folder: str = "") -> dict[str, Any]:
    """Return an error as it is kept: its code, and its text by language.

    Args:
        error: Any; of one that nobody expected only the kind is told, since its words may hold data of customers.
        folder: Where the files of the job lie, which people need not know.
    """
    if isinstance(error, KogortaError):
        # where the file lies is our matter; which one it is, the page says
        error.path = None
        return {"code": error.code, "text": _in_both(error, folder)}
    sentence = lazy(
        "an error that nobody expected ({kind}): what led to it is in the log of the server",
        kind=type(error).__name__,
    )
    return {"code": INTERNAL, "text": {lang: translator(lang).say(sentence) for lang in get_args(Lang)}}


def cut_off() -> dict[str, Any]:
    """Return what is told of a job whose process died again and again."""
    sentence = lazy("its process ended before it did, again and again")
    return {"code": CUT_OFF, "text": {lang: translator(lang).say(sentence) for lang in get_args(Lang)}}


def _in_both(error: KogortaError, folder: str) -> dict[str, str]:
    texts = {lang: error.describe(translator(lang)) for lang in get_args(Lang)}
    return {lang: text.replace(f"{folder}/", "") if folder else text for lang, text in texts.items()}
