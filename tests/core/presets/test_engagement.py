"""How people answer messages, on planted messages and at the instants when each answer grows too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.presets.planted import Case, answer, check, messages, orders

SENT = ("2025-05-01", "2025-05-02", "2025-05-03")
ENGAGED = {
    "orders": orders(eve="2025-05-01"),
    "messages": [row for who in ("ann", "bob", "cid", "fay") for row in messages(who, *SENT)]
    + [*messages("dan", "2025-05-01", "2025-05-02")],
    "message_events": [
        answer("ann", "2025-05-03", "opened", "2025-05-04 12:00"),
        answer("bob", "2025-05-01", "clicked", "2025-05-01 12:00"),
        # opened by a machine, which is no answer
        answer("cid", "2025-05-01", "opened", "2025-05-01 12:00", machine=True),
    ],
}

DUE = tuple(f"2025-0{n}-01 12:00" for n in range(1, 7))

CASES = [
    # ann answered on 4 May, bob on the 1st; 30 days, then 90; messages of 1 May count for 90 days
    Case(
        "engagement",
        ENGAGED,
        {
            "2025-05-31 12:00": {"active": "ann bob", "silent": "cid fay", "unreached": "dan eve"},
            "2025-05-31 12:00:00.000001": {
                "active": "ann",
                "fading": "bob",
                "silent": "cid fay",
                "unreached": "dan eve",
            },
            "2025-06-03 12:00:00.000001": {"fading": "ann bob", "silent": "cid fay", "unreached": "dan eve"},
            "2025-07-30 00:00": {"fading": "ann bob", "silent": "cid fay", "unreached": "dan eve"},
            "2025-07-30 00:00:00.000001": {"fading": "ann bob", "unreached": "cid dan eve fay"},
            "2025-07-30 12:00:00.000001": {"fading": "ann", "unreached": "bob cid dan eve fay"},
        },
    ),
    # six letters, the first of 1 January at noon: 180 days end on 30 June at noon
    Case(
        "sunset",
        {
            "orders": orders(cid="2025-03-01"),
            "messages": [
                *messages("ann", *DUE),
                *messages("bob", *DUE),
                *messages("cid", *DUE),
                *messages("dan", *DUE, channel="sms"),
            ],
            "message_events": [answer("bob", DUE[3], "opened", "2025-04-02")],
        },
        {"2025-06-01 12:00": "", "2025-06-30 12:00": "ann", "2025-06-30 12:00:00.000001": ""},
    ),
    Case(
        "complained",
        {
            "messages": [row for who in ("ann", "bob", "cid") for row in messages(who, *SENT)],
            "message_events": [
                answer("ann", SENT[0], "complained", "2025-05-02"),
                *[answer("bob", sent, "bounced", f"{sent} 01:00") for sent in SENT],
                *[answer("cid", sent, "bounced", f"{sent} 01:00") for sent in SENT[:2]],
            ],
        },
        {"2025-05-10": "ann bob", "2025-07-30 01:00": "ann bob", "2025-07-30 01:00:00.000001": "ann"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_how_people_answer(case: Case, tmp_path: Path) -> None:
    """Covers: G18, R19, P13."""
    check(case, tmp_path)
