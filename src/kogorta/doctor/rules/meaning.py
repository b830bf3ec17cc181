"""A segment has a purpose, answers a need, and can be understood by whoever works with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kogorta.definitions.catalogue import Catalogue, Source
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import Consent, InList, Node, Share, Trait
from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity
from kogorta.doctor.rules.base import Rule
from kogorta.doctor.written import leaves, written
from kogorta.i18n import Message, lazy, nlazy

_NAMELESS = {"ru": lazy("no name in Russian"), "en": lazy("no name in English")}


class _OfOwn(Rule):
    """A rule on definitions of people's own."""

    severity = Severity.WARN

    def can_tell(self, case: Case) -> bool:
        """Whether there are any."""
        return bool(case.own)


class NoGoal(_OfOwn):
    """A segment that nobody knows the purpose of.

    Broken if `purpose` has no `goal`, and not every segment of the definition has a playbook.
    """

    id = "purpose.goal"
    finding = lazy("Nobody says what it is for")
    why = lazy("A segment without a goal is a statistic: it is counted, and nothing is done with it.")
    todo = lazy(
        "Write `purpose: {example}` into the definition: what its people should do.",
        example="{goal: win_back}",
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return definitions without a goal."""
        for id_, item in case.own.items():
            if _lacks(item, "goal"):
                yield self.remark(lazy("no goal"), id_)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that each has one."""
        return lazy("Every segment of your own has a goal.")


class NoNeed(_OfOwn):
    """A segment of which nobody says what its people need.

    Broken if `purpose` has no `need`, and not every segment of the definition has a playbook.
    """

    id = "purpose.need"
    severity = Severity.INFO
    finding = lazy("Nobody says what its people need")
    why = lazy("Without a need all that is left to offer is a lower price.")
    todo = lazy(
        "Write `purpose: {example}` into the definition: why these people would want it.", example="{need: …}"
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return definitions without a need."""
        for id_, item in case.own.items():
            if _lacks(item, "need"):
                yield self.remark(lazy("no need"), id_)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that each has one."""
        return lazy("Of every segment of your own it is said what its people need.")


class NoPlaybook(_OfOwn):
    """A segment of which nobody says what to do with it.

    Broken by a segment without `playbook`; what remains of a scheme needs none.
    """

    id = "purpose.playbook"
    finding = lazy("Nobody says what to do with its people")
    why = lazy(
        "Everyone who writes to it invents message, channel and offer anew, and the last resort is always a discount."
    )
    todo = lazy(
        "Write a playbook into the definition: goal, channels, message, frequency, offer, what to avoid, and how success is "
        "measured."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments without one; what remains of a scheme needs none."""
        for item in written(case.own.values()):
            if item.playbook is None and not item.is_rest:
                yield self.remark(lazy("no playbook"), item.id)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that each has one."""
        return lazy("Every segment of your own has a playbook.")


class WhoNotWhat(_OfOwn):
    """A segment that looks at what people are, and not at what they do.

    Broken if no condition looks at facts, at segments or at a trait that is worked out of them.
    """

    id = "purpose.behaviour"
    severity = Severity.INFO
    finding = lazy("Looks at who people are, not at what they do")
    why = lazy(
        "Age and city tell little of what somebody needs: what he bought, when, and what he looked at tells more."
    )
    todo = lazy(
        "Join it with a condition on purchases, visits or answers, such as `did: order, within: 90d`."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return definitions no condition of which looks at purchases, behaviour or what is worked out of them."""
        catalogue = case.view.catalogue
        for id_, item in case.own.items():
            if not any(_tells_behaviour(leaf, catalogue) for leaf in leaves(item.conditions())):
                yield self.remark(lazy("attributes only"), id_)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that all look at what people do."""
        return lazy("Every segment of your own looks at what people do.")


class Unnamed(_OfOwn):
    """A segment without a name in one of the languages.

    `warn` if the name in the language of the workspace is missing, else `info`.
    """

    id = "clarity.name"
    finding = lazy("Has no name that everybody understands")
    why = lazy("Whoever did not write it must guess by its id who is in it, and guesses wrong.")
    todo = lazy("Write `name: {example}` into the definition.", example="{ru: …, en: …}")

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments without a name; that of the other language matters less than that of the workspace."""
        home = case.view.config.workspace.language
        for segment, name in _names(case):
            missing = [lang for lang in _NAMELESS if not name.get(lang, "").strip()]
            if missing:
                message = _NAMELESS[missing[0]] if len(missing) == 1 else lazy("no name")
                severity = self.severity if home in missing else Severity.INFO
                yield self.remark(message, segment, severity=severity)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that all are named."""
        return lazy("Every segment of your own has a name in both languages.")


class Intricate(_OfOwn):
    """A definition of more conditions than anybody keeps in mind.

    Broken by more than `max_conditions`; `all`, `any` and `not` are none, those of the base of a scheme count.
    """

    id = "clarity.conditions"
    finding = lazy("More conditions than can be kept in mind")
    why = lazy("Nobody can say any more who is in it, so nobody notices when it is wrong.")
    todo = lazy(
        "Give a part of it a name: a segment of its own, and name that by `in_segment`. Often half of the conditions "
        "exclude nobody: `kogorta segments explain` shows it."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Count the conditions of each segment, without all, any and not."""
        most = case.settings.max_conditions
        for item in written(case.own.values()):
            found = len(list(leaves(item.roots)))
            if found > most:
                message = nlazy(
                    "{n} condition; up to {most} is good",
                    "{n} conditions; up to {most} is good",
                    found,
                    most=most,
                )
                yield self.remark(message, item.id, count=found)

    def praise(self, case: Case) -> Message:
        """Say that all are short."""
        return nlazy(
            "No segment of your own has more than {n} condition.",
            "No segment of your own has more than {n} conditions.",
            case.settings.max_conditions,
        )


def _tells_behaviour(leaf: Node, catalogue: Catalogue) -> bool:
    if isinstance(leaf, Trait):
        known = catalogue.traits.get(leaf.name)
        return known is not None and known.source is Source.COMPUTED
    return not isinstance(leaf, InList | Share | Consent)


def _lacks(item: Definition, key: str) -> bool:
    """Whether neither its purpose nor the playbooks of its segments say something."""
    has_playbooks = all(part.playbook for part in written([item]) if not part.is_rest)
    return not item.purpose.get(key) and not has_playbooks


def _names(case: Case) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every definition of people's own and every segment in it, with its names by language."""
    for id_, item in case.own_schemes.items():
        yield id_, item.name
    for part in written(case.own.values()):
        yield part.id, part.name
