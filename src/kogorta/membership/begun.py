"""Texts that somebody began to write from a version: nobody's change meanwhile is overruled by them."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from kogorta.definitions.document import Definition
from kogorta.errors import DriftError, KogortaError
from kogorta.i18n import lazy, nlazy
from kogorta.membership.registry import Record, mark, own_history, written_as_now
from kogorta.membership.sides import version_told
from kogorta.membership.view import View


def refuse_moved(view: View, texts: Mapping[str, Definition | None], based_on: Mapping[str, int]) -> None:
    """Refuse texts that were made from a version that does not stand any more.

    Args:
        view: The base, as of now.
        texts: By id, what is to stand; None of what is to be taken away.
        based_on: By id, the version from which somebody began; 0, or none, where nothing stood.

    Raises:
        DriftError: Somebody else changed, defined or took away one of them meanwhile, and does not agree.
    """
    histories = own_history(view.warehouse)
    found = []
    for id_, text in texts.items():
        last = written_as_now(histories[id_]) if id_ in histories else None
        stands = 0 if last is None or last.is_removed else last.number
        is_agreed = last is not None and mark(last.document) == mark(text)
        if last is not None and stands != based_on.get(id_, 0) and not is_agreed:
            found.append(_moved(last, based_on.get(id_, 0), view.config.zone))
    if found:
        raise DriftError(
            nlazy(
                "{n} definition is not what you began from:",
                "{n} definitions are not what you began from:",
                len(found),
            ),
            found,
        )


def _moved(last: Record, began_from: int, zone: ZoneInfo) -> KogortaError:
    got = version_told(last.number, last.at, last.author, zone)
    if not began_from:
        return KogortaError(
            lazy("“{id}” exists already", id=last.definition),
            got=got,
            hint="give yours another id, or open that one and change it",
        )
    expected = lazy("version {number}, which you began from", number=began_from)
    if last.is_removed:
        return KogortaError(
            lazy("“{id}” was taken away meanwhile", id=last.definition),
            got=got,
            expected=expected,
            hint="to bring it back, define it anew",
        )
    return KogortaError(
        lazy("“{id}” was changed meanwhile", id=last.definition),
        got=got,
        expected=expected,
        hint="look at what stands now, and put your change into it",
    )
