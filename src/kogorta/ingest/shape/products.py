# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Goods that orders carry with them, and the codes among them that are fees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kogorta.ingest.shape.base import Shaping
from kogorta.vocab import ProductKind
from kogorta.warehouse.sql import literal, quote

MAX_CODES = 200_000
_MAJORITY = 0.8
_LETTERS = re.compile(r"[A-Za-zА-Яа-яЁё]{1,4}\d?")
_WORDS = re.compile(
    r"(?i)\b(post|postage|shipping|delivery|carriage|bank|charges?|fees?|amazon|commission|discount|manual|adjust\w*"
    r"|доставка|почта|комиссия|сбор|упаковка|скидка|услуги банка)|fee\b"
)
_CODED = re.compile(r".*\d{3}")


def fee_codes(codes: Sequence[str], known: Sequence[str] = ()) -> list[str]:
    """Return the codes that are fees by their look.

    Where most codes of a base are built of digits, a short one of letters is no article: postage,
    a bank's charge, a manual entry. Where most are letters, only what is known counts.

    Args:
        codes: All product codes of a file, each once.
        known: Codes that the workspace calls fees.

    Examples:
        >>> fee_codes(["85123A", "71053", "84406B", "84029G", "22752", "POST"])
        ['POST']
    """
    named = {code.casefold() for code in known}
    coded = sum(bool(_CODED.match(code)) for code in codes)
    is_coded = bool(codes) and coded >= _MAJORITY * len(codes)
    return sorted(
        code
        for code in codes
        if code.casefold() in named
        or (is_coded and not _CODED.match(code) and (_LETTERS.fullmatch(code) or _WORDS.search(code)))
    )


def fee_kinds(shaping: Shaping, product: str, source: str) -> list[str]:
    """Return the fee codes among the products of a relation."""
    rows = shaping.staging.fetch(
        f"SELECT DISTINCT {product} AS p FROM {source} WHERE {product} IS NOT NULL LIMIT {MAX_CODES + 1}"
    )
    codes = [row[0] for row in rows]
    if len(codes) > MAX_CODES:
        return sorted({*shaping.settings.fee_codes} & set(codes))
    return fee_codes(codes, shaping.settings.fee_codes)


def stage_products(shaping: Shaping, lines: str, product: str, codes: Sequence[str]) -> None:
    """Stage what a file of orders says about its goods; the commonest name of a good is its name."""
    columns = shaping.typed.of("products")
    if not columns and not codes:
        return
    fees = ", ".join(map(literal, codes)) or "NULL"
    kind = f"CASE WHEN product_id IN ({fees}) THEN {literal(ProductKind.FEE.value)} END"
    cells = {name: quote(name) for name in columns}
    cells["kind"] = f"coalesce({quote('kind')}, {kind})" if "kind" in columns else kind
    parts = [f"SELECT DISTINCT {product} AS product_id FROM {lines} t WHERE {product} IS NOT NULL"]
    joins = ""
    for number, name in enumerate(columns):
        shaping.create(f"commonest_{number}", _commonest(shaping, product, name))
        joins += f" LEFT JOIN {shaping.name(f'commonest_{number}')} USING (product_id)"
    selected = ", ".join(f"{sql} AS {quote(name)}" for name, sql in cells.items())
    wanted = "" if columns else f" WHERE product_id IN ({fees})"
    first = f"(SELECT {product} AS product_id, min(t.line) AS line FROM {lines} t GROUP BY 1)"
    relation = shaping.create(
        "companion_products",
        f"SELECT product_id, f.line, {selected} FROM ({parts[0]}){joins} JOIN {first} f USING (product_id){wanted}",
    )
    shaping.stage("products", relation, unique=True, beside=("products",))


def _commonest(shaping: Shaping, product: str, name: str) -> str:
    cell = f"t.{quote(f'products.{name}')}"
    return f"""SELECT product_id, {quote(name)} FROM (
        SELECT {product} AS product_id, {cell} AS {quote(name)}, count(*) AS n FROM {shaping.typed.relation} t
        WHERE {cell} IS NOT NULL AND {product} IS NOT NULL GROUP BY 1, 2)
        QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY n DESC, {quote(name)}) = 1"""
