"""The page that describes the rules, made from their classes."""

from __future__ import annotations

import inspect
import re

from kogorta.config import DoctorSection
from kogorta.doctor.rules import ON_WAIVERS, RULES, Rule

_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+)$", re.MULTILINE)


def doctor_page(made: str) -> str:
    """Return `docs/reference/doctor.md`.

    Args:
        made: What is said of pages made from the code.
    """
    parts = [
        "# Rules of the doctor",
        made,
        "`kogorta doctor` asks every rule; one that cannot tell (no messages, no discounts, nothing defined) is silent. `warn` and "
        "`bad` make `kogorta doctor --check` end with 1 unless they are waived; of segments of ready schemes the rules on sizes, "
        "motion and reach are told as `info`. How to use it: [Keep segments healthy](../howto/keep-segments-healthy.md).",
        "## Settings",
        "In the section `doctor` of `kogorta.toml`. What stands exactly on a bound is good.",
        _settings(),
    ]
    for family in dict.fromkeys(_family(rule) for rule in (*RULES, *ON_WAIVERS)):
        parts.append(f"## {family}")
        parts += [_rule(rule) for rule in (*RULES, *ON_WAIVERS) if _family(rule) == family]
    return "\n\n".join(parts) + "\n"


def _settings() -> str:
    meanings = dict(_ATTRIBUTE.findall(inspect.cleandoc(DoctorSection.__doc__ or "")))
    rows = [
        f"| `{name}` | `{field.default}` | {meanings[name]} |"
        for name, field in DoctorSection.model_fields.items()
        if name != "waive"
    ]
    return "\n".join(["| setting | by default | meaning |", "|---|---|---|", *rows])


def _family(rule: Rule) -> str:
    return rule.id.partition(".")[0]


def _rule(rule: Rule) -> str:
    told = " ".join((inspect.getdoc(rule) or "").partition("\n\n")[2].split())
    lines = [
        f"### {rule.id}",
        "",
        f"**{rule.finding}.** {told}",
        "",
        f"- Severity: `{rule.severity.value}`",
        f"- Why: {rule.why}",
        f"- What to do: {rule.todo}",
    ]
    return "\n".join(lines)
