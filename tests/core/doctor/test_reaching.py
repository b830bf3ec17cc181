"""Who can be reached, and who is recognised. Covers: R66"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kogorta.doctor import Severity
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import BORN, asked, clinic, lives, own, places, said
from tests.support import commit


def write_down(workspace: Workspace, people: Iterable[str], kind: str = "email") -> None:
    """Give each of these people an address or a telephone."""
    values = {"email": "{}@mail.ru", "phone": "+7916{:07}"}
    rows = [
        {
            "customer_id": who,
            "kind": kind,
            "value": values[kind].format(who if kind == "email" else n),
            "at": BORN,
        }
        for n, who in enumerate(people)
    ]
    commit(workspace.warehouse, "contacts", rows)


def agree(
    workspace: Workspace,
    people: Iterable[str],
    channel: str = "email",
    purpose: str = "advertising",
    op: str = "granted",
) -> None:
    """Let each of these people agree, or refuse."""
    rows = [
        {"customer_id": who, "channel": channel, "purpose": purpose, "at": BORN, "op": op} for who in people
    ]
    commit(workspace.warehouse, "consents", rows)


def of(city: str, people: int) -> list[str]:
    return [f"{city}-{n}" for n in range(people)]


def test_one_in_five_must_be_reached(tmp_path: Path) -> None:
    """Of ten people two have an address and agreed: 20 %. With an eleventh it is less."""
    with clinic(tmp_path / "w", cities={"omsk": 10}) as workspace:
        write_down(workspace, of("omsk", 10))
        agree(workspace, of("omsk", 2))
        assert places(workspace, "reach.base") == {}
        commit(workspace.warehouse, "customers", [{"customer_id": "eleventh", "created_at": BORN}])
        (remark,) = asked(workspace, "reach.base") or []
        assert (remark.count, remark.base, remark.severity) == (2, 11, Severity.BAD)
        assert said(remark) == "By e-mail 2 of 11 customers can be reached: there is a contact and a consent."


def test_without_contacts_nobody_is_reached(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk"), cities={"omsk": 3}) as workspace:
        (remark,) = asked(workspace, "reach.base") or []
        assert (remark.count, remark.base) == (0, 3)
        assert asked(workspace, "reach.segment") is None, "of each segment that need not be told again"


def test_each_segment_is_reached_by_its_best_channel(tmp_path: Path) -> None:
    """Of ten in Omsk two agreed to SMS; of six in Sochi one agreed to e-mail and one refused it."""
    cities = {"omsk": 10, "sochi": 6}
    with clinic(
        tmp_path / "w", lives("omsk"), lives("sochi"), cities=cities, min_reach_ratio=0.2
    ) as workspace:
        write_down(workspace, [*of("omsk", 10), *of("sochi", 6)], "phone")
        write_down(workspace, of("sochi", 6))
        agree(workspace, [*of("omsk", 2), "sochi-3", "sochi-4"], "sms")
        assert own(places(workspace, "reach.segment")) == {}
        agree(workspace, ["sochi-4", "sochi-3"], "sms", op="withdrawn")
        agree(workspace, ["sochi-0"])
        agree(workspace, ["omsk-2", "omsk-3"], "sms")
        found = [item for item in asked(workspace, "reach.segment") or [] if item.segment in cities]
        assert [(item.segment, item.count, item.base) for item in found] == [("sochi", 1, 6)]
        assert said(found[0]) == "of 6 customers the best channel, e-mail, reaches 1: 17%"


def test_consents_are_told_as_the_audit_tells_them(tmp_path: Path) -> None:
    """Of ten e-mails nine are known, which is good; of the telephone nothing is, so it is not in use: a hint."""
    with clinic(tmp_path / "w", cities={"omsk": 10}) as workspace:
        write_down(workspace, of("omsk", 10))
        write_down(workspace, of("omsk", 4), "phone")
        agree(workspace, of("omsk", 9))
        agree(workspace, of("omsk", 10), purpose="personal_data")
        agree(workspace, of("omsk", 4), "sms")
        (remark,) = asked(workspace, "reach.consents") or []
        assert said(remark).startswith("Advertising by telephone: of 4 customers with a contact 0 agreed")
        assert (remark.severity, remark.count, remark.base) == (Severity.INFO, 4, 4)
        found = [item for item in workspace.audit("2025-07-01T12:00").findings if item.area == "consents"]
        assert [item.severity for item in found if item.message == remark.message] == [Severity.BAD]


def test_where_no_consent_is_known_that_is_bad(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", cities={"omsk": 2}) as workspace:
        write_down(workspace, of("omsk", 2))
        assert {item.severity for item in asked(workspace, "reach.consents") or []} == {Severity.BAD}


def test_half_of_the_customers_are_recognised_in_two_channels(tmp_path: Path) -> None:
    """An address and a telephone are two; of four people two have both. With a fifth it is less. Covers: R66"""
    with clinic(tmp_path / "w", cities={"omsk": 4}) as workspace:
        write_down(workspace, of("omsk", 4))
        write_down(workspace, of("omsk", 2), "phone")
        assert places(workspace, "identity.cross_channel") == {}
        commit(workspace.warehouse, "customers", [{"customer_id": "fifth", "created_at": BORN}])
        (remark,) = asked(workspace, "identity.cross_channel") or []
        assert (remark.count, remark.base, remark.severity) == (2, 5, Severity.WARN)
        assert said(remark) == "2 of 5 customers can be recognised in more than one channel."
