"""Captures out of a folder that wget or HTTrack saved from a site: a file's path below the top is its URL's path.

The bytes are those of the file; what the copier changed in them (links made relative, comments added) stays changed,
and the capture's headers say that it came from a file. Values only: what is read is for the pipeline to keep.
"""

from __future__ import annotations

import contextlib
import html
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from scraper.errors import UnreadableInput
from scraper.model import Capture, Failure

MAX_BYTES = 64 << 20  # as long as any body that a crawl keeps
IMPORTED_FROM = "X-Archive-Imported-From"  # header that says which file it was

# What a page is shown with, never what it says.
_FURNITURE = frozenset({
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "jfif", "gif", "svg", "webp", "avif", "ico", "bmp", "woff", "woff2",
    "ttf", "otf", "eot", "mp3", "mp4", "webm", "ogg", "wav", "mov", "avi", "swf",
})  # fmt: skip
_COPIERS_OWN = frozenset({"hts-cache", "hts-log.txt", "cookies.txt", "backblue.gif", "fade.gif"})
_TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "xml": "application/xml",
    "rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/json", "pdf": "application/pdf",
    "txt": "text/plain", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
# The name of the first element, past byte order mark, XML declaration, comments and document type.
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<(?:\?|!--|!doctype).*?>\s*)*<([a-z:]+)\b", re.IGNORECASE | re.DOTALL)
_ROOTS = {
    "html": "text/html", "head": "text/html", "body": "text/html", "rss": "application/rss+xml",
    "rdf:rdf": "application/rss+xml", "feed": "application/atom+xml", "urlset": "application/xml",
    "sitemapindex": "application/xml",
}  # fmt: skip
_MIRRORED = re.compile(
    rb"<!-- Mirrored from (?P<url>\S+) by HTTrack Website Copier/[^\]]*\], (?P<time>[^>]{10,40}?) -->"
)
_MIRRORED_WITHIN = 64 << 10  # bytes from the start; HTTrack writes it behind the first tag
# What a page says of its own address; wget -k makes the canonical link relative, if it saved that page.
_OWN_ADDRESS = re.compile(
    rb"""<(?:meta|link)\b(?=[^>]*\b(?:og:url|canonical)\b)[^>]*\b(?:content|href)\s*=\s*["']?([^"'\s>]+)""",
    re.IGNORECASE,
)
_AT_QUERY = re.compile(r"@(?=[^@=]+=)")  # wget --restrict-file-names=windows writes @ for ?
_SAFE = "/:@!$&*()+,;=~'"  # in the path of a URL
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Folder:
    """The captures of a saved folder, ordered by path. After iterating, :attr:`skipped` says what was none."""

    def __init__(self, top: Path, base_url: str, captured_at: datetime) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise UnreadableInput(
                top, f"needs the address it was saved from, such as https://www.example.org/, not {base_url!r}"
            )
        if not top.is_dir():
            raise UnreadableInput(top, "is not a folder")
        self.skipped: Counter[str] = Counter()  # why -> files that are no capture of a page
        # Both copiers put a site into a folder with the name of its host, when they are given the chance.
        self._top = top / parts.netloc if (top / parts.netloc).is_dir() else top
        self._base = re.split("[?#]", base_url, maxsplit=1)[0].rstrip("/") + "/"
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.netloc.lower()
        self._captured_at = captured_at

    def __iter__(self) -> Iterator[Capture | Failure]:
        seen: set[str] = set()
        for path in self._files():
            found = self._capture(path)
            if isinstance(found, Capture) and found.url in seen:
                self.skipped["second file of one URL"] += 1
            elif found is not None:
                seen.add(found.url)
                yield found

    def renamed(self) -> dict[str, str]:
        """Addresses that the copier made up, which stand in the links of its pages, and what they stand for.

        A link to another file of the folder is its name (wget -k, HTTrack), which is not always the end of its URL.
        """
        made_up: dict[str, str] = {}
        for path in self._files():
            relative = self._relative(path)
            if _extension(relative) in _FURNITURE:
                continue
            with contextlib.suppress(OSError), path.open("rb") as file:  # an unreadable one is said when it is its turn
                url, _ = self._address(relative, file.read(_MIRRORED_WITHIN))
                by_name = self._base + _quoted(path.relative_to(self._top).as_posix(), safe=_SAFE)
                if by_name != url and path.suffix != ".orig":  # a page as it was sent has the site's own links
                    made_up[by_name] = url
        return made_up

    def _files(self) -> Iterator[Path]:
        """All files below the top, folder by folder, without those that only a copier or version control puts there."""
        for folder, folders, names in os.walk(self._top):
            folders[:] = sorted(name for name in folders if name not in _COPIERS_OWN and not _is_hidden(name))
            for name in sorted(names):
                path = Path(folder, name)
                if name in _COPIERS_OWN or _is_hidden(name) or path.is_symlink():
                    self.skipped["not of the site"] += 1
                elif f"{name}.orig" not in names and f"{name.removesuffix('.html')}.orig" not in names:
                    yield path  # wget -K keeps the page before its links were made relative, as it was called before -E

    def _capture(self, path: Path) -> Capture | Failure | None:
        relative = self._relative(path)
        if _extension(relative) in _FURNITURE:
            self.skipped["style sheet, script, image, font or film"] += 1
            return None
        url = self._base + url_path(relative)
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                return Failure(url, self._captured_at, "too-large", f"{path}: {size} bytes, more than {MAX_BYTES}")
            body = path.read_bytes()
        except OSError as error:
            return Failure(url, self._captured_at, "protocol", f"{path}: {error.strerror or error}")
        if not body:
            self.skipped["empty file"] += 1
            return None
        if (
            not _MIRRORED.search(body, 0, _MIRRORED_WITHIN)
            and b"<title>Local index - HTTrack" in body[:_MIRRORED_WITHIN]
        ):
            self.skipped["not of the site"] += 1
            return None
        url, at = self._address(relative, body)
        return Capture(
            url=url,
            fetched_at=at or self._captured_at,
            status=200,
            headers=(("Content-Type", content_type(relative, body)), (IMPORTED_FROM, str(relative))),
            body=body,
        )

    def _relative(self, path: Path) -> PurePosixPath:
        return PurePosixPath(path.relative_to(self._top).as_posix().removesuffix(".orig"))

    def _address(self, relative: PurePosixPath, body: bytes) -> tuple[str, datetime | None]:
        """The URL that a file was saved from, and when, if the page says so itself; its beginning is enough."""
        mirrored_url, at = self._mirrored(body)
        return mirrored_url or _without_added_ending(self._base + url_path(relative), body), at

    def _mirrored(self, body: bytes) -> tuple[str | None, datetime | None]:
        """URL and time that HTTrack wrote into the page: the names of its files do not give back every URL.

        The address that the folder is said to be from decides on the host: a copy may have been taken from another.
        """
        found = _MIRRORED.search(body, 0, _MIRRORED_WITHIN)
        if found is None:
            return None, None
        host, _, path = html.unescape(found["url"].decode("utf-8", "replace")).partition("/")
        try:
            at = parsedate_to_datetime(found["time"].decode("ascii", "replace"))
        except ValueError:
            at = None
        below_origin = self._base == f"{self._origin}/" or host.lower() == self._host
        url = f"{self._origin}/{_quoted(path, safe='?&=;+,/:@!$*()')}" if below_origin else None
        return url, (at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC) if at else None)


def read_folder(top: Path, base_url: str, captured_at: datetime) -> Folder:
    """The captures of the folder *top*, saved from *base_url* at *captured_at* (aware), unless a page itself says when.

    If *top* has a folder with the name of the host, that is the site. Raises :class:`UnreadableInput`.
    """
    return Folder(top, base_url, captured_at)


def url_path(file: PurePosixPath) -> str:
    """The URL path and query, relative to the top, that *file* was saved under.

    >>> url_path(PurePosixPath("news/index.html")), url_path(PurePosixPath("news/a b.html"))
    ('news/', 'news/a%20b.html')
    >>> url_path(PurePosixPath("news/index.html?page=6.html")), url_path(PurePosixPath("news@page=6&x=1"))
    ('news/?page=6', 'news?page=6&x=1')
    """
    path, mark, query = str(file).partition("?")
    if not mark:
        path, mark, query = _at_query(path)
    if mark:
        query = query.removesuffix(".html")  # wget -E gives every page that ending
    folder, _, name = path.rpartition("/")
    if name in {"index.html", "index.htm"}:
        path = f"{folder}/" if folder else ""
    return _quoted(path, safe=_SAFE) + (f"?{_quoted(query, safe='/:@!$&*()+,;=~?[]')}" if mark else "")


def _at_query(path: str) -> tuple[str, str, str]:
    folder, slash, name = path.rpartition("/")
    found = _AT_QUERY.search(name)
    if not found:
        return path, "", ""
    return f"{folder}{slash}{name[: found.start()]}", "?", name[found.end() :]


def _without_added_ending(url: str, body: bytes) -> str:
    """*url* without .html, where the page itself names its address so: wget -E gives every page that ending."""
    short = url.removesuffix(".html")
    own = {
        html.unescape(found.decode("utf-8", "replace")).partition(":")[2].casefold()
        for found in _OWN_ADDRESS.findall(body[:_MIRRORED_WITHIN])
    }
    return short if short.partition(":")[2].casefold() in own else url


def content_type(file: PurePosixPath, body: bytes) -> str:
    """What *body* is, by its first bytes, else by the name of its *file*."""
    by_name = _TYPES.get(_extension(file))
    if body.startswith(b"%PDF-"):
        return _TYPES["pdf"]
    root = _ROOT.match(body[:4096])
    if root and (by_root := _ROOTS.get(root[1].decode().lower())):
        return by_root
    if by_name:
        return by_name
    if body.startswith(b"<?xml"):
        return _TYPES["xml"]
    return "application/octet-stream" if b"\0" in body[:4096] else "text/plain"


def _extension(file: PurePosixPath) -> str:
    """The ending of the name that a URL path had, without the query and in lower case; "" if it has none."""
    name = _at_query(file.as_posix().partition("?")[0])[0].rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name != ".well-known"


def _quoted(text: str, *, safe: str) -> str:
    """*text* with what a URL cannot hold percent-encoded; what is encoded already stays."""
    return quote(os.fsencode(_PERCENT.sub("%25", text)), safe=f"%{safe}")
