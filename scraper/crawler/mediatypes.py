"""Which bodies are worth taking: judged by what a server declares, and by what they begin with. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Families that are never a page, a feed or a sitemap, judged before their bodies are taken.
_REFUSED_FAMILIES = frozenset({"image", "video", "audio", "font", "model", "multipart"})
_REFUSED_TYPES = re.compile(
    r"application/(?:zip|x-zip.*|x-rar.*|vnd\.rar|x-7z.*|x-tar|x-bzip2?|java-archive|x-msdownload|x-msdos-program"
    r"|vnd\.(?:ms-|openxmlformats|oasis|android).*|msword|x-shockwave-flash|javascript|x-javascript|wasm|font.*|x-font.*"
    r"|epub\+zip)\Z|text/(?:css|javascript|calendar|csv)\Z"
)
# What files of those families begin with, for servers that call everything text/html or nothing at all.
_MAGIC: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"PK\x03\x04": "a ZIP archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x7fELF": "a program",
    b"MZ\x90\x00": "a program",
    b"OggS": "an Ogg file",
    b"ID3": "an MP3 file",
    b"\x1aE\xdf\xa3": "a Matroska video",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an Office document",
    b"wOFF": "a font",
    b"wOF2": "a font",
}


def refused_type(content_type: str | None) -> str | None:
    """The declared media type if it is one that is never read; None if the body is worth taking.

    >>> refused_type("image/png"), refused_type("text/html; charset=utf-8"), refused_type(None)
    ('image/png', None, None)
    """
    declared = (content_type or "").partition(";")[0].strip().lower()
    if declared == "image/svg+xml" or declared.partition("/")[0] in _REFUSED_FAMILIES or _REFUSED_TYPES.match(declared):
        return declared
    return None


def refused_content(start: bytes) -> str | None:
    r"""What a body is whose first bytes belong to a kind that is never read, whatever it is called; else None.

    >>> refused_content(b"\x89PNG\r\n\x1a\n...")
    'a PNG image'
    """
    if start[4:8] == b"ftyp":
        return "an MP4 video"
    if start[:4] == b"RIFF" and start[8:12] in {b"WEBP", b"AVI ", b"WAVE"}:
        return "a RIFF media file"
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)
