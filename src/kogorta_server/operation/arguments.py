"""Whether what a caller sends is what a method takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from inspect import Parameter, signature
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from kogorta.errors import InputError
from kogorta.i18n import lazy


def bound(method: Callable[..., Any], given: Mapping[str, Any]) -> Callable[[], Any]:
    """Return a call of a method with named arguments.

    Args:
        method: Of an object.
        given: By name; of arguments without an end, a list.

    Raises:
        InputError: One is missing, unknown, or of another kind than the method takes.
    """
    known = signature(method, eval_str=True).parameters
    for name in given:
        if name not in known:
            raise InputError("there is no such argument", got=name, expected=", ".join(known))
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in known.items():
        is_several = parameter.kind is Parameter.VAR_POSITIONAL
        if name not in given:
            if parameter.default is Parameter.empty and not is_several:
                raise InputError("an argument is missing", expected=name)
            continue
        value = given[name]
        annotation = list[parameter.annotation] if is_several else parameter.annotation  # type: ignore[name-defined]  # only asked about
        if not fits(value, annotation):
            raise InputError(
                lazy("this is nothing for {argument}", argument=name),
                got=type(value).__name__,
                expected=str(parameter.annotation),
            )
        if is_several:
            positional = value
        else:
            named[name] = value
    return lambda: method(*positional, **named)


def fits(value: object, annotation: Any) -> bool:
    """Tell whether a value is what an annotation says, with what is in it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation in (Any, Parameter.empty):
        return True
    if annotation is None:
        return value is None
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is Callable or annotation is Callable:
        return callable(value)
    if origin is not None:
        return _contains(value, origin, parts)
    if isinstance(value, bool) and annotation is not bool:
        return annotation is object
    return isinstance(value, annotation)


def _contains(value: object, origin: Any, parts: tuple[Any, ...]) -> bool:
    # a text is a sequence of texts, too, and is never meant so
    if isinstance(value, str | bytes) or not isinstance(value, origin):
        return False
    if isinstance(value, Mapping):
        return all(fits(key, parts[0]) and fits(item, parts[1]) for key, item in value.items())
    if isinstance(value, list | tuple | AbstractSet):
        return all(fits(item, parts[0]) for item in value)
    return True
