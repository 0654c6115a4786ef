"""Text on its way out of the archive: characters that other formats cannot hold, and lines that must be one."""

from __future__ import annotations

import re

# What XML 1.0 (2.2) does not allow, lone surrogates included, and the C1 controls that it discourages.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    r"""*text* without characters that XML, CSV readers and terminals stumble over.

    >>> printable("a\x00b\x1b[31mc")
    'ab[31mc'
    """
    return _ILLEGAL.sub("", text)


def one_line(text: str) -> str:
    r"""*text* in one line, its white space folded.

    >>> one_line(" Statement\n\ton  migrants ")
    'Statement on migrants'
    """
    return " ".join(printable(text).split())
