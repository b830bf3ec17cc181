"""What was done with a segment is looked at, and the segment is corrected by it."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.definitions.document import Definition
from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy, nlazy


class _OfMessages(Rule):
    """A rule on messages that were sent."""

    severity = Severity.WARN

    def can_tell(self, case: Case) -> bool:
        """Whether messages are known, and there are segments of people's own to send them to."""
        return bool(case.own) and case.view.steps.facts.has("messages")


class Unused(_OfMessages):
    """A segment that nobody wrote to, so that it has no result.

    Broken if no campaign of the last `quiet_days` is called by one of the names that `purpose: {campaign: …}` lists (`warn`), or,
    where it lists none, by the id (`info`). A name counts as a word: `june_win_back` carries `win_back`.
    """

    id = "results.unused"
    finding = lazy("No campaign of its own, so no result to look at")
    why = lazy(
        "What is never tried cannot be corrected: nobody knows whether these people answer as was hoped."
    )
    todo = lazy(
        "Name its campaigns in the definition, `purpose: {example}`, or use its id in the name of the campaign; if nothing is "
        "sent to it, take it away.",
        example="{campaign: …}",
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return definitions none of whose campaigns was sent lately; where none is named, the id is looked for."""
        for id_, item in case.own.items():
            named = campaigns_of(item)
            if not case.mailing.carries(named or [id_]):
                severity = self.severity if named else Severity.INFO
                message = nlazy(
                    "no campaign of that name for {n} day: {names}",
                    "no campaign of that name for {n} days: {names}",
                    case.mailing.days,
                    names=", ".join(named or [id_]),
                )
                yield self.remark(message, id_, severity=severity)

    def praise(self, case: Case) -> Message:
        """Say that all were written to."""
        return nlazy(
            "Every segment of your own had a campaign in the last {n} day.",
            "Every segment of your own had a campaign in the last {n} days.",
            case.mailing.days,
        )


class Unanswered(_OfMessages):
    """Messages of which nobody knows what became.

    Broken if there are `messages` and no `message_events`.
    """

    id = "results.unknown"
    finding = lazy("Nobody knows what became of messages")
    why = lazy(
        "Without opens and clicks no campaign can be judged, and no segment corrected by how it answered."
    )
    todo = lazy("Import the table `message_events`: sent, delivered, opened, clicked, unsubscribed.")

    def broken(self, case: Case) -> Iterator[Remark]:
        """Tell that they are not there."""
        if not case.mailing.has_answers:
            yield self.remark(
                lazy("messages are known, but not whether they were delivered, opened or clicked")
            )

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that it is known."""
        return lazy("It is known what became of messages.")


def campaigns_of(definition: Definition) -> list[str]:
    """Return the campaigns that a definition names as its own: `campaign` in its purpose, one or a list."""
    found = definition.purpose.get("campaign")
    named = found if isinstance(found, list | tuple) else [found]
    return [str(name) for name in named if name]
