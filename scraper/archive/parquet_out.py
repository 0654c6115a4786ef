"""Statements as Parquet: the road to DuckDB, polars and R's arrow without a network. Needs pyarrow, an extra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scraper.archive.rows import COLUMNS, ExportedStatement
from scraper.errors import MissingExtra

GROUP = 1_000  # rows a row group: some 4 MB of texts


class _Outlet:
    """A file that only grows, and gives away what was written as soon as it is asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def parquet(rows: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """A Parquet file, row group by row group. Raises :class:`MissingExtra` at once if pyarrow is not installed.

    Dates stay texts: a date that is known by its month alone is not a timestamp.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtra("Parquet", "parquet") from error
    return _groups(rows)


def _groups(rows: Iterable[ExportedStatement]) -> Iterator[bytes]:
    import pyarrow
    import pyarrow.parquet

    kinds = dict.fromkeys(COLUMNS, pyarrow.string())
    kinds |= dict.fromkeys(("id", "words", "revision_count", "duplicate_of", "capture_id"), pyarrow.int64())
    kinds |= dict.fromkeys(("countries", "tags"), pyarrow.list_(pyarrow.string()))
    schema = pyarrow.schema(list((kinds | {"confidence": pyarrow.float64()}).items()))
    outlet = _Outlet()
    remaining = iter(rows)
    with pyarrow.parquet.ParquetWriter(outlet, schema, compression="zstd") as writer:
        while group := list(islice(remaining, GROUP)):
            columns = {name: [getattr(row, name) for row in group] for name in COLUMNS}
            writer.write_table(pyarrow.table(columns, schema=schema))
            yield outlet.taken()
    yield outlet.taken()
