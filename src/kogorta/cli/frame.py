"""The frame around our words that typer draws (usage, options, wrong words), in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from kogorta.cli.speak import t
from kogorta.errors import InputError
from kogorta.i18n import lazy

_Function = TypeVar("_Function", bound=Callable[..., Any])

_FRAME = (
    (r"^Usage:", t.gettext("Usage:")),
    (r"^Arguments:$", t.gettext("Arguments:")),
    (r"^Options:$", t.gettext("Options:")),
    (r"^Commands:$", t.gettext("Commands:")),
    (r"\[default:", "[" + t.gettext("default:")),
    (r"\brequired\]", t.gettext("required") + "]"),
)
_TYPES = re.compile(r" <(str|path|list\[\w+\])>")
"""Names of Python's types, which typer shows beside our own names of values."""

_MISTAKES = (
    (r"No such command '(?P<got>.*?)'", lazy("there is no such command")),
    (r"No such option:? '?(?P<got>-[\w-]+)", lazy("there is no such option")),
    (r"Missing \w+ (?P<expected>.*?)\.", lazy("something is missing from the command")),
    (r"extra argument(?:\(s\)|s?) \((?P<got>.*)\)", lazy("this is more than the command takes")),
    (r"Option '(?P<got>.*?)' requires", lazy("a value must follow this option")),
    (r"Option '(?P<got>.*?)' does not take", lazy("this option takes no value")),
    (
        r"for '(?P<path>.*?)': .*?'(?P<got>.*?)' is not one of (?P<expected>.*?)\.?$",
        lazy("this value is not possible"),
    ),
)


class Command(TyperCommand):
    """A command whose help is whole in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _said(super().get_help(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option --help."""
        return _explained(super().get_help_option(ctx))


class Group(TyperGroup):
    """A group of such commands; alone it shows its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed."""
        return super().parse_args(ctx, args or ["--help"])

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _said(super().get_help(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option --help."""
        return _explained(super().get_help_option(ctx))


class App(typer.Typer):
    """An application of such commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            cls=Group,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            **settings,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[_Function], _Function]:
        """Register a command."""
        return super().command(name, cls=Command, **settings)


def mistake(error: Any) -> InputError:
    """Say in our words what typer found wrong in the words that were typed.

    Args:
        error: Any exception of typer that can `format_message`.
    """
    text = error.format_message()
    context = getattr(error, "ctx", None)
    hint = lazy("see {command}", command=f"{context.command_path} --help") if context else None
    for pattern, sentence in _MISTAKES:
        if found := re.search(pattern, text):
            told = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            return InputError(sentence, hint=hint, **told)
    return InputError("the command is not understood", got=text, hint=hint)


def _said(text: str) -> str:
    for pattern, words in _FRAME:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return _TYPES.sub(lambda found: " " * len(found[0]), text)


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = t.gettext("Show this help and exit.")
    return option
