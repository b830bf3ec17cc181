"""What is true of one customer: segments with why and why not, traits, contacts and consents, ids."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from kogorta.customers import Consent, Profile
from kogorta.definitions.sentence.words import lexicon
from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.readings import Person, Reading
from kogorta.report.words import rule_name
from kogorta_server.accounts.masks import HIDDEN
from kogorta_server.accounts.rights import Right
from kogorta_server.customers import queries
from kogorta_server.customers.masks import OPEN_ATTRIBUTES
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.finding import kept
from kogorta_server.ui.parts.people import shown
from kogorta_server.ui.parts.values import GROUPS, TITLES, label, told, traits_of, wording
from kogorta_server.ui.parts.why import why_section


def segments_part(ask: Ask, reading: Reading, person: Person) -> Html:
    """Write in which segments somebody is, each with why; and why he is not in any other."""
    as_of = ask.text("as_of")
    if as_of:
        found = queries.profile(person.values["customer_id"], reading.stamp, as_of)
        inside = [
            segment if scheme == segment else f"{scheme}.{segment}"
            for scheme, segment in found.segments.items()
            if segment is not None
        ]
        rows = [_membership(ask, reading, id_, "") for id_ in inside if id_ in reading.segments]
    else:
        rows = [
            _membership(ask, reading, id_, ask.t.gettext("since {day}", day=ask.day(since)))
            for id_, since in reading.segments_of(person.customer_key).items()
        ]
        inside = list(reading.segments_of(person.customer_key))
    nobody = paragraph(ask.t.gettext("This customer is in no segment."), class_="empty")
    return join([el("ul", *rows, class_="memberships") if rows else nobody, _why_not(ask, reading, inside)])


def _membership(ask: Ask, reading: Reading, id_: str, since: str) -> Html:
    item = reading.segment(id_)
    dot = el("span", class_="dot", aria_hidden="true")
    chip = el("a", dot, item.name[ask.lang], href=link("segment", id_), class_=f"chip fam-{item.family}")
    scheme = "" if item.is_free else item.scheme_name[ask.lang]
    about = " · ".join(filter(None, [scheme, since]))
    address = ask.here(part="why", segment=id_, page=None)
    place = el(
        "div", el("noscript", el("a", ask.t.gettext("Show it on this page"), href=f"{address}&whole=1"))
    )
    unfolded = el(
        "details",
        el("summary", ask.t.gettext("Why")),
        place,
        hx_get=address,
        hx_trigger="toggle once",
        hx_target="find div",
    )
    return el("li", el("div", chip, " ", el("small", about)), unfolded)


def _why_not(ask: Ask, reading: Reading, inside: list[str]) -> Html:
    t = ask.t
    groups: dict[str, list[Html]] = {}
    for item in reading.segments.values():
        if item.id not in inside:
            heading = t.gettext("Your segments") if item.is_free else item.scheme_name[ask.lang]
            groups.setdefault(heading, []).append(el("option", item.name[ask.lang], value=item.id))
    options = [el("optgroup", *listed, label=heading) for heading, listed in groups.items()]
    form = el(
        "form",
        *kept(ask, ["as_of"]),
        el("input", type="hidden", name="part", value="why"),
        el(
            "div",
            el("label", t.gettext("Why not in another segment?"), for_="other", class_="label"),
            el("select", *options, name="segment", id="other"),
        ),
        el("button", t.gettext("Tell"), class_="button"),
        class_="bar why-not",
        hx_get=ask.request.path,
        hx_target="#why-not",
        hx_trigger="submit",
    )
    return join([form, el("div", id="why-not", aria_live="polite")])


def why_part(ask: Ask, reading: Reading, person: Person) -> Html:
    """Write why somebody is in a segment, or not."""
    answer = queries.explanation(
        ask.text("segment"), person.values["customer_id"], reading.stamp, ask.text("as_of")
    )
    return why_section(ask, queries.why(ask.t), answer)


def traits_part(ask: Ask, reading: Reading, person: Person) -> Html:
    """Write what is known of somebody: what sources say, and every trait by family."""
    t = ask.t
    found = queries.profile(person.values["customer_id"], reading.stamp, ask.text("as_of"))
    parts = [_attributes(ask, found)]
    for group in GROUPS:
        names = traits_of(group)
        known = {name: found.traits[name] for name in names if found.traits[name] is not None}
        rows = _rows(ask, known)
        missing = [label(ask, name) for name in names if name not in known]
        none = paragraph(t.gettext("Nothing is known here."), class_="empty")
        unknown = paragraph(t.gettext("Not known: {traits}.", traits=", ".join(missing)), class_="hint")
        parts.append(
            el(
                "section",
                el("h3", t.say(TITLES[group])),
                rows if known else none,
                unknown if missing and known else Html(""),
            )
        )
    at = paragraph(t.gettext("as of {instant}", instant=ask.moment(found.as_of)), class_="stamp")
    return el("div", at, *parts, class_="trait-groups")


def _attributes(ask: Ask, found: Profile) -> Html:
    if not found.attributes:
        return Html("")
    sees = ask.may(Right.CONTACTS)
    values = {
        name: shown(ask, "name", value)
        if name == "name"
        else value
        if sees or name in OPEN_ATTRIBUTES
        else HIDDEN
        for name, value in found.attributes.items()
    }
    return el("section", el("h3", ask.t.gettext("What sources say")), _rows(ask, values))


def _rows(ask: Ask, values: Mapping[str, object]) -> Html:
    rows = [
        el("div", el("dt", label(ask, name)), el("dd", told(ask, name, value)))
        for name, value in values.items()
    ]
    return el("dl", *rows, class_="traits")


def contacts_part(ask: Ask, person: Person) -> Html:
    """Write how somebody may be reached: contacts, and consents with their history."""
    t = ask.t
    words = lexicon(ask.lang)
    ways = queries.ways(person.values["customer_id"])
    kinds = words.traits["contact_kinds"].values
    rows = [
        [
            kinds.get(item.kind, item.kind),
            shown(ask, item.kind, item.value),
            t.gettext("main") if item.is_main else "",
            t.gettext("proved on {day}", day=ask.day(item.verified_at)) if item.verified_at else "",
        ]
        for item in ways.contacts
    ]
    title = t.gettext("Contacts")
    heads = [t.gettext("Kind"), title, "", t.gettext("Proof")]
    none = paragraph(t.gettext("No contact is known, so nothing can be sent."), class_="empty")
    contacts = table(heads, rows, text_columns=4, caption=title) if rows else none
    return join([el("h3", title), contacts, el("h3", t.gettext("Consents")), _consents(ask, ways.consents)])


def _consents(ask: Ask, consents: tuple[Consent, ...]) -> Html:
    t = ask.t
    if not consents:
        return paragraph(t.gettext("Nothing was ever consented to."), class_="empty")
    words = lexicon(ask.lang)
    items = []
    for (channel, purpose), listed in groupby(consents, lambda item: (item.channel, item.purpose)):
        told_ = list(listed)
        what = (
            f"{words.columns['purpose'].values.get(purpose, purpose)} {words.channels.get(channel, channel)}"
        )
        rows = [el("li", _consent(ask, item)) for item in told_]
        stands = told_[0].op == "granted"
        mark = el("span", "✓" if stands else "✗", aria_hidden="true", class_="mark-sign")
        body = el("div", el("strong", what), el("ul", *rows, class_="rows"))
        items.append(el("li", mark, body, class_="holds" if stands else "fails"))
    return el("ul", *items, class_="reasons")


def _consent(ask: Ask, item: Consent) -> str:
    t = ask.t
    evidence = item.evidence if ask.may(Right.CONTACTS) or not item.evidence else HIDDEN
    op = t.gettext("given") if item.op == "granted" else t.gettext("withdrawn")
    return " · ".join(
        filter(None, [op, ask.moment(item.at), item.source, evidence, wording(t, item.text_version)])
    )


def ids_part(ask: Ask, person: Person) -> Html:
    """Write under which ids sources know somebody, and what joined them."""
    t = ask.t
    found = queries.links(person.values["customer_id"])
    ids = el("ul", *[el("li", el("code", id_)) for id_ in found.customer_ids], class_="plain")
    devices = paragraph(
        t.ngettext("{n} browser or device", "{n} browsers and devices", found.devices), class_="about"
    )
    if not found.links:
        return join(
            [ids, devices, paragraph(t.gettext("Nothing ever joined this id to another."), class_="empty")]
        )
    sees = ask.may(Right.CONTACTS)
    rows = [
        [
            item.a,
            item.b if item.b != item.a else "",
            rule_name(t, item.rule),
            item.evidence if sees or not item.evidence else HIDDEN,
            ask.moment(item.at),
            t.gettext("taken back on {day}", day=ask.day(item.revoked_at))
            if item.revoked_at
            else t.gettext("stands"),
        ]
        for item in found.links
    ]
    heads = [
        t.gettext("Id"),
        t.gettext("Other id"),
        t.gettext("By"),
        t.gettext("Evidence"),
        t.gettext("Since"),
        t.gettext("State"),
    ]
    title = t.gettext("Links")
    return join([ids, devices, el("h3", title), table(heads, rows, text_columns=6, caption=title)])
