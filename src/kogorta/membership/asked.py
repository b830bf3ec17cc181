"""What a question is about: schemes and free segments, as they stand or as a text would define them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.compile.evaluate import evaluate
from kogorta.definitions.document import Definition
from kogorta.definitions.names import Words
from kogorta.definitions.names import schemes as named_schemes
from kogorta.definitions.schemes import Scheme
from kogorta.errors import InputError, NotFoundError
from kogorta.i18n import lazy
from kogorta.membership.define import checked
from kogorta.membership.held import Held, unrecorded
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.log import find_segment
from kogorta.membership.own import closure, names_of, scheme_of
from kogorta.membership.view import View
from kogorta.traits.idioms import beside


@dataclass(frozen=True)
class Asked:
    """Schemes and free segments that a question is about.

    Attributes:
        schemes: Those that are worked out.
        segments: Full ids of the segments that are asked for, in the order in which they are shown.
        definitions: Definitions of people's own among which theirs stand, by id.
    """

    schemes: tuple[Scheme, ...]
    segments: tuple[str, ...]
    definitions: Mapping[str, Definition]

    def scheme_of(self, segment: str) -> Scheme:
        """Return the scheme of a segment by its full id."""
        return next(item for item in self.schemes if item.id == segment.partition(".")[0])

    @property
    def names(self) -> dict[str, Words]:
        """How each segment is called, by full id."""
        found: dict[str, Words] = {}
        for item in self.schemes:
            own = self.definitions[item.id] if item.family == "own" else None
            named = names_of(own).segments if own else named_schemes()[item.id].segments
            found |= {item.segment_id(segment): named[segment].name for segment in item.segments}
        return {id_: found[id_] for id_ in self.segments}

    def wide(self, view: View) -> Any:
        """Work everyone out: customer_key, and for each scheme the column `Scheme.trait` with its segment.

        Raises:
            InputError: A scheme says nothing of this base.
        """
        for item in self.schemes:
            if item.id in hidden_schemes(view.frames):
                raise InputError(
                    "this scheme says nothing of this base: too few people come often",
                    got=item.id,
                    hint="take rfm_simple, which needs less",
                )
        ready = ["customer_key", *[item.trait for item in self.schemes if item.family != "own"]]
        own = [item for item in self.schemes if item.family == "own"]
        if not own:
            # other traits are not asked for: unless they are there already, only these are worked out
            is_made = "traits" in view.__dict__
            return view.traits.select(*ready) if is_made else evaluate(view.steps, view.frames, ready)
        traits = view.traits.select(*ready) if len(ready) > 1 else None
        placed = view.place(closure(self.definitions, [item.id for item in own])).table
        told = placed.select("customer_key", *[item.trait for item in own])
        return told if traits is None else beside(traits, told)

    def unrecorded(self, view: View) -> tuple[Held, ...]:
        """Return the conditions with `held_for` that are true of nobody, because no refresh recorded them yet."""
        return unrecorded(view, closure(self.definitions, [item.id for item in self.schemes]).values())

    def members(self, rows: Any) -> Any:
        """Return customer_key and segment (its full id) of everyone in a segment that is asked for."""
        parts = []
        for item in self.schemes:
            inside = rows.filter(rows[item.trait].notnull())
            name = inside[item.trait] if item.is_free else ibis.literal(f"{item.id}.") + inside[item.trait]
            parts.append(inside.select("customer_key", segment=name))
        united = parts[0]
        for part in parts[1:]:
            united = united.union(part)
        return united.filter(united.segment.isin(list(self.segments)))


def asked_schemes(
    schemes: Iterable[Scheme], definitions: Mapping[str, Definition], segments: Sequence[str] | None = None
) -> Asked:
    """Return what is asked of whole schemes, or of some of their segments."""
    known = tuple(schemes)
    every = [item.segment_id(segment) for item in known for segment in item.segments]
    return Asked(known, tuple(every if segments is None else segments), definitions)


def asked_ids(view: View, ids: Iterable[str]) -> Asked:
    """Return what is asked by ids: of a scheme, of one of its segments, of a free segment.

    Raises:
        NotFoundError: There is nothing of that name.
    """
    segments: dict[str, None] = {}
    schemes: dict[str, Scheme] = {}
    for id_ in ids:
        if id_ in view.schemes:
            item = view.schemes[id_]
            names: Sequence[str] = item.segments
        else:
            item, name = find_segment(view.schemes, id_)
            names = [name]
        schemes[item.id] = item
        segments |= dict.fromkeys(item.segment_id(name) for name in names)
    return asked_schemes(schemes.values(), view.own, tuple(segments))


def asked_definitions(view: View, new: Sequence[Definition]) -> Asked:
    """Return what is asked by definitions that are not registered yet.

    Raises:
        ProblemsError: Something in them is wrong; all of it is listed.
    """
    return asked_schemes(map(scheme_of, new), checked(view, new))


def is_known(view: View, text: str) -> bool:
    """Whether a text is the id of a scheme, of a segment of one, or of a free segment."""
    if text in view.schemes:
        return True
    try:
        find_segment(view.schemes, text)
    except NotFoundError:
        return False
    return True


def nothing_of_that_name(view: View, text: str) -> NotFoundError:
    """Return what to say where a text is neither an id nor a file."""
    scheme = text.partition(".")[0]
    if scheme in view.schemes and not view.schemes[scheme].is_free:
        item = view.schemes[scheme]
        known = [item.segment_id(segment) for segment in item.segments]
    else:
        known = list(view.schemes)
    return NotFoundError(
        "there is no segment, no scheme and no file of that name",
        got=text,
        expected=lazy("{ids}, or a file with a definition", ids=", ".join(known)),
        hint="kogorta segments list shows them with their sizes",
    )
