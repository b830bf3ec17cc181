"""The whole page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib import resources

from kogorta import look
from kogorta.i18n import Lang, translator
from kogorta.look.html import Html, el, paragraph
from kogorta.report.agenda import agenda_section
from kogorta.report.checkup import checkup_section
from kogorta.report.cohorts import cohorts_section
from kogorta.report.gaps import gaps_section
from kogorta.report.headline import headline
from kogorta.report.measures import measures
from kogorta.report.model import ReportData
from kogorta.report.overview import by_month, masthead
from kogorta.report.own import own_section
from kogorta.report.playbook import playbook_section
from kogorta.report.segments import rfm_section
from kogorta.report.slipping import slipping_section
from kogorta.report.stages import lifecycle_section, transitions_section
from kogorta.report.tastes import tastes_section
from kogorta.report.view import View
from kogorta.report.worth import worth_section

_SECTIONS: tuple[Callable[[View], Html], ...] = (
    agenda_section,
    measures,
    by_month,
    rfm_section,
    lifecycle_section,
    transitions_section,
    cohorts_section,
    worth_section,
    tastes_section,
    slipping_section,
    own_section,
    playbook_section,
    checkup_section,
    gaps_section,
)


def render(data: ReportData, lang: Lang) -> str:
    """Write the report as one HTML file.

    The file asks the network for nothing and runs no script; its content policy forbids both. Colours
    follow the reader's light or dark theme, the layout his screen, and it prints on paper.

    Args:
        data: What the report shows.
        lang: `ru` or `en`.

    Returns:
        A complete HTML document.
    """
    view = View(data, translator(lang))
    css = _css()
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(css)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", view.t.gettext("{title}: customer base report", title=data.title)),
        el("link", rel="icon", href="data:,"),
        el("style", Html(css)),
    )
    return f"<!doctype html>\n{el('html', head, _body(view), lang=lang)}\n"


def _body(view: View) -> Html:
    sections = [section(view) for section in _SECTIONS]
    content = el("main", masthead(view), headline(view), _contents(view), *sections)
    return el("body", content, _colophon(view))


def _contents(view: View) -> Html:
    t = view.t
    data = view.data
    links = [
        *([("agenda", t.pgettext("contents", "Today"))] if data.agenda else []),
        ("measures", t.gettext("Repeat business")),
        ("months", t.gettext("Month by month")),
        ("rfm", t.pgettext("contents", "RFM")),
        ("lifecycle", t.pgettext("contents", "Lifecycle")),
        ("moves", t.pgettext("contents", "Movements")),
        ("cohorts", t.pgettext("contents", "Cohorts")),
        ("worth", t.gettext("Value and margin")),
        *([("tastes", t.pgettext("contents", "Preferences"))] if data.tastes else []),
        ("slipping", t.gettext("Who is slipping away")),
        *([("own", t.gettext("Your own segments"))] if data.own else []),
        ("playbook", t.pgettext("contents", "What to do")),
        *([("doctor", t.pgettext("contents", "Doctor"))] if data.checkup else []),
        ("gaps", t.gettext("What the base lacks")),
    ]
    anchors = [el("a", text, href=f"#{anchor}") for anchor, text in links]
    return el("nav", *anchors, aria_label=t.gettext("Contents"))


def _colophon(view: View) -> Html:
    t = view.t
    text = t.gettext(
        "Made by Kogorta. Everything is computed from your own data as of {instant}; "
        "customers appear by id only. The report describes what happened: "
        "only a test with a control group shows what a campaign adds.",
        instant=view.as_of(),
    )
    return el("footer", paragraph(text))


def _css() -> str:
    own = resources.files("kogorta.report").joinpath("report.css").read_text("utf-8")
    return look.stylesheet() + own


def _policy(css: str) -> str:
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
