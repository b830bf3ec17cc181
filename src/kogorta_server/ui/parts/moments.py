"""One entry of a timeline, in a sentence with what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kogorta.customers import Moment, MomentKind
from kogorta.definitions.sentence.words import lexicon
from kogorta.i18n import lazy
from kogorta.look.html import Html, el, join
from kogorta.readings import Reading
from kogorta.report.words import cause_name, outcome_name, rule_name
from kogorta.schema import MICRO
from kogorta_server import base
from kogorta_server.accounts.masks import HIDDEN
from kogorta_server.accounts.rights import Right
from kogorta_server.customers.masks import OPEN_ATTRIBUTES, PRIVATE_COLUMNS
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.values import label, told, wording

KINDS = {
    MomentKind.ORDER: (lazy("Orders"), "shopping-bag"),
    MomentKind.RETURN: (lazy("Returns"), "arrow-uturn-left"),
    MomentKind.BOOKING: (lazy("Bookings"), "calendar"),
    MomentKind.SUBSCRIPTION: (lazy("Subscriptions"), "arrow-path"),
    MomentKind.SESSION: (lazy("Site and app"), "cursor-arrow-rays"),
    MomentKind.CALL: (lazy("Calls"), "phone"),
    MomentKind.MESSAGE: (lazy("Messages"), "envelope"),
    MomentKind.TICKET: (lazy("Support"), "lifebuoy"),
    MomentKind.POINTS: (lazy("Points"), "star"),
    MomentKind.COUPON: (lazy("Coupons"), "ticket"),
    MomentKind.ANSWER: (lazy("Surveys"), "chat-bubble-left-right"),
    MomentKind.CONSENT: (lazy("Consents"), "shield-check"),
    MomentKind.ATTRIBUTE: (lazy("Details changed"), "pencil-square"),
    MomentKind.LIST: (lazy("Lists"), "list-bullet"),
    MomentKind.SUMMARY: (lazy("Sums of other systems"), "calculator"),
    MomentKind.SEGMENTS: (lazy("Segments"), "user-group"),
    MomentKind.IDENTITY: (lazy("Ids joined"), "link"),
}
"""How kinds of entries are called, and their icons."""


class Teller:
    """Says entries of one customer's timeline.

    Args:
        ask: Who reads; without the right to contacts, whatever may tell who a customer is stays hidden.
        reading: Knows how segments are called.
    """

    def __init__(self, ask: Ask, reading: Reading) -> None:
        self.ask = ask
        self.t = ask.t
        self.words = lexicon(ask.lang)
        self.reading = reading
        self.sees = ask.may(Right.CONTACTS)
        self._said: dict[MomentKind, Callable[[Moment], tuple[str, Html]]] = {
            MomentKind.ORDER: self._order,
            MomentKind.RETURN: self._return,
            MomentKind.BOOKING: self._booking,
            MomentKind.SUBSCRIPTION: self._subscription,
            MomentKind.SESSION: self._session,
            MomentKind.CALL: self._call,
            MomentKind.MESSAGE: self._message,
            MomentKind.TICKET: self._ticket,
            MomentKind.POINTS: self._points,
            MomentKind.COUPON: self._coupon,
            MomentKind.ANSWER: self._answer,
            MomentKind.CONSENT: self._consent,
            MomentKind.ATTRIBUTE: self._attribute,
            MomentKind.LIST: self._list,
            MomentKind.SUMMARY: self._summary,
            MomentKind.SEGMENTS: self._segments,
            MomentKind.IDENTITY: self._identity,
        }

    def say(self, moment: Moment) -> tuple[str, Html]:
        """Return the heading of an entry, and what stands below it."""
        return self._said[moment.kind](moment)

    # --- purchases --------------------------------------------------------------------------------

    def _order(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        head = self.t.gettext("Order {id}", id=moment.id)
        facts = [
            self._money(row["amount"]),
            self._word("status", row["status"]),
            row["channel"],
            self._outlet(row),
        ]
        lines = [el("li", self._line(line)) for line in moment.parts.get("lines", ())]
        discounts = [
            el(
                "li",
                self.t.gettext(
                    "discount: {kind} −{amount}",
                    kind=self._discount(item),
                    amount=self._money(item["amount"]),
                ),
            )
            for item in moment.parts.get("discounts", ())
        ]
        listed = el("ul", *lines, *discounts, class_="rows") if lines or discounts else Html("")
        return head, join([self._facts(*facts), listed])

    def _line(self, line: Mapping[str, Any]) -> str:
        name = line.get("product") or line["product_id"] or self.t.gettext("without a name")
        parts = [name]
        if line["quantity_micro"] is not None and line["quantity_micro"] != MICRO:
            parts.append(f"× {self.t.decimal(line['quantity_micro'] / MICRO, 3).rstrip('0').rstrip('.,')}")
        if line["amount"] is not None:
            parts.append(f"— {self._money(line['amount'])}")
        return " ".join(parts)

    def _discount(self, item: Mapping[str, Any]) -> str:
        kind = self._word("kind", item["kind"])
        return f"{kind} {item['reference']}" if item["reference"] else kind

    def _return(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        of = self.t.gettext("of order {id}", id=row["order_id"]) if row["order_id"] else ""
        return self.t.gettext("Return {id}", id=moment.id), self._facts(
            f"−{self._money(row['amount'])}", row.get("product") or row["product_id"], of
        )

    def _booking(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        made = (
            self.t.gettext("booked on {day}", day=self.ask.day(row["created_at"]))
            if row["created_at"]
            else ""
        )
        head = row["service"] or self.t.gettext("Visit")
        return head, self._facts(
            self._word("status", row["status"]),
            row.get("staff") or row["staff_id"],
            self._outlet(row),
            self._money(row["amount"]),
            self._word("booked_via", row["booked_via"]),
            made,
        )

    def _subscription(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        every = (
            self.t.gettext("every {days}", days=self.t.days(row["every_days"])) if row["every_days"] else ""
        )
        following = (
            self.t.gettext("next on {day}", day=self.ask.day(row["next_at"])) if row["next_at"] else ""
        )
        return self.t.gettext("Subscription {id}", id=moment.id), self._facts(
            row.get("product") or row["product_id"], self._word("status", row["status"]), every, following
        )

    def _points(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        amount = (
            self.t.decimal(row["amount"] / 100, 2)
            if row["amount"] % 100
            else self.t.integer(row["amount"] / 100)
        )
        return self.t.gettext(
            "Points: {kind} {amount}", kind=self._word("kind", row["kind"]), amount=amount
        ), self._facts(self._free("reason", row["reason"]), self._of_order(row))

    def _coupon(self, moment: Moment) -> tuple[str, Html]:
        return self.t.gettext("Coupon {code} used", code=moment.id), self._facts(
            moment.values["promotion_id"], self._of_order(moment.values)
        )

    def _summary(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        return self.t.gettext("Sums brought by another system"), self._facts(
            self.t.orders(row["orders"]),
            self._money(row["revenue"]),
            self.t.gettext("last order {day}", day=self.ask.day(row["last_order_at"])),
            row["last_category"],
        )

    # --- talk -------------------------------------------------------------------------------------

    def _session(self, moment: Moment) -> tuple[str, Html]:
        counts = [
            f"{self._event(row['name'])} × {self.t.integer(row['events'])}"
            if row["events"] > 1
            else self._event(row["name"])
            for row in moment.parts["counts"]
        ]
        events = moment.parts["events"]
        devices = {
            self.words.traits["main_device"].values.get(row["device"], row["device"]) for row in events
        }
        head = self.t.ngettext("On the site: {n} event", "On the site: {n} events", moment.values["events"])
        rows = [
            el("li", el("time", f"{self.ask.local(row['at']):%H:%M}"), " ", self._act(row)) for row in events
        ]
        unfolded = el("details", el("summary", self.t.gettext("One by one")), el("ul", *rows, class_="rows"))
        return head, join([self._facts(*sorted(filter(None, devices)), ", ".join(counts)), unfolded])

    def _act(self, row: Mapping[str, Any]) -> str:
        what = row.get("product") or row["product_id"] or row["category"]
        return " · ".join(filter(None, [self._event(row["name"]), what, self._free("url", row["url"])]))

    def _event(self, name: str) -> str:
        words = self.words.event(name)
        return words.one if words else f"“{name}”" if self.ask.lang == "en" else f"«{name}»"

    def _call(self, moment: Moment) -> tuple[str, Html]:
        outcome = outcome_name(self.t, str(moment.values.get("outcome") or ""))
        return self.t.gettext("Call: {outcome}", outcome=outcome), self._facts(
            self._free("note", moment.values.get("note"))
        )

    def _message(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        answers = [
            el("li", f"{self._answered(item)} · {self.ask.moment(item['at'])}")
            for item in moment.parts.get("answers", ())
        ]
        head = (
            self.t.gettext("Message “{campaign}”", campaign=row["campaign"])
            if row["campaign"]
            else self.t.gettext("Message")
        )
        channel = self.words.channels.get(row["channel"] or "", row["channel"] or "")
        listed = el("ul", *answers, class_="rows") if answers else Html("")
        return head, join([self._facts(channel, row["step"], row["variant"]), listed])

    def _answered(self, item: Mapping[str, Any]) -> str:
        t = self.t
        said = {
            "sent": t.gettext("sent"),
            "delivered": t.gettext("delivered"),
            "opened": t.gettext("opened by a machine") if item["machine"] else t.gettext("opened"),
            "clicked": t.gettext("clicked"),
            "bounced": t.gettext("not delivered"),
            "complained": t.gettext("complained of spam"),
            "unsubscribed": t.gettext("unsubscribed"),
        }
        kind = str(item["kind"])
        return said.get(kind, kind)

    def _ticket(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        closed = (
            self.t.gettext("closed on {day}", day=self.ask.day(row["closed_at"]))
            if row["closed_at"]
            else self.t.gettext("open")
        )
        score = (
            self.t.gettext("score {score}", score=row["satisfaction"])
            if row["satisfaction"] is not None
            else ""
        )
        return self.t.gettext("Request {id}", id=moment.id), self._facts(
            self._free("topic", row["topic"]), closed, score
        )

    def _answer(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        return self.t.gettext("Survey “{survey}”", survey=row["survey"]), self._facts(
            row["question"], self._free("value", row["value"])
        )

    # --- who he is --------------------------------------------------------------------------------

    def _consent(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        given = row["op"] == "granted"
        what = f"{self.words.purposes.get(row['purpose'], row['purpose'])} {self.words.channels.get(row['channel'], row['channel'])}"
        head = (
            self.t.gettext("Consent to {what}", what=what)
            if given
            else self.t.gettext("Consent withdrawn: {what}", what=what)
        )
        return head, self._facts(
            row["consent_source"],
            self._free("evidence", row["evidence"]),
            wording(self.t, row["text_version"]),
        )

    def _attribute(self, moment: Moment) -> tuple[str, Html]:
        row, key = moment.values, moment.id
        hides = not self.sees and key not in OPEN_ATTRIBUTES
        was, now = (
            HIDDEN if hides and value else told(self.ask, key, value)
            for value in (row["from_value"], row["to_value"])
        )
        return self.t.gettext("Changed: {name}", name=label(self.ask, key).lower()), self._facts(
            f"{was} → {now}"
        )

    def _list(self, moment: Moment) -> tuple[str, Html]:
        return self.t.gettext("List “{list}”", list=moment.id), self._facts(
            self._word("op", moment.values["op"])
        )

    def _segments(self, moment: Moment) -> tuple[str, Html]:
        items = []
        for move in moment.parts["moves"]:
            was, now = (self._segment(move["scheme"], move[side]) for side in ("was", "now"))
            about = " · ".join(filter(None, [self._scheme(move), cause_name(self.t, move["cause"])]))
            items.append(el("li", was, " → " if was else "", now, " ", el("small", about)))
        return self.t.gettext("Segments"), el("ul", *items, class_="rows")

    def _scheme(self, move: Mapping[str, Any]) -> str:
        """Return how the scheme of a move is called, and whether he left it altogether."""
        found = next((item for item in self.reading.segments.values() if item.scheme == move["scheme"]), None)
        name = found.scheme_name[self.ask.lang] if found and not found.is_free else ""
        left = self.t.pgettext("segment", "left") if move["now"] is None else ""
        return " · ".join(filter(None, [name, left]))

    def _segment(self, scheme: str, segment: str | None) -> Html:
        if segment is None:
            return Html("")
        id_ = segment if scheme == segment else f"{scheme}.{segment}"
        item = self.reading.segments.get(id_)
        if item is None:
            return join([id_])
        dot = el("span", class_="dot", aria_hidden="true")
        return el(
            "a", dot, item.name[self.ask.lang], href=link("segment", id_), class_=f"chip fam-{item.family}"
        )

    def _identity(self, moment: Moment) -> tuple[str, Html]:
        row = moment.values
        ids = row["a"] if row["a"] == row["b"] else f"{row['a']} + {row['b']}"
        head = (
            self.t.gettext("Ids parted: {ids}", ids=ids)
            if row["is_revoked"]
            else self.t.gettext("Ids joined: {ids}", ids=ids)
        )
        return head, self._facts(rule_name(self.t, row["rule"]), self._free("evidence", row["evidence"]))

    # --- words ------------------------------------------------------------------------------------

    def _facts(self, *parts: str | None) -> Html:
        known = [part for part in parts if part]
        return el("p", " · ".join(known), class_="about") if known else Html("")

    def _word(self, column: str, value: str | None) -> str:
        words = self.words.columns.get(column)
        return (words.values.get(value, value) if words else value) if value else ""

    def _money(self, amount: int | None) -> str:
        return (
            ""
            if amount is None
            else self.t.money(amount, base.workspace().config.workspace.currency, exact=bool(amount % 100))
        )

    def _outlet(self, row: Mapping[str, Any]) -> str:
        return row.get("outlet") or row["outlet_id"] or ""

    def _of_order(self, row: Mapping[str, Any]) -> str:
        return self.t.gettext("order {id}", id=row["order_id"]) if row["order_id"] else ""

    def _free(self, column: str, text: str | None) -> str:
        if not text:
            return ""
        return HIDDEN if column in PRIVATE_COLUMNS and not self.sees else text
