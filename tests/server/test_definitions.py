"""Definitions on pages: looked at while they are typed, saved, refused, taken away; the folder follows."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.words import Role
from kogorta_server.segments.queries import MOST_TEXT
from tests.server.test_segments import plain, rows

As = Callable[[Role | None], Client]

LOYAL = """\
# whom we thank
segment: loyal_ones
name: {en: Loyal ones, ru: Верные}
where: {trait: orders_count, at_least: 2}
"""
NAMES_IT = "segment: loyal_in_moscow\nname: {en: In Moscow}\nwhere: {in_segment: best_and_quiet}\n"
SCHEME = """\
scheme: by_count
name: {en: By count}
base: everyone
segments:
  - {id: many, name: {en: Many}, where: {trait: orders_count, at_least: 4}}
otherwise: {id: few, name: {en: Few}}
"""
FRAGMENT = {"HX-Request": "true"}
SCRIPT = "<script>alert(1)</script>"


def looked_at(client: Client, text: str | bytes, what: str = "check") -> str:
    answer = client.post(f"/definitions/{what}/", {"text": text}, headers=FRAGMENT)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def save(client: Client, text: str, definition: str = "", number: int = 0) -> tuple[int, str]:
    sent = {"text": text, "definition": definition, "number": number}
    answer = client.post("/definitions/save/", sent)
    return answer.status_code, plain(answer.content.decode())


def problems(markup: str) -> list[str]:
    return [
        unescape(re.sub(r"<[^>]+>", " ", item)) for item in re.findall(r"<li>(.*?)</li>", markup, re.DOTALL)
    ]


def remove(client: Client, id_: str, number: object) -> tuple[int, str]:
    answer = client.post(f"/definitions/delete/{id_}/", {"number": number})
    return answer.status_code, plain(answer.content.decode())


# --- while it is typed ----------------------------------------------------------------------------


def test_a_text_is_said_as_a_sentence_and_counted(shop: Workspace, owner: Client) -> None:
    people = sum(
        row["orders_count"] >= 2 for row in shop.traits("2026-11-01", names=["orders_count"]).to_pylist()
    )
    text = looked_at(owner, LOYAL)
    assert "Customers whose number of orders is at least 2." in text
    assert rows(text)[0][:2] == ["Loyal ones", str(people)]
    assert 'hx-post="/definitions/effect/"' in text


def test_what_it_would_do_is_counted_exactly(shop: Workspace, owner: Client) -> None:
    """Whoever ordered thrice and was silent for sixty days; of them those stay who ordered five times."""
    now = {row["customer_id"] for row in shop.members("best_and_quiet", as_of="2026-11-01").to_pylist()}
    often = {
        row["customer_id"]
        for row in shop.traits("2026-11-01", names=["orders_count"]).to_pylist()
        if row["orders_count"] >= 5
    }
    draft = owner.get("/definitions/edit/best_and_quiet/").content.decode()
    typed = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", draft, re.DOTALL)[1])  # type: ignore[index]
    text = looked_at(owner, typed.replace("at_least: 3", "at_least: 5"), "effect")
    left = len(now - often)
    assert rows(text)[0][1:] == [str(len(now)), str(len(now & often)), "0", f"\u2212{left}"]
    examples = re.findall(r'href="/customers/([^/]+)/"', text)
    assert examples == sorted(now - often)[:5]


def test_everything_that_is_wrong_is_told_at_once_with_its_line(shop: Workspace, owner: Client) -> None:
    text = looked_at(
        owner,
        "segment: bad_id\nwhere:\n  all:\n    - {trait: orders_cuont, at_least: 3}\n    - {did_not: order, within: 60 parrots}\n"
        "oops: 1\n",
    )
    found = problems(text)
    assert [re.search(r"line (\d+)", item)[1] for item in found] == ["4", "5", "6"]  # type: ignore[index]
    assert "did you mean orders_count" in text
    assert "60 parrots" in text


def test_what_only_the_base_can_tell_has_its_line_too(shop: Workspace, owner: Client) -> None:
    (found,) = problems(looked_at(owner, "segment: a_b\nwhere:\n  any:\n  - in_segment: nobody_knows\n"))
    assert "line 4" in found
    assert "nobody_knows" in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "# nothing but a comment",
        "just words",
        "kogorta.toml",
        "/etc/passwd",
        "best_and_quiet",
        "[1, 2",
        "segment: a\n\twhere: b",
        "segment: &x a\nwhere: *x",
        "!!python/object/apply:os.system ['id']",
        "segment: a\nsegment: b\nwhere: {in_list: c}",
        "segment: itself\nwhere: {in_segment: itself}",
        "segment: lifecycle\nwhere: {in_list: c}",
        "segment: a\nwhere: {in_list: c}\n---\nsegment: a\nwhere: {in_list: d}",
        "segment: a\nwhere: null",
        "segment: [a]\nwhere: {in_list: c}",
        "segment: a\nwhere: {trait: orders_count, at_least: 1e400}",
        "segment: a\nwhere: {trait: last_order_at, before: 2026-02-31}",
        "\x00\x01\x02",
        "segment: \ud83d\nwhere: {in_list: c}".encode("utf-8", "surrogatepass"),
        b"\xff\xfe\xfa segment",
        "segment: имя\nwhere: {in_list: c}".encode("cp1251"),
        "[" * 50_000,
        "{a: " * 5_000,
        "- " * 20_000,
        "a" * (MOST_TEXT + 1),
        "x" * 1_000_000,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_bad_texts_are_told_kindly_and_nothing_is_saved(
    shop: Workspace, owner: Client, text: str | bytes
) -> None:
    before = shop.warehouse.rows("SELECT count(*) FROM definition_versions")
    assert problems(looked_at(owner, text))
    answer = owner.post("/definitions/save/", {"text": text})
    assert answer.status_code == 422
    assert shop.warehouse.rows("SELECT count(*) FROM definition_versions") == before


def test_a_name_of_a_file_is_not_opened(shop: Workspace, owner: Client) -> None:
    """A text of one line without a colon is a path for the library: here it is only a text."""
    told = looked_at(owner, str(shop.folder / "kogorta.toml"))
    assert "currency" not in told
    assert "RUB" not in told


def test_many_lines_that_stand_for_millions_are_refused_at_once(shop: Workspace, owner: Client) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    (found,) = problems(looked_at(owner, bomb))
    assert "alias" in found


@pytest.mark.parametrize(
    "place",
    [
        "segment: {0}\nwhere: {{in_list: c}}",
        "segment: a\nwhere: {{trait: '{0}'}}",
        "{0}: 1",
        "segment: a_b\nname: {{en: '{0}'}}\nwhere: {{in_list: c}}",
    ],
)
def test_markup_in_a_text_stays_text(shop: Workspace, owner: Client, place: str) -> None:
    typed = place.format(SCRIPT)
    assert SCRIPT not in looked_at(owner, typed)
    whole = owner.post("/definitions/check/", {"text": f"{typed}\n</textarea>{SCRIPT}"}).content.decode()
    assert SCRIPT not in whole


def test_without_a_script_the_page_answers_as_a_whole(shop: Workspace, owner: Client) -> None:
    answer = owner.post("/definitions/check/", {"text": LOYAL})
    text = plain(answer.content.decode())
    assert "Customers whose number of orders is at least 2." in text
    assert "# whom we thank" in text


def test_the_words_of_this_base_are_shown(shop: Workspace, owner: Client) -> None:
    text = owner.get("/definitions/words/", headers=FRAGMENT).content.decode()
    with shop.view() as view:
        known = view.catalogue
    for word in ("orders_count", "lifecycle_stage", *known.events, "best_and_quiet"):
        assert f"<code>{word}</code>" in text


# --- taking away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "9" * 40, "²"])
def test_a_form_that_does_not_say_which_version_does_nothing(
    shop: Workspace, owner: Client, number: str
) -> None:
    assert remove(owner, "best_and_quiet", number)[0] == 400
    assert "best_and_quiet" in shop.definitions


@pytest.mark.parametrize("what", ["edit", "delete"])
@pytest.mark.parametrize("id_", ["nobody", "lifecycle", "rfm_simple.champions"])
def test_only_peoples_own_definitions_can_be_changed(
    shop: Workspace, owner: Client, what: str, id_: str
) -> None:
    assert owner.get(f"/definitions/{what}/{id_}/").status_code == 404


def test_who_may_not_change_definitions_cannot_by_any_address(shop: Workspace, as_role: As) -> None:
    client = as_role(Role.VIEWER)
    assert save(client, LOYAL)[0] == 403
    assert remove(client, "best_and_quiet", 1)[0] == 403
    assert client.post("/presets/add/", {"preset": "top_share"}).status_code == 403
    assert client.post("/definitions/check/", {"text": LOYAL}).status_code == 403
    assert "loyal_ones" not in shop.definitions


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_example_that_a_new_page_begins_with_is_right(shop: Workspace, owner: Client, lang: str) -> None:
    owner.post("/language/", {"language": lang, "next": "/"})
    page = owner.get("/definitions/new/").content.decode()
    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])  # type: ignore[index]
    assert "segment: " in text
    assert problems(looked_at(owner, text)) == []
    assert shop.size(text).customers > 0
