"""What pages of segments have in common: names, tabs, trends, whom channels reach, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kogorta.charts import Bar, bars, spark
from kogorta.errors import NotFoundError
from kogorta.look.html import WIDE, Html, el, join, two_sizes
from kogorta.membership.sizing import Reach
from kogorta.readings import Listed, Meaning, Reading
from kogorta.traits.reach import CHANNELS
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link

_SPARK = (96.0, 26.0)


def chip(ask: Ask, item: Listed) -> Html:
    """Write the name of a segment with its colour; it leads to its page."""
    dot = el("span", class_="dot", aria_hidden="true")
    return el("a", dot, item.name[ask.lang], href=link("segment", item.id), class_=f"chip fam-{item.family}")


def full_name(ask: Ask, item: Listed) -> str:
    """Name a segment with the scheme that it belongs to."""
    name = item.name[ask.lang]
    return name if item.is_free else f"{item.scheme_name[ask.lang]}: {name}"


def tabs(ask: Ask, item: Listed, active: str) -> Html:
    """Write the ways to what is told of one segment."""
    t = ask.t
    told = [
        ("segment", t.pgettext("segment", "What it is"), Right.SEE),
        ("segment_people", t.gettext("People"), Right.PEOPLE),
        ("segment_moves", t.pgettext("segment", "Who came and who left"), Right.SEE),
        ("segment_definition", t.gettext("Definition"), Right.SEE),
    ]
    items = [
        el("a", label, href=link(name, item.id), aria_current="page" if name == active else None)
        for name, label, right in told
        if ask.may(right)
    ]
    return el("nav", *items, class_="tabs", aria_label=item.name[ask.lang])


def meaning_of(reading: Reading, item: Listed) -> Meaning:
    """Return what the scheme of a segment means.

    Raises:
        NotFoundError: The reading was taken by an older program.
    """
    if item.scheme not in reading.meanings:
        raise NotFoundError("nothing is known of this segment yet", got=item.id, hint="refresh the base")
    return reading.meanings[item.scheme]


def sparkline(ask: Ask, item: Listed, sizes: tuple[int, ...]) -> Html:
    """Draw how a segment grew with its last refreshes; nothing where only one is known."""
    if len(sizes) < 2:
        return Html("")
    t = ask.t
    title = t.gettext(
        "{name}: from {first} to {last}", name=item.name[ask.lang], first=sizes[0], last=sizes[-1]
    )
    return el("span", Html(spark(sizes, _SPARK, title)), class_="trend")


def week(ask: Ask, item: Listed) -> str:
    """Write by how many people a segment grew in a week."""
    if item.before is None:
        return "—"
    difference = item.people - item.before
    return f"+{ask.t.integer(difference)}" if difference > 0 else ask.t.integer(difference)


def agreed(ask: Ask, reach: Mapping[str, Reach]) -> Html:
    """Write how many agreed to advertising, by channel, the most first."""
    told = sorted(
        ((found.granted, channel) for channel, found in reach.items() if found.granted), reverse=True
    )
    lines = [
        el("span", f"{ask.t.say(CHANNELS[channel][1])}\N{NO-BREAK SPACE}{ask.t.integer(n)}", class_="reach")
        for n, channel in told[:3]
    ]
    return join(lines) if lines else Html("—")


def reach_table(ask: Ask, reach: Mapping[str, Reach], people: int) -> Html:
    """Write whom each channel reaches: who has a contact, who did not take back his consent, who gave it."""
    t = ask.t
    shown = [(channel, found) for channel, found in reach.items() if found.contacts]
    if not shown:
        return el("div", el("p", t.gettext("Nobody here has a contact.")), class_="empty")

    def counted(count: int) -> str:
        return f"{t.integer(count)} · {t.share(count, people)}"

    heads = [t.gettext("With a contact"), t.gettext("Not withdrawn"), t.gettext("Agreed")]
    rows = [
        el(
            "tr",
            el("th", t.say(CHANNELS[channel][1]), scope="row"),
            *[
                el("td", counted(count), class_="num", data_label=head)
                for head, count in zip(
                    heads, (found.contacts, found.not_withdrawn, found.granted), strict=True
                )
            ],
        )
        for channel, found in shown
    ]
    head = el(
        "tr",
        el("th", t.gettext("Channel"), scope="col"),
        *[el("th", name, scope="col", class_="num") for name in heads],
    )
    caption = el("caption", t.gettext("Whom each channel reaches"), class_="visually-hidden")
    whole = el("table", caption, el("thead", head), el("tbody", *rows), class_="data numbers-3")
    hint = t.gettext(
        "Agreed: gave their consent to advertising and did not take it back; to them alone offers may go. "
        "Not withdrawn: did not take it back, but may never have given it."
    )
    return join([el("div", whole, class_="table wide"), el("p", hint, class_="hint")])


def with_commas(items: Sequence[Html]) -> list[Html]:
    """Set links one after another, with commas between."""
    return [item if index == 0 else join([", ", item]) for index, item in enumerate(items)]


def typed(names: Iterable[str]) -> Html:
    """Write words as they are typed into a definition, with commas between."""
    return join(with_commas([el("code", name) for name in names]))


def size_bars(ask: Ask, items: Sequence[Listed], title: str, wide: float = WIDE) -> Html:
    """Draw how many people segments of one scheme have; each bar leads to them.

    Args:
        ask: The request.
        items: The segments.
        title: Accessible name.
        wide: Width on a screen, pixels.
    """
    t, whole = ask.t, sum(item.people for item in items)
    drawn = [
        Bar(
            item.name[ask.lang],
            item.people,
            t.integer(item.people),
            item.family,
            t.share(item.people, whole) if whole else "",
            href=link("customers", segment=item.id) if ask.may(Right.PEOPLE) and item.people else None,
        )
        for item in items
    ]
    return two_sizes(lambda width: bars(drawn, width, title), wide=wide)
