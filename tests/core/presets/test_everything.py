"""No preset is shipped that was not tested on planted rows."""

from __future__ import annotations

from kogorta.definitions.presets import presets
from kogorta.vocab import Business
from tests.core.presets import (
    test_buying,
    test_engagement,
    test_intent,
    test_people,
    test_salon,
    test_tastes,
    test_value,
)

MODULES = (test_buying, test_engagement, test_intent, test_people, test_salon, test_tastes, test_value)


def test_every_preset_finds_whom_it_should() -> None:
    tested = {case.preset for module in MODULES for case in module.CASES}
    assert tested == set(presets(Business.SHOP))


def test_every_segment_of_every_scheme_takes_somebody() -> None:
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for case in module.CASES:
            for expected in case.found.values():
                if not isinstance(expected, str):
                    found.setdefault(case.preset, set()).update(name for name, who in expected.items() if who)
    for id_, preset in presets(Business.SHOP).items():
        if preset.is_scheme:
            assert set(preset.definition().segments) == found[id_], id_
