"""CSV and its kin (semicolons, tabs, bars), with a header that names title and abstract."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from rag.pages.content import Content
from rag.pages.entries import Entry, Found, Note, passed_over
from rag.pages.fields import record_from


def parse_csv(content: Content) -> Iterator[Entry]:
    """Yield a record for every row that has as many cells as the header."""
    lines = (("" if line is None else line.replace("\x00", "")) + "\n" for _, line in content.lines())
    header_line = next(lines, "").lstrip("\ufeff")
    delimiter = max(",;\t|", key=header_line.count)
    header = next(csv.reader([header_line], delimiter=delimiter), [])
    rows = csv.reader(lines, delimiter=delimiter)
    begins = 2
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield passed_over(begins, "", f"a row that cannot be read ({error})")
        else:
            if any(cell.strip() for cell in row):
                yield _entry(begins, header, row)
        begins = rows.line_num + 2
    if begins == 2:
        yield Note("The table has a header and no rows: no paper in it.")


def _entry(line: int, header: list[str], row: list[str]) -> Entry:
    if len(row) != len(header):
        why = f"{len(row)} cells under a header of {len(header)}: is a quotation mark missing?"
        return passed_over(line, " | ".join(row), why)
    return Found(record_from(dict(zip(header, row, strict=True))), line)
