"""Words and numbers in Russian and English.

Code speaks English; `Translator("ru")` turns every marked sentence into Russian. Mark a sentence where
it stands with `t.gettext`, `t.ngettext` or `t.pgettext`; where the language is not known yet, return a
`Message` made by `lazy` or `nlazy`. After a change run `python -m kogorta.i18n update`.

Examples:
    >>> t = Translator("ru")
    >>> t.integer(1234567).replace(NBSP, "_")
    '1_234_567'
    >>> t.ngettext("{n} customer", "{n} customers", 22).replace(NBSP, "_")
    '22_клиента'
"""

from __future__ import annotations

from kogorta.i18n.formats import NBSP
from kogorta.i18n.translator import Translator, translator
from kogorta.message import Lang, Message, Param, Sentence, lazy, nlazy

__all__ = ["NBSP", "Lang", "Message", "Param", "Sentence", "Translator", "lazy", "nlazy", "translator"]
