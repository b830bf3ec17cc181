"""RFM: the treemap, the grid, the table of segments, the cuts."""

from __future__ import annotations

from kogorta.charts import Cell, Part, Tile, grid, share_bar, treemap
from kogorta.look.html import Html, el, join, paragraph, table, two_sizes
from kogorta.report.model import Absent, AxisCuts, Rfm, SchemeSizes, SegmentSize
from kogorta.report.view import View
from kogorta.vocab import AxisMethod

_TREEMAP = 620.0
_GRID = 400.0


def rfm_section(view: View) -> Html:
    """Write the section of RFM."""
    t, rfm = view.t, view.data.rfm
    title = t.gettext("RFM: recency, frequency, money")
    if isinstance(rfm, Absent):
        return view.section("rfm", title, "", view.empty(rfm))
    lead = t.gettext("Every buyer is in exactly one segment. Colours mean the same everywhere on this page.")
    pair = el("div", segment_tiles(view, rfm), cell_grid(view, rfm), class_="pair")
    return view.section(
        "rfm", title, lead, pair, _table(view, rfm.simple, rfm), _more(view, rfm), cuts(view, rfm)
    )


def segment_tiles(view: View, rfm: Rfm) -> Html:
    """Draw the seven segments as areas, each of which leads to its people."""
    t = view.t
    title = t.gettext("Customers by segment")
    tiles = [
        Tile(
            view.name("rfm_simple", s.id),
            s.customers,
            f"{t.integer(s.customers)} · {t.share(s.customers, rfm.simple.customers)}",
            view.family("rfm_simple", s.id),
            f"{view.name('rfm_simple', s.id)}: {view.meaning('rfm_simple', s.id)}. {t.customers(s.customers)}",
            view.links.people(f"rfm_simple.{s.id}"),
        )
        for s in rfm.simple.segments
        if s.customers
    ]
    desc = "; ".join(f"{tile.name}: {tile.caption}" for tile in tiles)
    picture = two_sizes(
        lambda w: treemap(tiles, (w, w * 0.68 if w > 400 else w * 0.95), title, desc), _TREEMAP
    )
    return el("div", el("h3", title), picture)


def cell_grid(view: View, rfm: Rfm) -> Html:
    """Draw the grid of recency by frequency and money, each cell of which leads to its people."""
    t = view.t
    title = t.gettext("The grid behind them")
    cells = [
        Cell(
            c.r,
            c.fm,
            c.customers,
            t.integer(c.customers),
            t.compact(c.customers),
            view.name("rfm_simple", c.segment),
            view.family("rfm_simple", c.segment),
            f"R{c.r} · FM{c.fm} — {view.name('rfm_simple', c.segment)}: {t.customers(c.customers)}",
            view.links.cell(c.r, c.fm),
        )
        for c in rfm.grid
    ]
    axes = (t.gettext("R: how recently"), t.gettext("FM: how often and for how much"))
    desc = t.gettext("Rows are recency, columns are frequency and money, 5 is best. Newcomers stand outside.")
    picture = two_sizes(lambda width: grid(cells, width, axes, title, desc), _GRID)
    return el("div", el("h3", title), picture, paragraph(desc, class_="hint"))


def _table(view: View, scheme: SchemeSizes, rfm: Rfm) -> Html:
    t = view.t
    heads = [
        t.gettext("Segment"),
        t.gettext("Who they are"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Revenue {span}", span=view.span(rfm.window_days)),
        t.gettext("Share of revenue"),
        t.gettext("Silent, days on average"),
    ]
    rows = [_row(view, scheme, segment) for segment in scheme.segments]
    quiet = [not segment.customers for segment in scheme.segments]
    return table(heads, rows, text_columns=2, caption=t.gettext("Segments in numbers"), quiet=quiet)


def _row(view: View, scheme: SchemeSizes, s: SegmentSize) -> list[str]:
    t = view.t
    if not s.customers:
        return [view.chip(scheme.id, s.id), view.meaning(scheme.id, s.id), "0", *[""] * 4]
    return [
        view.chip(scheme.id, s.id),
        view.meaning(scheme.id, s.id),
        t.integer(s.customers),
        t.share(s.customers, scheme.customers),
        view.money(s.revenue) if s.revenue is not None else "—",
        t.share(s.revenue, scheme.revenue) if s.revenue is not None else "—",
        t.integer(s.recency_days) if s.recency_days is not None else "—",
    ]


def _more(view: View, rfm: Rfm) -> Html:
    t = view.t
    quick = el("details", el("summary", t.gettext("The same base in five groups")), _bar(view, rfm.quick))
    if isinstance(rfm.classic, Absent):
        body: Html = view.empty(rfm.classic)
    else:
        body = join([_bar(view, rfm.classic), _table(view, rfm.classic, rfm)])
    return join([quick, el("details", el("summary", t.gettext("The same base in eleven segments")), body)])


def _bar(view: View, scheme: SchemeSizes) -> Html:
    return share_picture(view, scheme, view.t.gettext("Shares of the segments"))


def share_picture(view: View, scheme: SchemeSizes, title: str) -> Html:
    """Draw a scheme as one bar cut into its segments."""
    parts = [
        Part(
            view.name(scheme.id, s.id),
            s.customers,
            view.t.share(s.customers, scheme.customers),
            view.family(scheme.id, s.id),
        )
        for s in scheme.segments
    ]
    desc = "; ".join(f"{part.name}: {part.caption}" for part in parts)
    return two_sizes(lambda width: share_bar(parts, width, title, desc))


def cuts(view: View, rfm: Rfm) -> Html:
    """Say how the scores of the three axes were cut."""
    t = view.t
    items = [el("li", _cut(view, item, is_by_margin=rfm.is_by_margin)) for item in rfm.cuts]
    if rfm.unpriced:
        items.append(el("li", _unpriced(view, rfm.unpriced)))
    lead = t.gettext("Frequency and money are counted {span}.", span=view.span(rfm.window_days))
    return el(
        "details", el("summary", t.gettext("How the scores were cut")), paragraph(lead), el("ul", *items)
    )


def _unpriced(view: View, buyers: int) -> str:
    return view.t.ngettext(
        "Of {n} buyer the margin is not known, since costs cover less than 95% of the purchases: money is scored as frequency.",
        "Of {n} buyers the margin is not known, since costs cover less than 95% of the purchases: money is scored as frequency.",
        buyers,
    )


def _cut(view: View, cut: AxisCuts, *, is_by_margin: bool) -> str:
    t = view.t
    if cut.axis == "r":
        bounds = ", ".join(t.integer(bound) for bound in cut.bounds)
        text = t.gettext(
            "Recency: at most {bounds} days of silence for the scores 5, 4, 3, 2.", bounds=bounds
        )
    elif cut.axis == "f":
        bounds = ", ".join(t.integer(bound) for bound in cut.bounds)
        text = t.gettext("Frequency: from {bounds} orders for the scores 5, 4, 3, 2.", bounds=bounds)
    else:
        bounds = ", ".join(view.money(bound) for bound in cut.bounds)
        text = (
            t.gettext("Money, by margin: from {bounds} for the scores 5, 4, 3, 2.", bounds=bounds)
            if is_by_margin
            else t.gettext("Money: from {bounds} for the scores 5, 4, 3, 2.", bounds=bounds)
        )
    return f"{text} {_method(view, cut.method)}"


def _method(view: View, method: AxisMethod) -> str:
    t = view.t
    return {
        AxisMethod.RHYTHM: t.gettext("The bounds follow the rhythm of the base."),
        AxisMethod.RELATIVE: t.gettext("Customers are compared with one another."),
        AxisMethod.THRESHOLDS: t.gettext("The bounds are set by hand."),
    }[method]
