"""Every name of the description means one thing."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import Any

from pydantic import BaseModel

from tests.server.api.test_door import endpoints


def test_no_two_schemas_of_the_description_have_one_name() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for _, _, operation in endpoints():
        models = [*operation.models, *(model for model in operation.response_models.values() if model)]
        for model in models:
            definitions(model, found)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def definitions(model: Any, found: dict[str, set[str]]) -> None:
    """Collect the classes that a model is made of, by the name under which the description has them."""
    waiting = [model]
    seen: set[Any] = set()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        if isinstance(item, type) and issubclass(item, BaseModel | Enum):
            if not item.__module__.startswith("ninja"):
                found[item.__name__].add(item.__module__)
            if issubclass(item, BaseModel):
                waiting += [field.annotation for field in item.model_fields.values()]
        waiting += getattr(item, "__args__", ())
