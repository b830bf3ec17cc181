"""The first thing a reader sees: three to five findings, or why there are none."""

from __future__ import annotations

from kogorta.look.html import Html, el, paragraph, remedy
from kogorta.report.findings import FEWEST_PEOPLE, Finding, findings
from kogorta.report.view import View


def headline(view: View) -> Html:
    """Write the findings, or say why there are none."""
    items = [_item(finding) for finding in findings(view)]
    title = el("h2", view.t.gettext("What matters now"))
    if items:
        return el("section", title, el("ol", *items, class_="findings"), id="findings", class_="headline")
    return el("section", title, _too_little(view), id="findings", class_="headline")


def _item(finding: Finding) -> Html:
    figure = el("strong", finding.figure, class_="figure")
    return el("li", figure, paragraph(finding.text), class_=f"fam-{finding.family}")


def _too_little(view: View) -> Html:
    t, base = view.t, view.data.base
    if not base.orders:
        text = t.gettext("There are no orders yet, so there is nothing to conclude.")
        todo = t.gettext(
            "Import a file with customer, date and amount: `kogorta import orders.csv --table orders`"
        )
        return el("div", paragraph(text), remedy(todo), class_="empty")
    if base.buyers >= FEWEST_PEOPLE:
        return el("div", paragraph(t.gettext("Nothing stands out in this base.")), class_="empty")
    text = t.ngettext(
        "The base has {n} buyer. With fewer than {least} a share says nothing, so no conclusions are drawn.",
        "The base has {n} buyers. With fewer than {least} a share says nothing, so no conclusions are drawn.",
        base.buyers,
        least=FEWEST_PEOPLE,
    )
    return el("div", paragraph(text), class_="empty")
