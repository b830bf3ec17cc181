"""Sections of the report on a page: the same words and pictures, with links to who is behind each number."""

from __future__ import annotations

from kogorta.readings import Reading
from kogorta.report.view import Links, View
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link


def view_of(ask: Ask, reading: Reading) -> View:
    """Return the data of a reading as sections of the report take it; its segments lead to their pages."""

    def href(segment: str) -> str | None:
        return link("segment", segment) if segment in reading.segments else None

    def people(segment: str) -> str | None:
        if segment not in reading.segments or not ask.may(Right.PEOPLE):
            return None
        return link("customers", segment=segment)

    def cell(r: int, fm: int) -> str | None:
        return link("customers", r=r, fm=fm) if ask.may(Right.PEOPLE) else None

    def person(customer_id: str) -> str | None:
        return link("customer", customer_id) if ask.may(Right.PEOPLE) else None

    return View(reading.report, ask.t, Links(href, people, cell, person))
