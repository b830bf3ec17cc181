"""Which feed a file is, told by what it begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kogorta.errors import InputError
from kogorta.ingest.feeds import google, yml
from kogorta.ingest.feeds.records import Record
from kogorta.ingest.safe_xml import root_of

_TSV_NEEDS = {"id", "title", "link", "price"}


@dataclass(frozen=True)
class Feed:
    """One kind of feed.

    Attributes:
        name: For people.
        records: Reads a file in a given encoding, or in the one that it declares.
    """

    name: str
    records: Callable[[Path, str | None], Iterator[Record]]


_BY_ROOT = {
    "yml_catalog": Feed("YML", yml.offers),
    "rss": Feed("Google Merchant (RSS)", google.items),
    "feed": Feed("Google Merchant (Atom)", google.items),
}


def feed_of(path: Path, encoding: str | None = None) -> Feed:
    """Return what an XML file is, by its root.

    Raises:
        InputError: It is no XML, or no feed that is read.
    """
    root = root_of(path, encoding)
    feed = _BY_ROOT.get(root.name)
    if feed is None:
        raise InputError(
            "this XML is no catalogue feed that is read",
            got=f"<{root.name}>",
            expected="YML or ICML (yml_catalog), Google Merchant (rss, feed)",
            hint="is it an export of another system? kogorta import --presets lists those that are read",
            path=str(path),
        )
    return feed


def is_google_header(line: str) -> bool:
    r"""Whether the first line of a text is that of a Google Merchant feed.

    Examples:
        >>> is_google_header("id\ttitle\tdescription\tlink\timage link\tprice\n")
        True
    """
    names = {google.attribute_of(name) for name in line.rstrip("\r\n").split("\t")}
    return names >= _TSV_NEEDS and any(name in names for name in ("image_link", "availability", "condition"))
