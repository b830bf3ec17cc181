"""kogorta doctor: the rules of good segmentation, which are broken and which are kept."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding

import kogorta
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, out, plain
from kogorta.cli.reports import MARKS
from kogorta.cli.speak import t
from kogorta.i18n import Message, lazy

if TYPE_CHECKING:
    from kogorta.config import Waiver
    from kogorta.doctor import Checkup, Remark
    from kogorta.doctor.rules import Rule

SHOWN = 5
"""Places of one rule that are shown to people; programs get all of them."""

_INDENT = (0, 0, 0, 4)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "doctor", help=t.gettext("Judge the segments and their use by rules: what is wrong, why, what to do.")
    )(doctor)


def doctor(
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    check: Annotated[
        bool,
        typer.Option("--check", help=t.gettext("Exit with 1 if something is wrong that nobody has waived.")),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--all", help=t.gettext("Show every place where a rule is broken."))
    ] = False,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Judge the segments; exit 0, with --check 1 if something is to be done."""
    with kogorta.open(folder) as workspace, out.status(t.gettext("working it out …")):
        found = workspace.doctor(as_of, known_at)
    if format_ is Format.TABLE:
        _print(found, most=None if whole else SHOWN)
    else:
        emit([_fields(found, remark) for remark in found.remarks], format_, file)
    if check and not found.is_good:
        raise typer.Exit(1)


def _fields(found: Checkup, remark: Remark) -> dict[str, Any]:
    """Return one remark for programs; texts in the reader's language."""
    rule, waiver = _rule(remark.rule), remark.waiver
    is_kept = remark.severity == "good"
    name = found.names.get(remark.segment or "")
    return {
        "rule": remark.rule,
        "severity": remark.severity.value,
        "segment": remark.segment,
        "name": name[t.lang] if name else None,
        "other": remark.other,
        "count": remark.count,
        "base": remark.base,
        "share_ratio": remark.share_ratio,
        "message": t.say(remark.message),
        "why": None if is_kept else t.say(rule.why),
        "todo": None if is_kept else t.say(rule.todo),
        "is_complaint": remark.is_complaint,
        "waived_because": waiver.reason if waiver else None,
        "waived_until": waiver.until if waiver else None,
    }


def _print(found: Checkup, most: int | None) -> None:
    """Show what is wrong, the gravest first, then what is waived, then what is good."""
    broken = [remark for remark in found.remarks if remark.severity != "good"]
    standing = [remark for remark in broken if remark.waiver is None]
    for rule_id, remarks in _by_rule(standing):
        _print_rule(found, _rule(rule_id), remarks, most)
        out.print()
    waived = [(remark, remark.waiver) for remark in broken if remark.waiver is not None]
    if waived:
        _print_title(t.gettext("Waived"))
        for remark, waiver in waived:
            _print_waived(found, remark, waiver)
        out.print()
    kept = [remark for remark in found.remarks if remark.severity == "good"]
    if kept:
        _print_title(t.gettext("What is good"))
        for remark in kept:
            out.print(f"{MARKS['good']} {escape(t.say(remark.message))}")
    _print_sum(found)


def _by_rule(remarks: list[Remark]) -> list[tuple[str, list[Remark]]]:
    """Return remarks by rule, rules with the gravest ones first, within a rule too."""
    grave = ["bad", "warn", "info"]
    groups = [
        (rule_id, sorted(group, key=lambda remark: grave.index(remark.severity)))
        for rule_id, group in groupby(remarks, key=lambda remark: remark.rule)
    ]
    return sorted(groups, key=lambda item: grave.index(item[1][0].severity))


def _print_rule(found: Checkup, rule: Rule, remarks: list[Remark], most: int | None) -> None:
    """Show one broken rule: where, why it matters, what to do."""
    out.print(f"{MARKS[remarks[0].severity]} [bold]{escape(t.say(rule.finding))}[/] [dim]{rule.id}[/]")
    is_mixed = len({remark.severity for remark in remarks}) > 1
    for remark in remarks[:most]:
        mark = f"{MARKS[remark.severity]} " if is_mixed else ""
        told = mark + _place(found, remark) + escape(t.say(remark.message))
        out.print(Padding(told, _INDENT, expand=False))
    more = len(remarks) - (most or len(remarks))
    if more > 0:
        out.print(
            "    "
            + t.ngettext("and {n} more place: --all shows it", "and {n} more places: --all shows them", more)
        )
    _print_words(lazy("Why: {text}", text=rule.why))
    _print_words(lazy("What to do: {text}", text=rule.todo))


def _print_title(title: str) -> None:
    out.print(f"[bold]{escape(title)}[/]")


def _print_words(words: Message) -> None:
    out.print(Padding(escape(t.say(words)), _INDENT, style="dim", expand=False))


def _print_waived(found: Checkup, remark: Remark, waiver: Waiver) -> None:
    """Show what a waiver sets aside, why and until when."""
    until = t.gettext("until {day}", day=waiver.until) if waiver.until else t.pgettext("waived", "for good")
    told = _place(found, remark) + escape(t.say(remark.message))
    out.print(f"– {told} [dim]{remark.rule}[/]")
    plain(f"    {waiver.reason} ({until})")


def _place(found: Checkup, remark: Remark) -> str:
    """Return what a remark is about, as the beginning of a line."""
    if remark.segment is None:
        return ""
    name = found.names.get(remark.segment)
    called = f"{escape(name[t.lang])} · " if name and name[t.lang] != remark.segment else ""
    return f"{called}{escape(remark.segment)}: "


def _print_sum(found: Checkup) -> None:
    """Count the rules: each once, by the gravest that it says."""
    complaints = {remark.rule for remark in found.complaints}
    notices = {remark.rule for remark in found.remarks if remark.severity == "info" and remark.waiver is None}
    kept = sum(remark.severity == "good" for remark in found.remarks)
    waived = sum(remark.waiver is not None for remark in found.remarks)
    parts = [
        t.ngettext("{n} rule is broken", "{n} rules are broken", len(complaints)),
        t.ngettext("{n} is worth a look", "{n} are worth a look", len(notices - complaints)),
        t.ngettext("{n} is kept", "{n} are kept", kept),
    ]
    if waived:
        parts.append(t.ngettext("{n} place is waived", "{n} places are waived", waived))
    out.print("\n" + t.gettext("In all: {counts}.", counts=", ".join(parts)))
    if complaints:
        out.print(
            t.gettext(
                "A rule that does not fit is waived with a reason in kogorta.toml, section doctor.waive."
            ),
            style="dim",
        )


def _rule(rule_id: str) -> Rule:
    from kogorta.doctor.rules import BY_ID

    return BY_ID[rule_id]
