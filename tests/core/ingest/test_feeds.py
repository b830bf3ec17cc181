"""Catalogue feeds of Yandex Market, RetailCRM and Google Merchant, written to their documentation."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.errors import InputError
from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions
from kogorta.ingest.feeds import feed_of
from tests.core.ingest.base import Desk, counts, refusals

YML = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2025-02-05 17:22"><shop>
<name>Лавка</name><url>http://shop.example</url>
<currencies><currency id="RUR" rate="1"/><currency id="USD" rate="CBRF"/></currencies>
<categories>
<category id="1">Еда</category>
<category id="12" parentId="1">Чай &amp; кофе</category>
</categories>
<delivery-options><option cost="300" days="2-4"/></delivery-options>
<offers>
{offers}
</offers></shop></yml_catalog>
"""
COFFEE = """<offer id="K-1" available="true" group_id="0077">
<url>http://shop.example/k1</url><price>890.50</price><oldprice>990</oldprice><currencyId>RUR</currencyId>
<categoryId>12</categoryId><picture>http://shop.example/k1.jpg</picture><name>Кофе «Утро»</name><vendor>Обжарка</vendor>
<vendorCode>001</vendorCode><description><![CDATA[<b>Вкусный</b>]]></description><barcode>0123456789379</barcode>
<barcode>4600000000001</barcode><param name="Вес" unit="г">250</param><param name="Помол">мелкий</param>
<count>14</count><purchase_price>500.125</purchase_price><rec>T-2,T-3</rec></offer>"""
TEA = """<offer id="T-2" available="false" type="vendor.model"><price>120</price><currencyId>RUB</currencyId>
<categoryId>999</categoryId><typePrefix>Чай</typePrefix><vendor>Лист</vendor><model>Улун</model>
<delivery-options><option cost="0" days="1" order-before="18"/><option cost="5" days="9"/></delivery-options></offer>"""


def yml(*offers: str, encoding: str = "UTF-8") -> str:
    return YML.format(encoding=encoding, offers="\n".join(offers))


def products(desk: Desk, columns: str) -> list[tuple[Any, ...]]:
    return desk.rows(f"SELECT {columns} FROM products ORDER BY product_id, version_no")


@pytest.mark.parametrize(
    ("name", "codec"), [("UTF-8", "utf-8"), ("windows-1251", "cp1251"), ("UTF-16", "utf-16")]
)
def test_an_offer_of_yandex_market(desk: Desk, name: str, codec: str) -> None:
    """Its fields, its category with those above it, its cost, stock and days; pictures and prose are left out.

    Covers: R44, P19.
    """
    report = desk.take(yml(COFFEE, encoding=name).encode(codec), "products", name="feed.yml")
    assert (counts(report), report.details) == ((1, 0, 0, 0), {"form": "YML"})
    columns = "product_id, name, category, category_top, brand, price, unit_cost_micro, stock_micro, lead_time_days, complements"
    assert products(desk, columns) == [
        (
            "K-1",
            "Кофе «Утро»",
            "Еда/Чай & кофе",
            "Еда",
            "Обжарка",
            89_050,
            500_125_000,
            14_000_000,
            4,
            "T-2|T-3",
        )
    ]
    properties = (
        "p_old_price, p_available, p_group_id, p_vendor_code, p_barcode, p_param_ves, p_param_pomol, p_url"
    )
    assert products(desk, properties) == [
        (990, True, "0077", "001", "0123456789379|4600000000001", 250, "мелкий", "http://shop.example/k1")
    ]
    kept = {row[0] for row in desk.rows("SELECT name FROM properties")}
    assert not kept & {"picture", "description", "currency", "currencyId"}


def test_an_offer_without_a_name_is_called_by_its_parts(desk: Desk) -> None:
    """Of delivery the first option of the offer counts; a category that is not explained stays a number."""
    desk.take(yml(TEA), "products")
    assert products(desk, "name, category, lead_time_days, price") == [("Чай Лист Улун", "999", 1, 12_000)]


def test_each_offer_is_judged_by_itself(desk: Desk) -> None:
    """One without an id, one with a price that is none, one below zero; lines are those of the file."""
    bad = (
        "<offer><price>5</price><name>x</name></offer>",
        '<offer id="b"><price>дорого</price></offer>',
        '<offer id="c"><price>-1</price></offer>',
    )
    text = yml(*bad, COFFEE)
    report = desk.take(text, "products")
    assert counts(report) == (1, 0, 0, 3)
    lines = [text.splitlines().index(offer) + 1 for offer in bad]
    assert refusals(report) == [
        (lines[0], "product_id", "missing"),
        (lines[1], "price", "not_a_number"),
        (lines[2], "price", "negative"),
    ]


def test_an_offer_that_stands_twice_counts_as_it_stands_last(desk: Desk) -> None:
    """As in any file: the rows of one key are its versions."""
    twice = yml(COFFEE, COFFEE.replace("890.50", "870"))
    csv = "product_id,price\nK-1,890.50\nK-1,870\n"
    feed = desk.take(twice, "products", name="a.xml")
    last = "SELECT arg_max(price, version_no) FROM products"
    assert (feed.rows_read, desk.one(last)) == (2, 87_000)
    again = desk.take(csv, "products", name="b.csv")
    assert (again.rows_read, desk.one(last)) == (2, 87_000)


def test_the_next_feed_brings_versions(desk: Desk) -> None:
    desk.take(yml(COFFEE, TEA), "products", name="a.xml")
    again = desk.take(yml(COFFEE, TEA.replace("<price>120", "<price>130")), "products", name="b.xml")
    assert counts(again) == (0, 1, 1, 0)


def test_other_currencies_are_converted_or_refused(desk: Desk) -> None:
    """10 dollars at 92.5 are 925 roubles; a cost of 0.333333 is 30.8333025; tenge have no rate."""
    dollars = '<offer id="d"><price>10</price><purchasePrice>0.333333</purchasePrice><currencyId>USD</currencyId></offer>'
    tenge = '<offer id="k"><price>100</price><currencyId>KZT</currencyId></offer>'
    report = desk.take(yml(dollars, tenge, TEA), "products", rates={"USD": Fraction("92.5")})
    assert counts(report) == (2, 0, 0, 1)
    assert [row[1:] for row in refusals(report)] == [("currency", "currency_without_rate")]
    assert products(desk, "price, unit_cost_micro") == [(12_000, None), (92_500, 30_833_303)]
    assert {note.code for note in report.notes} >= {"currency_converted", "currency_unknown"}


def test_a_point_divides_decimals_unless_a_cell_says_otherwise(desk: Desk) -> None:
    """1.250 is one and a quarter. Shops that write commas are understood, too."""
    offer = '<offer id="a"><price>{}</price><purchasePrice>1.250</purchasePrice></offer>'
    desk.take(yml(offer.format("1500")), "products", name="a.xml")
    assert products(desk, "price, unit_cost_micro") == [(150_000, 1_250_000)]
    commas = yml('<offer id="b"><price>1 250,50</price></offer>', '<offer id="c"><price>7,5</price></offer>')
    desk.take(commas, "products", name="b.xml")
    assert products(desk, "price")[1:] == [(125_050,), (750,)]


def test_categories_may_stand_behind_and_go_in_circles(desk: Desk) -> None:
    offers = '<offers><offer id="a"><price>1</price><categoryId>3</categoryId></offer></offers>'
    tree = '<categories><category id="3" parentId="2">В</category><category id="2" parentId="3">Б</category></categories>'
    desk.take(f"<yml_catalog><shop>{offers}{tree}</shop></yml_catalog>", "products")
    assert products(desk, "category") == [("Б/В",)]


ICML = """<?xml version="1.0" encoding="UTF-8"?>
<yml_catalog date="2025-06-20 10:09:18"><shop><name>Мебель</name><company>Мебель</company>
<categories><category id="2">Для офиса</category>
<category id="3" parentId="2"><name>Стеллажи</name><picture>http://x/1.jpg</picture></category></categories>
<offers>
<offer id="115" productId="43" quantity="16"><url>http://x/115</url><price>14000.00</price>
<purchasePrice>13200.50</purchasePrice><categoryId>3</categoryId><picture>http://x/1.jpg</picture><name>Стеллаж, 2 секции</name>
<xmlId>0082</xmlId><productName>Стеллаж</productName><param name="Артикул" code="article">789789</param>
<param name="Размер" code="size">двухъярусный</param><vendor>Лесопилка</vendor>
<unit code="pcs" name="Штука" sym="шт."/><vatRate>20</vatRate></offer>
<offer id="116" productId="44" quantity="0" type="service"><price>500</price><name>Сборка</name></offer>
</offers></shop></yml_catalog>
"""


def test_a_catalogue_of_retailcrm(desk: Desk) -> None:
    """The offer is what orders name; what it costs the shop is its cost, its product is its group.

    Covers: R44, P19.
    """
    assert counts(desk.take(ICML, "products", name="icml.xml")) == (2, 0, 0, 0)
    columns = (
        "product_id, name, category, kind, price, unit_cost_micro, stock_micro, p_group_id, p_unit, p_xmlid"
    )
    assert products(desk, columns) == [
        (
            "115",
            "Стеллаж, 2 секции",
            "Для офиса/Стеллажи",
            None,
            1_400_000,
            13_200_500_000,
            16_000_000,
            "43",
            "шт.",
            "0082",
        ),
        ("116", "Сборка", None, "service", 50_000, None, 0, "44", None, None),
    ]
    assert products(desk, "p_param_artikul, p_vatrate") == [(789789, 20), (None, None)]


ITEM = """<g:id>TV_1</g:id><title>Not this</title><g:title>Телевизор</g:title><g:description>…</g:description>
<g:link>https://x/tv</g:link><g:image_link>https://x/tv.png</g:image_link><g:availability>in stock</g:availability>
<g:price>49 999.00 RUB</g:price><g:sale_price>45999.00 RUB</g:sale_price><g:cost_of_goods_sold>30000.00 RUB</g:cost_of_goods_sold>
<g:brand>Экран</g:brand><g:product_type>Дом &gt; Электроника &gt; Телевизоры</g:product_type>
<g:google_product_category>404</g:google_product_category><g:gtin>0323456789012</g:gtin><g:item_group_id>G7</g:item_group_id>
<g:max_handling_time>2</g:max_handling_time><g:shipping><g:country>RU</g:country><g:max_transit_time>5</g:max_transit_time></g:shipping>"""
RSS = """<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<link>https://x</link><item>{}</item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<title>Shop</title><id>tag:x</id><updated>2025-01-01T00:00:00Z</updated><entry>{}<updated>2025-01-01T00:00:00Z</updated></entry></feed>"""
TSV = (
    "id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tsale price\tcost of goods sold\tbrand\tproduct type\tgtin\t"
    "item group id\tmax handling time\n"
    'TV_1\tТелевизор\t"Два\nряда"\thttps://x/tv\thttps://x/tv.png\tin stock\t49999.00 RUB\t45999.00 RUB\t30000.00 RUB\tЭкран\t'
    "Дом > Электроника > Телевизоры\t0323456789012\tG7\t7\n"
)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (RSS.format(ITEM), "Google Merchant (RSS)"),
        (ATOM.format(ITEM), "Google Merchant (Atom)"),
        (TSV, "Google Merchant (TSV)"),
    ],
)
def test_a_feed_of_google_merchant(desk: Desk, content: str, form: str) -> None:
    """Covers: R44."""
    report = desk.take(content, "products", name="google.txt")
    assert (counts(report), report.details["form"]) == ((1, 0, 0, 0), form)
    columns = "product_id, name, category, brand, price, unit_cost_micro, lead_time_days"
    assert products(desk, columns) == [
        ("TV_1", "Телевизор", "Дом/Электроника/Телевизоры", "Экран", 4_999_900, 30_000_000_000, 7)
    ]
    properties = "p_url, p_barcode, p_group_id, p_availability, p_sale_price"
    assert products(desk, properties) == [("https://x/tv", "0323456789012", "G7", "in stock", 45_999)]


def test_atom_may_name_its_entries_itself(desk: Desk) -> None:
    entry = '<title>Свитер</title><id>1a</id><link href="http://x/1"/><summary>Тёплый</summary><g:price>25 EUR</g:price>'
    report = desk.take(ATOM.format(entry), "products", rates={"EUR": Fraction(100)})
    assert counts(report) == (1, 0, 0, 0)
    assert products(desk, "product_id, name, price, p_url") == [("1a", "Свитер", 250_000, "http://x/1")]


def test_a_row_of_tabs_is_refused_at_its_line(desk: Desk) -> None:
    report = desk.take(TSV + "TV_2\tx\ty\tz\t\t\tfree\n", "products", name="google.tsv")
    assert (counts(report), refusals(report)) == ((1, 0, 0, 1), [(4, "price", "not_a_number")])


def test_a_table_with_tabs_is_still_a_table(desk: Desk) -> None:
    report = desk.take("product_id\tprice\nA\t5\n", "products", name="plain.tsv")
    assert report.details["form"] == "CSV"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
REFUSED = {
    '<!DOCTYPE y [<!ENTITY x SYSTEM "file:///etc/passwd">]><yml_catalog>&x;</yml_catalog>': "declares entities",
    '<!DOCTYPE y [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]><yml_catalog/>': "declares entities",
    f'<!DOCTYPE y [<!ENTITY l0 "ha">{LAUGHS}]><yml_catalog>&l9;</yml_catalog>': "declares entities",
    "<a>" * 100: "nested too deep",
    f"<yml_catalog><offers><offer id='1'><name>{'x' * (17 << 20)}</name></offer></offers></yml_catalog>": "too long",
    yml(COFFEE)[:-40]: "cannot be read",
    yml(COFFEE).replace("</price>", "</prise>"): "cannot be read",
    "<html><body><p>404</p></body></html>": "form of file is not read",
    "<yml_catalog><shop><offers/></shop></yml_catalog>": "holds no offers",
    "<rss version='2.0'><channel><item><title>News</title></item></channel></rss>": "holds no offers",
    "<?xml version='1.0' encoding='klingon'?><yml_catalog/>": "cannot be read",
    "<": "cannot be read",
}


@pytest.mark.parametrize("content", REFUSED, ids=[f"{n}" for n in range(len(REFUSED))])
def test_a_feed_that_is_none_is_refused_whole(desk: Desk, content: str) -> None:
    with pytest.raises(InputError, match=REFUSED[content]) as caught:
        desk.take(content, "products", name="feed.xml")
    assert Translator("ru").say(caught.value.message) != str(caught.value.message)
    assert desk.one("SELECT count(*) FROM batches") == 0


def test_letters_of_another_encoding_than_declared(desk: Desk) -> None:
    """Nothing is guessed; whoever knows better says so."""
    content = yml(COFFEE).encode("cp1251")
    with pytest.raises(InputError, match="cannot be read"):
        desk.take(content, "products")
    desk.take(content, "products", options=ImportOptions(encoding="cp1251"))
    assert desk.one("SELECT name FROM products") == "Кофе «Утро»"


def test_of_many_parameters_the_commonest_are_properties(desk: Desk) -> None:
    """Sixty of them, ten of which only the first good has: fifty columns, and one with all."""
    params = [f'<param name="p{n:02}">{n}</param>' for n in range(60)]
    offer = '<offer id="{}"><price>1</price>{}</offer>'
    report = desk.take(
        yml(offer.format("a", "".join(params)), offer.format("b", "".join(params[10:]))),
        "products",
        name="a.xml",
    )
    assert set(report.properties) == {"param", *(f"param.p{n:02}" for n in range(10, 60))}
    assert json.loads(desk.one("SELECT p_param FROM products WHERE product_id = 'a'"))["p03"] == "3"


@given(st.integers(0, len(yml(COFFEE, TEA)) - 1), st.binary(max_size=6))
def test_a_damaged_feed_is_read_or_refused(place: int, damage: bytes) -> None:
    """Whatever was overwritten or cut off, nothing but an InputError comes of it."""
    whole = yml(COFFEE, TEA).encode("cp1251")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.xml"
        path.write_bytes(whole[:place] + damage + (whole[place + len(damage) :] if damage else b""))
        try:
            found = [record.cells.get("product_id") for record in feed_of(path).records(path, "cp1251")]
        except InputError:
            return
        assert len(found) <= 2


def test_a_big_feed_goes_through_little_memory(desk: Desk, tmp_path: Path) -> None:
    """Twenty thousand offers, twelve megabytes: the reader holds few of them at a time."""
    path = tmp_path / "big.xml"
    path.write_text(yml(*(COFFEE.replace("K-1", f"K-{n}") for n in range(20_000))), encoding="utf-8")
    records = feed_of(path).records(path, None)
    next(records)
    tracemalloc.start()
    rows = sum(1 for _ in records)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 19_999
    assert peak < path.stat().st_size // 3
