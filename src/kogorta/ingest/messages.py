"""What imports say to people: findings, and reasons why a row was put aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kogorta.i18n import Message, lazy, nlazy
from kogorta.ingest.notes import Note

_Maker = Callable[..., Message]

NOTES: dict[str, _Maker] = {
    "same_file": lambda: lazy("This very file was imported before; nothing was changed."),
    "no_rows": lambda: lazy("The source gave no rows."),
    "nothing_changed": lambda: lazy("Nothing has changed at the source since the last import."),
    "refused_at_source": lambda n: nlazy(
        "{n} refused row is asked for again only when it changes at its source; --all reads everything anew.",
        "{n} refused rows are asked for again only when they change at their source; --all reads everything anew.",
        n,
    ),
    "dry_run": lambda: lazy("Dry run: everything was checked, nothing was kept."),
    "filled_down": lambda n: nlazy(
        "{n} line has no order columns: it belongs to the order above it.",
        "{n} lines have no order columns: they belong to the orders above them.",
        n,
    ),
    "returns_found": lambda n, money: nlazy(
        "{n} row has a negative sum: taken as a return of {money}.",
        "{n} rows have negative sums: taken as returns of {money}.",
        n,
        money=money,
    ),
    "returns_in_lines": lambda n, documents, money: nlazy(
        "{n} negative line (documents: {documents}): taken as a return of {money}.",
        "{n} negative lines (documents: {documents}): taken as returns of {money}.",
        n,
        documents=documents,
        money=money,
    ),
    "cancellations": lambda n, documents: nlazy(
        "{n} of them stands in a document whose number begins with C (documents: {documents}): a cancellation.",
        "{n} of them stand in documents whose numbers begin with C (documents: {documents}): cancellations.",
        n,
        documents=documents,
    ),
    "totals": lambda documents, orders, sold, returned, net: lazy(
        "Documents: {documents}, orders among them: {orders}. Sold {sold}, given back {returned}, net {net}.",
        documents=documents,
        orders=orders,
        sold=sold,
        returned=returned,
        net=net,
    ),
    "rows_without_customer": lambda n, money: nlazy(
        "{n} row has no customer: kept, {money} of revenue is nobody's.",
        "{n} rows have no customer: kept, {money} of revenue is nobody's.",
        n,
        money=money,
    ),
    "lines_repeated": lambda n: nlazy(
        "{n} line repeats another one exactly: kept as a line of its own.",
        "{n} lines repeat other ones exactly: kept as lines of their own.",
        n,
    ),
    "fees_found": lambda n, money, codes: nlazy(
        "{n} line is of service codes, {money} in all; they are fees, not goods: {codes}.",
        "{n} lines are of service codes, {money} in all; they are fees, not goods: {codes}.",
        n,
        money=money,
        codes=codes,
    ),
    "zero_prices": lambda n: nlazy(
        "{n} line has a price of zero: kept.", "{n} lines have a price of zero: kept.", n
    ),
    "zero_amounts": lambda n: nlazy(
        "{n} order has a sum of zero: kept.", "{n} orders have a sum of zero: kept.", n
    ),
    "lines_rounded": lambda n: nlazy(
        "{n} line sum was rounded to whole minor units (quantity × unit price).",
        "{n} line sums were rounded to whole minor units (quantity × unit price).",
        n,
    ),
    "orders_vary": lambda n: nlazy(
        "{n} order has lines that disagree on its date, customer or status: its first line counts.",
        "{n} orders have lines that disagree on their date, customer or status: their first lines count.",
        n,
    ),
    "orders_without_status": lambda n: nlazy(
        "{n} row has an empty status: taken as completed.",
        "{n} rows have an empty status: taken as completed.",
        n,
    ),
    "bookings_without_status": lambda n: nlazy(
        "{n} booking has no status: taken as visited if its hour has passed, else as booked.",
        "{n} bookings have no status: taken as visited if their hour has passed, else as booked.",
        n,
    ),
    "dated_ahead": lambda n, column: nlazy(
        "{n} row is dated ahead (column {column}): kept, it counts from its date on.",
        "{n} rows are dated ahead (column {column}): kept, they count from their dates on.",
        n,
        column=column,
    ),
    "time_twice": lambda n, column: nlazy(
        "{n} time of the column {column} was shown twice by the clock: the first is taken.",
        "{n} times of the column {column} were shown twice by the clock: the first is taken.",
        n,
        column=column,
    ),
    "time_never": lambda n, column: nlazy(
        "{n} time of the column {column} was skipped by the clock: moved forward by the gap.",
        "{n} times of the column {column} were skipped by the clock: moved forward by the gap.",
        n,
        column=column,
    ),
    "floats_cut": lambda n, column: nlazy(
        "{n} number of the column {column} was cut to six decimals.",
        "{n} numbers of the column {column} were cut to six decimals.",
        n,
        column=column,
    ),
    "currency_converted": lambda n, currency, rate: nlazy(
        "{n} row in {currency} was converted at {rate}.",
        "{n} rows in {currency} were converted at {rate}.",
        n,
        currency=currency,
        rate=rate,
    ),
    "currency_unknown": lambda currencies: lazy(
        "There is no rate for {currencies}: put it under [rates] in kogorta.toml and import the file again.",
        currencies=currencies,
    ),
    "unknown_words": lambda n, column, words, known, example: nlazy(
        "{n} row has an unknown word in the column {column} ({words}); known: {known}. Map it: {example}",
        "{n} rows have unknown words in the column {column} ({words}); known: {known}. Map them: {example}",
        n,
        column=column,
        words=words,
        known=known,
        example=example,
    ),
    "contacts_unusable": lambda n, column, example: nlazy(
        "{n} contact of the column {column} cannot be one (such as {example}): its row is kept without it.",
        "{n} contacts of the column {column} cannot be any (such as {example}): their rows are kept without them.",
        n,
        column=column,
        example=example,
    ),
    "properties_new": lambda n, names: nlazy(
        "{n} column is kept as a property: {names}.",
        "{n} columns are kept as properties: {names}.",
        n,
        names=names,
    ),
}
"""By code of a finding: how it is said."""

REASONS: dict[str, _Maker] = {
    "missing": lambda **_: lazy("the cell is empty, but every row needs it; fill it in"),
    "bad_value": lambda value, **_: lazy("{value} cannot be read; correct it", value=value),
    "not_a_number": lambda value, **_: lazy(
        "{value} is no number; write digits, such as 1234.50", value=value
    ),
    "not_whole": lambda value, **_: lazy("{value} is no whole number; write digits alone", value=value),
    "too_many_decimals": lambda value, **_: lazy(
        "{value} has more decimals than can be kept; round it at its source", value=value
    ),
    "number_too_big": lambda value, **_: lazy(
        "{value} has more than 12 digits before the decimals; is it another column?", value=value
    ),
    "other_currency": lambda value, **_: lazy(
        "{value} is in another currency; put the code into a column of its own and its rate under [rates]",
        value=value,
    ),
    "currency_without_rate": lambda value, **_: lazy(
        "there is no rate for {value}; put it under [rates] in kogorta.toml", value=value
    ),
    "negative": lambda value, **_: lazy(
        "{value} is negative, but this column cannot be; correct it", value=value
    ),
    "not_a_date": lambda value, **_: lazy(
        "{value} is no date; write 2025-12-31 or 31.12.2025, with a time if there is one", value=value
    ),
    "unknown_month": lambda value, **_: lazy(
        "{value} does not name a month and a year beyond doubt; write 3 Jan 2025, 3 января 2025, or 2025-01-03",
        value=value,
    ),
    "too_old": lambda value, **_: lazy("{value} is too long ago to be true; correct the year", value=value),
    "too_far_ahead": lambda value, **_: lazy(
        "{value} is too far ahead to be true; correct the year", value=value
    ),
    "unknown_word": lambda value, **_: lazy(
        'the word {value} is not known; say once what it means: --status "{value}=…"', value=value
    ),
    "not_yes_or_no": lambda value, **_: lazy(
        "{value} is neither yes nor no; write true or false", value=value
    ),
    "contact_empty": lambda **_: lazy("there is no contact in the cell; leave the row out"),
    "contact_junk": lambda value, **_: lazy(
        "{value} was written only to fill the field; leave the row out", value=value
    ),
    "contact_impossible": lambda value, **_: lazy(
        "{value} cannot be a contact of this kind; correct it", value=value
    ),
    "contact_extension": lambda value, **_: lazy(
        "{value} is behind a switchboard; give a number of the customer's own", value=value
    ),
    "too_few_cells": lambda value, **_: lazy(
        "the line has too few cells ({value}); is a delimiter missing, or a line broken?", value=value
    ),
    "too_many_cells": lambda value, **_: lazy(
        "the line has too many cells ({value}); put quotes around text that contains the delimiter",
        value=value,
    ),
    "open_quote": lambda **_: lazy("a quote is opened and not closed; close it, or double it inside text"),
    "bad_encoding": lambda **_: lazy(
        "the line has bytes that are no text; name the encoding with --encoding"
    ),
    "bad_json": lambda **_: lazy("the line is no JSON object; write one object a line"),
    "empty_batch": lambda **_: lazy("the batch holds no messages; leave the line out"),
    "not_a_message": lambda **_: lazy("this part of the batch is no JSON object; write one for each message"),
    "unknown_type": lambda value, **_: lazy(
        "{value} is no type of message; expected: identify, track, page, screen, group, alias", value=value
    ),
    "no_identity": lambda **_: lazy("the message names nobody; give it userId or anonymousId"),
    "no_event_name": lambda **_: lazy("the message has no event; name what was done"),
    "no_instant": lambda value, **_: lazy(
        "the message has no readable timestamp ({value}); write 2025-12-31T10:00:00Z", value=value
    ),
    "no_previous_id": lambda **_: lazy("an alias needs previousId and userId"),
    "no_group": lambda **_: lazy("a group message needs groupId and userId"),
    "erased": lambda **_: lazy(
        "this person asked to be erased, so nothing of the row was kept; take it out at its source"
    ),
    "no_date_for_return": lambda **_: lazy(
        "a negative line needs the date of the order; add the column, or import it as returns"
    ),
}
"""By reason of a refusal: what is wrong and what to do."""


def note_message(note: Note) -> Message:
    """Return the sentence of a finding."""
    return NOTES[note.code](**note.params)


def reason_message(reason: str, **params: Any) -> Message:
    """Return the sentence of a refusal."""
    return REASONS[reason](**params)
