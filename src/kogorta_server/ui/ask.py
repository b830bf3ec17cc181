"""A request, as pages see it: who asks, in which language, of which reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from kogorta.i18n import Lang, Translator, translator
from kogorta.readings import Reading
from kogorta_server import base
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.language import language_of

_TOLD = "told"


@dataclass(frozen=True)
class Ask:
    """One request.

    Attributes:
        request: As Django has it.
        lang: The language of the answer.
    """

    request: HttpRequest
    lang: Lang

    @property
    def t(self) -> Translator:
        """Speaks the language of the answer."""
        return translator(self.lang)

    @property
    def user(self) -> User:
        """Who asks; only pages that need a right may ask for him."""
        if not isinstance(self.request.user, User):
            raise TypeError("a page without a right asked who is there")
        return self.request.user

    @property
    def is_known(self) -> bool:
        """Whether somebody is logged in."""
        return isinstance(self.request.user, User)

    def may(self, right: Right) -> bool:
        """Tell whether the person may do something."""
        return self.is_known and self.user.may(right)

    @cached_property
    def reading(self) -> Reading | None:
        """What pages show; None before the first refresh. One request sees one reading, whatever happens meanwhile."""
        return base.reading()

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of the page."""
        headers = self.request.headers
        return bool(headers.get("HX-Request")) and not headers.get("HX-Boosted")

    def tell(self, text: str, *, is_bad: bool = False) -> None:
        """Have the next whole page begin with a sentence about what was done."""
        self.request.session[_TOLD] = [*self.request.session.get(_TOLD, []), [text, is_bad]]

    def told(self) -> list[tuple[str, bool]]:
        """Return the sentences that wait, and whether each is bad news; they are told once."""
        return [(text, is_bad) for text, is_bad in self.request.session.pop(_TOLD, [])]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every value of a name of the address, each once."""
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.request.GET.getlist(name)))))

    def text(self, name: str, default: str = "") -> str:
        """Return a value of the address, such as `q` of `?q=…`."""
        return self.request.GET.get(name, default).strip()

    def here(self, **changes: object) -> str:
        """Return the address of this page with some values changed; None takes one away, a list gives several."""
        told = self.query(**changes)
        return f"{quote(self.request.path)}?{told}" if told else quote(self.request.path)

    def query(self, **changes: object) -> str:
        """Return what stands after the question mark of the address, with some values changed."""
        return _query({**dict(self.request.GET.lists()), **changes})

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the workspace."""
        return base.workspace().config.zone

    def local(self, instant: datetime) -> datetime:
        """Return an instant (UTC, with or without a zone) on the clock of the workspace."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return aware.astimezone(self.zone)

    def day(self, instant: datetime) -> str:
        """Write the local day of an instant."""
        return self.t.date(self.local(instant).date())

    def short_day(self, instant: datetime) -> str:
        """Write the local day of an instant in few characters, as columns have room for."""
        return self.t.date(self.local(instant).date(), short=True)

    def moment(self, instant: datetime) -> str:
        """Write the local day and hour of an instant."""
        return f"{self.day(instant)}, {self.local(instant):%H:%M}"

    def money(self, minor_units: float) -> str:
        """Write an amount of the workspace's currency, in whole units."""
        return self.t.money(minor_units, base.workspace().config.workspace.currency)


def ask_of(request: HttpRequest) -> Ask:
    """Return a request as pages see it."""
    return Ask(request, language_of(request))


def link(name: str, *parts: object, **values: object) -> str:
    """Return the address of a page by its name, with values after the question mark; a list stands there value by value."""
    told = _query(values)
    address = reverse(name, args=parts)
    return f"{address}?{told}" if told else address


def _query(values: Mapping[str, object]) -> str:
    told = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    return urlencode(told, doseq=True)
