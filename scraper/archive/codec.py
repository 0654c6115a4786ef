"""Bytes to fewer bytes and back, with zstd: alone, through a dictionary, or as the difference from another body.

Pure: knows nothing of tables. The one home of the compressor, which is Python's own from 3.14 on.
"""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZstdError = zstd.ZstdError
Dictionary = zstd.ZstdDict

# Levels measured with `benchmarks/archive_bytes.py --levels`; milliseconds of CPU for 50 kB of page.
PUT_LEVEL = 5  # 0.14 ms; -6 saves 1 to 5 % and takes 0.19, and what is kept long is left to `compact`
PATCH_LEVEL = 3  # 0.07 ms; higher levels find nothing more
DICTIONARY_LEVEL = 12  # 25 ms for a megabyte of dictionary; -19 saves another 6 % and takes ten times as long
DEEP_LEVEL = 17  # 5 ms, for `compact`, where nobody waits: saves 8 %; -19 saves another 1 % and takes twice as long

MIN_WINDOW_LOG = 10  # the least the format knows
MAX_WINDOW_LOG = 27  # 128 MiB: what every zstd decoder accepts without being asked to


def dictionary(content: bytes) -> Dictionary:
    """A raw-content dictionary: earlier pages that new pages can point into."""
    return zstd.ZstdDict(content, is_raw=True)


def alone(body: bytes, level: int = PUT_LEVEL) -> bytes:
    """*body* as one frame that needs nothing else."""
    return zstd.compress(body, level)


def read_alone(data: bytes) -> bytes:
    """The inverse of :func:`alone`. Raises :data:`ZstdError`."""
    return zstd.decompress(data)


def with_dictionary(body: bytes, through: Dictionary, level: int = PUT_LEVEL) -> bytes:
    """*body* as a frame that needs the dictionary *through*; its tables are built once and kept with it."""
    return zstd.compress(body, level, zstd_dict=through.as_digested_dict)


def read_with_dictionary(data: bytes, through: Dictionary) -> bytes:
    """The inverse of :func:`with_dictionary`. Raises :data:`ZstdError`."""
    return zstd.decompress(data, through.as_digested_dict)


def patch(body: bytes, base: bytes, level: int = PATCH_LEVEL) -> bytes:
    """*body* as a frame that needs *base*, like ``zstd --patch-from``; tiny when they differ little.

    The window spans both, or matches at the far end of a long page would be out of reach; and without long-distance
    matching level 3 loses track of pages of a megabyte (mean 16,649 bytes instead of 173).
    """
    window = min((len(base) + len(body)).bit_length(), MAX_WINDOW_LOG)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level,
        zstd.CompressionParameter.window_log: max(window, MIN_WINDOW_LOG),
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    return zstd.compress(body, options=options, zstd_dict=dictionary(base).as_prefix)


def read_patch(data: bytes, base: bytes) -> bytes:
    """The inverse of :func:`patch`. Raises :data:`ZstdError`."""
    return zstd.decompress(data, dictionary(base).as_prefix)
