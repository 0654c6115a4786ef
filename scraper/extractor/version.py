"""Which extractor read a text. A revision is a change of text under the same version, so it moves with every change
of what the extractor gives for any page: body, fields, model weights.

Where what the archive knows of the site decided about a block, the version names that knowledge as well ("6+c17"), so that the
same bytes can be read the same way again.
"""

from __future__ import annotations

EXTRACTOR_VERSION = "6"


def version(chrome: int = 0) -> str:
    """The name of this extractor with the site chrome numbered *chrome*; 0 is none.

    >>> version(), version(17)
    ('6', '6+c17')
    """
    return f"{EXTRACTOR_VERSION}+c{chrome}" if chrome else EXTRACTOR_VERSION


def chrome_in(named: str) -> int | None:
    """The number of the site chrome with which the extractor *named* read; 0 if with none, None if it is not this one.

    >>> chrome_in("6+c17"), chrome_in("6"), chrome_in("1+c3")
    (17, 0, None)
    """
    own, _, chrome = named.partition("+c")
    return int(chrome or 0) if own == EXTRACTOR_VERSION else None
