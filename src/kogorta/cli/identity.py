"""kogorta identity …: what a person decides about who is who, and what it would do."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli.frame import App
from kogorta.cli.options import HERE, AsFormat, Folder, OutFile
from kogorta.cli.output import Format, emit, out, table
from kogorta.cli.speak import t
from kogorta.report.words import rule_name

app = App(help=t.gettext("Who is who: joins, splits, and what stands behind them."))

_A = Annotated[str, typer.Argument(metavar="A", help=t.gettext("An id, as it stands in your files."))]
_B = Annotated[str, typer.Argument(metavar="B", help=t.gettext("The other one."))]
_Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=t.gettext("One of his ids, as it stands in your files."))
]
_Because = Annotated[
    str, typer.Option("--because", metavar="TEXT", help=t.gettext("Why, for whoever looks at it later."))
]


@app.command("link", help=t.gettext("Say that two ids are one person, whatever the rules say."))
def link(a: _A, b: _B, because: _Because = "", folder: Folder = HERE) -> None:
    """Join two ids."""
    with kogorta.open(folder) as workspace:
        change = workspace.link(a, b, because=because)
    _done(change, t.gettext("{a} and {b} are one person.", a=a, b=b))


@app.command("unlink", help=t.gettext("Take back what link said; links by rule stay."))
def unlink(a: _A, b: _B, because: _Because = "", folder: Folder = HERE) -> None:
    """Take a join back."""
    with kogorta.open(folder) as workspace:
        change = workspace.unlink(a, b, because=because)
        is_one = workspace.preview_merge(a, b).is_one
    _done(change, t.gettext("The link of {a} and {b} is taken back.", a=a, b=b))
    if is_one:
        _say(t.gettext("They are still one person by other links; see: kogorta identity links {a}", a=a))


@app.command("split", help=t.gettext("Take an id out of its person; rules join it no more until unsplit."))
def split(customer: _Customer, because: _Because = "", folder: Folder = HERE) -> None:
    """Split an id off."""
    with kogorta.open(folder) as workspace:
        change = workspace.split(customer, because=because)
        others = [other for other in workspace.links(customer).customer_ids if other != customer]
    _done(change, t.gettext("{customer} is split off: no rule joins this id.", customer=customer))
    if others:
        _say(
            t.gettext("By hand it is still joined with {ids}; unlink takes that back.", ids=", ".join(others))
        )


@app.command("unsplit", help=t.gettext("Take back a split: the rules speak again."))
def unsplit(customer: _Customer, because: _Because = "", folder: Folder = HERE) -> None:
    """Take a split back."""
    with kogorta.open(folder) as workspace:
        change = workspace.unsplit(customer, because=because)
    _done(change, t.gettext("The split of {customer} is taken back.", customer=customer))


@app.command("preview", help=t.gettext("Show whom a link of two ids would join, before it is made."))
def preview(
    a: _A, b: _B, folder: Folder = HERE, format_: AsFormat = Format.TABLE, file: OutFile = None
) -> None:
    """Show two persons side by side."""
    with kogorta.open(folder) as workspace:
        found = workspace.preview_merge(a, b)
        zone = workspace.config.workspace.timezone
    if format_ is not Format.TABLE:
        emit([_side(found.a, found.is_one), _side(found.b, found.is_one)], format_, file)
        return
    if found.is_one:
        _say(t.gettext("{a} and {b} are one person already; a link would change nothing.", a=a, b=b))
    sides = [found.a] if found.is_one else [found.a, found.b]

    def day(at: Any) -> str:
        return t.instant(at, zone) if at else "—"

    rows = [
        [t.gettext("Ids"), *(_listed(side.customer_ids) for side in sides)],
        [t.gettext("Names"), *(_listed(side.names) for side in sides)],
        [t.gettext("Browsers and devices"), *(t.integer(side.devices) for side in sides)],
        [t.gettext("Orders"), *(t.integer(side.orders) for side in sides)],
        [t.gettext("First order"), *(day(side.first_order_at) for side in sides)],
        [t.gettext("Last order"), *(day(side.last_order_at) for side in sides)],
    ]
    table(t.gettext("Whom it would join"), ["", escape(a), *([] if found.is_one else [escape(b)])], rows)
    if not found.is_one:
        ids = len(found.a.customer_ids) + len(found.b.customer_ids)
        _say(
            t.gettext(
                "Together: {ids}, {orders}.",
                ids=t.ngettext("{n} id", "{n} ids", ids),
                orders=t.orders(found.a.orders + found.b.orders),
            )
        )


@app.command("links", help=t.gettext("Show which ids are one person with a customer, and why."))
def links(
    customer: _Customer, folder: Folder = HERE, format_: AsFormat = Format.TABLE, file: OutFile = None
) -> None:
    """List the links of one customer."""
    with kogorta.open(folder) as workspace:
        found = workspace.links(customer)
        zone = workspace.config.workspace.timezone
    if format_ is not Format.TABLE:
        emit([_link(item) for item in found.links], format_, file)
        return
    ids = found.customer_ids
    _say(
        t.ngettext(
            "{n} id is this person: {ids}", "{n} ids are this person: {ids}", len(ids), ids=", ".join(ids)
        )
    )
    if not found.links:
        _say(t.gettext("Nothing ever joined this id to another."))
        return
    rows = [
        [
            escape(item.a),
            escape(item.b) if item.b != item.a else "",
            rule_name(t, item.rule),
            escape(item.evidence),
            t.instant(item.at, zone),
            t.gettext("taken back") if item.revoked_at else t.gettext("stands"),
        ]
        for item in found.links
    ]
    headers = [
        t.gettext("Id"),
        t.gettext("Other id"),
        t.gettext("By"),
        t.gettext("Evidence"),
        t.gettext("Since"),
        t.gettext("State"),
    ]
    table(t.gettext("Links"), headers, rows)


def _done(change: Any, what: str) -> None:
    """Say what was done, and that segments follow with the next refresh."""
    if change.ingest_seq is None:
        _say(t.gettext("It was so already; nothing was written."))
        return
    _say(what)
    _say(t.gettext("Next: kogorta refresh, which brings the segments after it."))


def _say(sentence: str) -> None:
    out.print(sentence, markup=False)


def _listed(names: tuple[str, ...]) -> str:
    return escape(", ".join(names)) or "—"


def _side(side: Any, is_one: bool) -> dict[str, Any]:
    return {
        "customer_ids": ", ".join(side.customer_ids),
        "names": ", ".join(side.names),
        "devices": side.devices,
        "orders": side.orders,
        "first_order_at": side.first_order_at,
        "last_order_at": side.last_order_at,
        "is_one": is_one,
    }


def _link(item: Any) -> dict[str, Any]:
    return {
        "a": item.a,
        "b": item.b,
        "rule": item.rule,
        "evidence": item.evidence,
        "at": item.at,
        "revoked_at": item.revoked_at,
    }
