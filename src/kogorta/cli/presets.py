"""kogorta presets …: ready segments and schemes with what to do about each, and adding them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli.frame import App
from kogorta.cli.options import HERE, AsFormat, Folder, OutFile
from kogorta.cli.output import Format, emit, emit_json, out, plain, table
from kogorta.cli.playbooks import print_playbooks
from kogorta.cli.speak import t
from kogorta.definitions.dump import dump, to_yaml
from kogorta.definitions.names import LANGUAGES
from kogorta.definitions.presets import Needs
from kogorta.definitions.presets.preset import shown
from kogorta.errors import InputError
from kogorta.membership.offers import Offer
from kogorta.membership.own import names_of

app = App(help=t.gettext("Ready segments and schemes, each with what to do about it."))

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=t.gettext("Set a parameter, such as staff=Elena; repeat it for more."),
    ),
]


@app.command("list", help=t.gettext("Show the presets, and which of them this base has the data for."))
def list_(
    folder: Folder = HERE,
    need: Annotated[
        str | None,
        typer.Option("--need", metavar="ID", help=t.gettext("Only those for one requirement, such as R26.")),
    ] = None,
    business: Annotated[
        str | None,
        typer.Option(
            "--business",
            metavar="NAME",
            help=t.gettext("shop, grocery, salon or b2b; by default the workspace's."),
        ),
    ] = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """List presets: schemes, then free segments."""
    with kogorta.open(folder) as workspace:
        found = workspace.presets(need, business)
    if format_ is Format.JSON:
        emit_json([_row(item) for item in found], file)
        return
    if format_ is not Format.TABLE:
        emit([_flat(_row(item)) for item in found], format_, file)
        return
    if not found:
        out.print(t.gettext("There are no such presets."))
        return
    headers = [t.gettext("Id"), t.gettext("What for"), t.gettext("Here")]
    for title, is_scheme in ((t.gettext("Schemes"), True), (t.gettext("Segments"), False)):
        rows = [
            [item.id, escape(item.preset.note[t.lang]), escape(_state(item))]
            for item in found
            if item.preset.is_scheme is is_scheme
        ]
        if rows:
            table(title, headers, rows)
    out.print(t.gettext("Next: kogorta presets show ID, kogorta presets add ID"))


@app.command("show", help=t.gettext("Show what a preset says, what to do about it, and what data it needs."))
def show(
    preset: Annotated[str, typer.Argument(metavar="ID", help=t.gettext("Of the preset."))],
    folder: Folder = HERE,
    settings: Settings = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show one preset."""
    with kogorta.open(folder) as workspace:
        found = workspace.preset(preset, _settings(settings))
        sentence = workspace.sentence(found.definition)
    if format_ is not Format.TABLE:
        if format_ is not Format.JSON:
            raise InputError(
                "a definition is no table",
                got=format_.value,
                expected="table, json",
                hint="say --format json",
            )
        emit_json(
            _row(found)
            | {"sentence": {lang: sentence[lang] for lang in LANGUAGES}, "document": dump(found.definition)},
            file,
        )
        return
    out.print(f"[bold]{escape(names_of(found.definition).name[t.lang])}[/] · {found.id}")
    plain(found.preset.note[t.lang])
    plain(f"\n{sentence[t.lang]}")
    plain("\n" + to_yaml(found.definition.without_playbooks()).rstrip("\n"))
    print_playbooks(found.definition)
    out.print()
    for line in _lines(found):
        plain(line)


@app.command("add", help=t.gettext("Write presets into segments/ and apply them."))
def add(
    presets: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help=t.gettext("Presets, or quick_start, salon_filters, all.")),
    ],
    folder: Folder = HERE,
    settings: Settings = None,
    name: Annotated[
        str | None, typer.Option("--as", metavar="ID", help=t.gettext("Give it another id than its own."))
    ] = None,
    is_applied: Annotated[
        bool, typer.Option("--apply/--no-apply", help=t.gettext("Register them, or only write the files."))
    ] = True,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help=t.gettext("Also write those without data; then nothing is applied.")),
    ] = False,
    is_refreshed: Annotated[
        bool, typer.Option("--refresh", help=t.gettext("Then refresh, and show how many people are in each."))
    ] = False,
) -> None:
    """Add presets."""
    with kogorta.open(folder) as workspace:
        done = workspace.add_presets(presets, _settings(settings), name=name, anyway=anyway, apply=is_applied)
        for item in done.written:
            plain(t.gettext("{id}: written to {file}", id=item.id, file=f"segments/{item.id}.yaml"))
        for item in done.kept:
            plain(t.gettext("{id}: was there already", id=item.id))
        for item in done.skipped:
            plain(t.gettext("{id}: skipped, {why}", id=item.id, why=_lack(item.lacks)))
        if done.applied is None:
            out.print(t.gettext("Not applied. Next: kogorta segments apply"))
            return
        count = len(done.applied.versions)
        out.print(t.ngettext("{n} version was registered.", "{n} versions were registered.", count))
        if not is_refreshed:
            out.print(t.gettext("Next: kogorta refresh, which writes down who entered and left by it."))
            return
        with out.status(t.gettext("working it out …")):
            workspace.refresh()
            sizes = workspace.sizes(workspace.last_instant())
        _print_sizes([*done.written, *done.kept], sizes)


def _settings(typed: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for text in typed or ():
        name, sign, value = text.partition("=")
        if not sign:
            raise InputError("a parameter is set as NAME=VALUE", got=text)
        found[name.strip()] = value
    return found


def _lack(lacks: Needs) -> str:
    if lacks.tables:
        return t.gettext("needs {tables}", tables=", ".join(lacks.tables))
    if lacks.events:
        return t.gettext("needs events {names}", names=", ".join(lacks.events))
    return t.gettext("needs --set {names}", names=", ".join(lacks.parameters))


def _state(offer: Offer) -> str:
    if offer.is_added:
        return t.gettext("added")
    return _lack(offer.lacks) if offer.lacks else t.gettext("ready to add")


def _lines(offer: Offer) -> list[str]:
    lines = [t.gettext("Answers: {ids}", ids=", ".join(offer.preset.covers))]
    lines += [
        t.gettext(
            "Parameter {id}: {what}, now {value}",
            id=item.id,
            what=item.name[t.lang],
            value=shown(offer.values[item.id]),
        )
        for item in offer.preset.parameters
    ]
    lines.append(t.gettext("Reads: {tables}", tables=", ".join(offer.needs.tables)))
    if offer.needs.events:
        lines.append(t.gettext("Events: {names}", names=", ".join(offer.needs.events)))
    if offer.is_added:
        lines.append(t.gettext("It stands here already."))
    elif offer.lacks:
        lines.append(t.gettext("Not possible here yet: {why}.", why=_lack(offer.lacks)))
    else:
        lines.append(t.gettext("Next: kogorta presets add {id}", id=offer.preset.id))
    return lines


def _row(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "kind": "scheme" if offer.preset.is_scheme else "segment",
        "name": dict(offer.definition.name),
        "note": asdict(offer.preset.note),
        "answers": list(offer.preset.covers),
        "groups": [group.value for group in offer.preset.groups],
        "businesses": [business.value for business in offer.preset.businesses],
        "parameters": {id_: shown(value) for id_, value in offer.values.items()},
        "tables": list(offer.needs.tables),
        "events": list(offer.needs.events),
        "missing_tables": list(offer.lacks.tables),
        "missing_events": list(offer.lacks.events),
        "missing_parameters": list(offer.lacks.parameters),
        "is_added": offer.is_added,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row for tables: lists and texts in the reader's language in one cell."""
    parameters = [f"{id_}={value}" for id_, value in row["parameters"].items()]
    said = {key: row[key].get(t.lang) for key in ("name", "note")}
    flat = row | said | {"parameters": parameters}
    return {key: " ".join(value) if isinstance(value, list) else value for key, value in flat.items()}


def _print_sizes(added: Sequence[Offer], sizes: Any) -> None:
    rows = [
        [
            escape(names_of(item.definition).segments[id_].name[t.lang]),
            id_ if id_ == item.id else f"{item.id}.{id_}",
            t.integer(count),
        ]
        for item in added
        for id_, count in sizes[item.id].items()
    ]
    table("", [t.gettext("Segment"), t.gettext("Id"), t.gettext("Customers")], rows, right=(2,))
