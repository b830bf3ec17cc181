"""Write the reference pages that are made from the code; with --check only say whether they are true."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer.main

from kogorta.cli.main import app
from kogorta.compile.catalogue import traits_of
from kogorta.definitions.names import schemes as named_schemes
from kogorta.definitions.presets.reference import presets_page
from kogorta.definitions.reference import nodes_page
from kogorta.definitions.schemes import schemes
from kogorta.doctor.reference import doctor_page
from kogorta.ingest.presets.reference import import_presets_page
from kogorta.ingest.reference import file_forms_page
from kogorta.schema import TABLES, Column, Table
from kogorta.traits.catalogue import TRAITS
from kogorta.vocab import Business

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
MADE = "*This page is made from the code by `tools/reference.py`.*"


def tables_page() -> str:
    """Describe every canonical table."""
    parts = [
        "# Canonical tables",
        MADE,
        "What a base is made of. Instants are stored as UTC, with the local date beside them; money as whole minor units; "
        "quantities and unit prices as whole millionths. Unknown columns of a file are kept as properties.",
    ]
    for table in TABLES.values():
        parts += [f"## {table.name}", _table_facts(table), _table_columns(table)]
    return "\n\n".join(parts) + "\n"


def _table_facts(table: Table) -> str:
    lines = [table.doc, "", f"- Key: {', '.join(f'`{name}`' for name in table.key)}"]
    if table.row_key:
        lines.append(
            f"- A file without `{table.row_key}` gets it from the content of the row and its occurrence."
        )
    lines.append(f"- Seen from: {f'`{table.at}`' if table.at else 'always'}")
    lines.append("- Never changes" if table.immutable else f"- A later version is a {table.rule.value}")
    return "\n".join(lines)


def _table_columns(table: Table) -> str:
    rows = [f"| `{c.name}` | {c.type.value} | {'yes' if c.required else ''} | {_meaning(c)} |" for c in table]
    return "\n".join(["| column | type | required | meaning |", "|---|---|---|---|", *rows])


def _meaning(column: Column) -> str:
    words = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    return column.doc.replace("|", "\\|") + words


def traits_page() -> str:
    """Describe every trait by its contract."""
    parts = [
        "# Traits",
        MADE,
        "One value per customer as of an instant, at the grain of the person. Windows are `[as_of − window, as_of)`.",
    ]
    for trait in TRAITS:
        facts = [
            f"- Type: {trait.type}; unit: {trait.unit}",
            f"- Nothing known: {trait.null_rule}",
            f"- Needs: {', '.join(f'`{name}`' for name in trait.tables) or 'no table in particular'}",
        ]
        if trait.population:
            facts.append(f"- Read against the frame: {', '.join(f'`{name}`' for name in trait.population)}")
        if trait.about:
            facts.append(
                f"- Compared (`top`, `bottom`, `percentile`): those whose `{trait.about}` is above 0"
            )
        facts.append(f"- Contract version: {trait.version}")
        parts += [f"## {trait.name}", trait.doc, "\n".join(facts)]
    return "\n\n".join(parts) + "\n"


def schemes_page() -> str:
    """Describe the ready schemes and their segments."""
    parts = ["# Schemes", MADE, "Each customer of the base of a scheme is in exactly one of its segments."]
    for scheme in schemes(Business.SHOP):
        named = named_schemes()[scheme.id]
        base = "everyone known" if scheme.base == "everyone" else "everyone with a counted order ever"
        rows = [
            f"| `{scheme.segment_id(segment)}` | {name.name.en} | {name.name.ru} | {name.meaning.en} |"
            for segment, name in ((s, named.segments[s]) for s in scheme.segments)
        ]
        table = "\n".join(["| id | English | Russian | who |", "|---|---|---|---|", *rows])
        parts += [f"## {scheme.id}", f"{named.note.en} Base: {base}; trait `{scheme.trait}`.", table]
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """Describe every command as its help does."""
    parts = ["# Commands", MADE, "Exit codes: 0 done, 1 a check failed, 2 bad input."]
    root: Any = typer.main.get_command(app)
    for path, command in _leaves(root, ("kogorta",)):
        parts += [f"## {' '.join(path)}", str(command.help or ""), _parameters(command)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _leaves(command: Any, path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    if hasattr(command, "commands"):
        for name, child in sorted(command.commands.items()):
            yield from _leaves(child, (*path, name))
    else:
        yield path, command


def _parameters(command: Any) -> str:
    rows = []
    for parameter in command.params:
        if parameter.name == "help":
            continue
        is_argument = parameter.param_type_name == "argument"
        shown = str(parameter.metavar or parameter.name).upper() if is_argument else ", ".join(parameter.opts)
        rows.append(f"| `{shown}` | {getattr(parameter, 'help', '') or ''} |".replace("None", ""))
    return "\n".join(["| argument or option | meaning |", "|---|---|", *rows]) if rows else ""


PAGES: dict[str, Callable[[], str]] = {
    "tables.md": tables_page,
    "traits.md": traits_page,
    "schemes.md": schemes_page,
    "nodes.md": lambda: nodes_page(MADE),
    "presets.md": lambda: presets_page(MADE, traits_of((), 2)),
    "commands.md": commands_page,
    "file-forms.md": file_forms_page,
    "import-presets.md": lambda: import_presets_page(MADE),
    "doctor.md": lambda: doctor_page(MADE),
}


def main() -> int:
    """Write or check the pages; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
            print(f"written: docs/reference/{name}")
    if check and stale:
        print(
            f"not what the code says any more: {', '.join(stale)}; run tools/reference.py and commit",
            file=sys.stderr,
        )
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
