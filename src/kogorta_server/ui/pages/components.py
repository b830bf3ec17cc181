"""Every piece that pages are put together from, in one place: so that a change of the look can be seen at once."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponseBase

from kogorta.charts import (
    Bar,
    Cell,
    CohortRow,
    Column,
    Flow,
    MonthAxis,
    Node,
    Part,
    Series,
    Tile,
    bars,
    cohort_table,
    columns,
    grid,
    lines,
    sankey,
    share_bar,
    spark,
    treemap,
)
from kogorta.look.html import Html, el, join, paragraph, remedy, table, two_sizes
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.cards import card, change_mark, tab_links
from kogorta_server.ui.parts.icons import icon
from kogorta_server.ui.parts.steps import Item, step_list
from kogorta_server.ui.shell import respond

FAMILIES = (
    "champions",
    "loyal",
    "potential",
    "newcomers",
    "promising",
    "attention",
    "drowsy",
    "at_risk",
    "cant_lose",
    "sleeping",
    "lost",
    "prospect",
)
TOKENS = (
    "page",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-2",
    "accent",
    "good",
    "bad",
    "track",
)
_HEATS = 8
_HALF = 460.0
_SAMPLE = (240, 180, 120, 60)


@page("components/", right=Right.SEE)
def components(ask: Ask) -> HttpResponseBase:
    """Show tokens, type, controls, tables, pictures and messages."""
    t = ask.t
    body = [
        card(t.gettext("Colours"), _colours()),
        el(
            "div",
            card(t.gettext("Type"), _type(ask)),
            card(t.gettext("Controls"), _controls(ask)),
            class_="halves",
        ),
        el(
            "div",
            card(t.gettext("Messages"), _messages(ask)),
            card(t.gettext("Lists"), _lists(ask)),
            class_="halves",
        ),
        # names of colours stand for those of segments
        el("div", card(t.gettext("Numbers"), _numbers(ask)), *_pictures(ask), translate="no"),
    ]
    return respond(ask, t.gettext("Components"), *body)


def _colours() -> Html:
    tokens = [el("li", el("span", class_=f"swatch token-{name}"), el("code", f"--{name}")) for name in TOKENS]
    families = [
        el(
            "li",
            el("span", class_=f"swatch fam-swatch fam-{name}"),
            el("code", name, class_=f"fam-text fam-{name}"),
        )
        for name in FAMILIES
    ]
    heats = [
        el("li", el("span", str(n), class_=f"swatch heat heat-{n}"), el("code", f"--heat-{n}"))
        for n in range(_HEATS)
    ]
    return join([el("ul", *items, class_="swatches") for items in (tokens, families, heats)])


def _type(ask: Ask) -> Html:
    t = ask.t
    return join(
        [
            el("h2", t.gettext("Heading of a card")),
            el("h3", t.gettext("Heading within a card")),
            paragraph(t.gettext("A lead says in one or two sentences what stands below it."), class_="lead"),
            paragraph(
                t.gettext("Text of a page, with {day} and a", day=date(2026, 1, 31)),
                " ",
                el("a", t.gettext("link"), href=link("components")),
                ".",
            ),
            paragraph(t.gettext("A hint stands below what it explains."), class_="hint"),
            paragraph(el("code", "kogorta refresh")),
        ]
    )


def _controls(ask: Ask) -> Html:
    t = ask.t
    buttons = el(
        "p",
        el("button", t.gettext("Main action"), class_="button primary", type="button"),
        el("button", icon("arrow-up-tray"), t.gettext("Another action"), class_="button", type="button"),
        el("button", t.gettext("Dangerous"), class_="button danger", type="button"),
        el("button", t.gettext("Not now"), class_="button", type="button", disabled=True),
        el("button", t.gettext("Quiet"), class_="quiet-button", type="button"),
        class_="buttons",
    )
    tabs = tab_links(
        t.gettext("Tabs"),
        [(t.gettext("Open"), link("components"), True), (t.gettext("Another"), link("components"), False)],
    )
    field = el(
        "div",
        el("label", t.gettext("Field"), for_="sample"),
        el("input", id="sample", value="42"),
        el("small", t.gettext("What is expected here")),
        class_="field",
    )
    wrong = el(
        "div",
        el("label", t.gettext("Field with an error"), for_="wrong"),
        el("input", id="wrong", value="−1", aria_describedby="wrong-error"),
        el("p", t.gettext("This must be a positive number."), class_="field-error", id="wrong-error"),
        class_="field wrong",
    )
    choice = el(
        "div",
        el("label", t.gettext("Choice"), for_="choice"),
        el(
            "select", el("option", t.gettext("All customers")), el("option", t.gettext("Nobody")), id="choice"
        ),
        class_="field",
    )
    box = el("label", el("input", type="checkbox", checked=True), " ", t.gettext("Tick"))
    progress = el("progress", value="60", max="100", aria_label=t.gettext("Progress"))
    return join([tabs, buttons, field, wrong, choice, paragraph(box), progress])


def _messages(ask: Ask) -> Html:
    t = ask.t
    return join(
        [
            el("p", t.gettext("It was done."), class_="flash"),
            el("p", t.gettext("It failed, and this is why."), class_="flash bad"),
            paragraph(t.gettext("Something to be careful about."), class_="warning"),
            el(
                "div",
                paragraph(t.gettext("There is nothing here yet.")),
                remedy(t.gettext("This is what brings it.")),
                class_="empty",
            ),
            el("details", el("summary", t.gettext("More")), paragraph(t.gettext("What stands in it."))),
        ]
    )


def _lists(ask: Ask) -> Html:
    t = ask.t
    steps = [
        Item(
            "1,2 M",
            t.gettext("Something to do"),
            t.gettext("Why it matters."),
            family,
            link("components"),
            link("components"),
        )
        for family in ("at_risk", "newcomers")
    ]
    findings = [
        el(
            "li",
            el("span", t.gettext("Badge"), class_=f"badge fam-{family}"),
            el(
                "div",
                paragraph(el("strong", t.gettext("A finding"))),
                remedy(t.gettext("What to do.")),
            ),
        )
        for family in ("cant_lose", "at_risk", "sleeping")
    ]
    return join([step_list(ask, steps), el("ul", *findings, class_="gaps short")])


def _numbers(ask: Ask) -> Html:
    t = ask.t
    marks = (
        change_mark("+12%", is_good=True),
        change_mark("−3%", is_good=False),
        change_mark("0", is_good=None),
    )
    tiles = [
        el(
            "div",
            el("dt", t.gettext("Measure")),
            el("dd", t.integer(12345 * n), class_="value"),
            el("dd", mark, " ", t.gettext("in a year")),
            el(
                "dd",
                el("span", Html(spark([3, 5, 4, 6 + n], (120, 28), t.gettext("Measure"))), class_="trend"),
            ),
        )
        for n, mark in enumerate(marks, 1)
    ]
    rows = [[_chip(name), t.integer(1234), t.percent(0.123), "—"] for name in FAMILIES[:4]]
    heads = [t.gettext("Segment"), t.gettext("Customers"), t.gettext("Share"), t.gettext("Revenue")]
    sample = table(heads, rows, caption=t.gettext("Numbers"), quiet=[False, False, False, True])
    return join([el("dl", *tiles, class_="tiles"), sample])


def _chip(name: str) -> Html:
    return el("span", el("span", class_="dot", aria_hidden="true"), name, class_=f"chip fam-{name}")


# --- pictures --------------------------------------------------------------------------------------


def _pictures(ask: Ask) -> list[Html]:
    drawn = [_treemap, _grid, _bars, _share, _months, _lines, _sankey, _cohorts]
    cards = [card(draw.__name__.removeprefix("_"), draw(ask)) for draw in drawn]
    return [el("div", *cards[n : n + 2], class_="halves") for n in range(0, len(cards), 2)]


def _treemap(ask: Ask) -> Html:
    tiles = [Tile(name, n, ask.t.integer(n), name) for name, n in zip(FAMILIES, _SAMPLE, strict=False)]
    return two_sizes(lambda w: treemap(tiles, (w, w * 0.6), "treemap"), wide=_HALF)


def _grid(_: Ask) -> Html:
    cells = [
        Cell(r, fm, r * fm, str(r * fm), str(r * fm), FAMILIES[(r + fm) % 6], FAMILIES[(r + fm) % 6])
        for r in range(1, 6)
        for fm in range(1, 6)
    ]
    return two_sizes(lambda w: grid(cells, w, ("R", "FM"), "grid"), wide=_HALF)


def _bars(ask: Ask) -> Html:
    items = [
        Bar(name, n, ask.t.integer(n), name, ask.t.percent(n / 600))
        for name, n in zip(FAMILIES, _SAMPLE, strict=False)
    ]
    return two_sizes(lambda w: bars(items, w, "bars"), wide=_HALF)


def _share(ask: Ask) -> Html:
    parts = [Part(name, n, ask.t.percent(n / 600), name) for name, n in zip(FAMILIES, _SAMPLE, strict=False)]
    return two_sizes(lambda w: share_bar(parts, w, "share"), wide=_HALF)


def _axis(ask: Ask) -> MonthAxis:
    return MonthAxis(
        [ask.t.month(date(2026, n, 1), short=True) for n in range(1, 7)], ask.t.compact, unfinished=True
    )


def _months(ask: Ask) -> Html:
    series = [Series(name, name, [n * 10 + k for k in range(6)]) for n, name in enumerate(FAMILIES[:3], 1)]
    return two_sizes(lambda w: columns(series, _axis(ask), (w, 220), "columns"), wide=_HALF)


def _lines(ask: Ask) -> Html:
    series = [
        Series(name, name, [n * 10 + (k * n) % 7 for k in range(6)]) for n, name in enumerate(FAMILIES[:3], 1)
    ]
    return two_sizes(lambda w: lines(series, _axis(ask), (w, 220), "lines"), wide=_HALF)


def _sankey(_: Ask) -> Html:
    names = FAMILIES[:3]
    sides = [Column(day, [Node(name, name, "100", name) for name in names]) for day in ("1", "2")]
    flows = [Flow(0, a, b, 60 if a == b else 20, f"{a} → {b}") for a in names for b in names]
    return two_sizes(lambda w: sankey(sides, flows, (w, 260), "sankey"), wide=_HALF)


def _cohorts(ask: Ask) -> Html:
    t = ask.t
    rows = []
    for n in range(1, 6):
        values = [0.6 / (k + 1) + n / 50 for k in range(6 - n)]
        texts = [t.percent(value, 0) for value in values]
        rows.append(CohortRow(t.month(date(2026, n, 1), short=True), "100", values, texts, texts))
    heads = (t.gettext("First order"), t.gettext("Customers"))
    return el(
        "div",
        Html(cohort_table(rows, heads, "cohorts")),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="cohorts",
    )
