"""How a browser reads an http or https URL: the URL Standard's parser for these two schemes, and nothing else.

Source: WHATWG URL Standard, "URL parsing", "host parsing" and "URL serializing". It differs in one place on purpose:
a URL with user information is refused, see :func:`read_url`.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

_PORTS = {"http": "80", "https": "443"}
_C0_OR_SPACE = "".join(map(chr, range(0x21)))
_DROPPED_BY_BROWSERS = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Percent-encode sets of the URL Standard: everything outside the class is encoded.
_PATH_UNSAFE = re.compile(r"[^\x21\x24-;=\x40-\x5d\x5f\x61-z|~]+")
_QUERY_UNSAFE = re.compile(r"[^\x21\x24-&\x28-;=\x3f-~]+")
_FRAGMENT_UNSAFE = re.compile(r"[^\x21\x23-;=\x3f-\x5f\x61-~]+")
_HOST_FORBIDDEN = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")
_SINGLE_DOT = frozenset({".", "%2e"})
_DOUBLE_DOT = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


class Url(NamedTuple):
    """The parts of an absolute http or https URL, each already in its serialised form."""

    scheme: str
    netloc: str  # host, and port unless it is the scheme's own
    path: str  # begins with "/"
    query: str | None = None  # without "?"; None and "" are different URLs
    fragment: str | None = None

    def __str__(self) -> str:
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{self.netloc}{self.path}{query}{fragment}"


def read_url(text: str, base: Url | None) -> Url | None:
    r"""*text*, resolved against *base*, by the URL Standard's basic parser; None if it is no http or https URL.

    User information is refused: ``http://one\@two/`` is read as two different hosts by two different parsers, which
    has led crawlers into private networks, and no publisher's link needs it.
    """
    text = _SURROGATE.sub("\ufffd", text.strip(_C0_OR_SPACE).translate(_DROPPED_BY_BROWSERS))
    scheme_match = _SCHEME.match(text)
    if scheme_match:
        scheme = scheme_match.group()[:-1].lower()
        if scheme not in _PORTS:
            return None
        text = text[scheme_match.end() :]
        if base is None or base.scheme != scheme or text.startswith("//"):
            return _read_authority(scheme, text.lstrip("/\\"))
    if base is None:
        return None
    if text[:1] in {"/", "\\"} and text[1:2] in {"/", "\\"}:
        return _read_authority(base.scheme, text.lstrip("/\\"))
    return _read_relative(text, base)


def _read_authority(scheme: str, text: str) -> Url | None:
    end = next((at for at, char in enumerate(text) if char in "/\\?#"), len(text))
    # RFC 3986 does not end the authority at a backslash, browsers do; what either takes for user information is out.
    if "@" in re.split(r"[/?#]", text, maxsplit=1)[0]:
        return None
    netloc = _read_netloc(scheme, text[:end])
    return _read_relative(text[end:] or "/", Url(scheme, netloc, "/")) if netloc else None


def _read_relative(text: str, base: Url) -> Url:
    text, has_fragment, fragment = text.partition("#")
    path, has_query, query = text.partition("?")
    fragment_out = _FRAGMENT_UNSAFE.sub(_escape, fragment) if has_fragment else None
    query_out = _QUERY_UNSAFE.sub(_escape, query) if has_query else None
    if not path:
        return Url(base.scheme, base.netloc, base.path, query_out if has_query else base.query, fragment_out)
    path = path.replace("\\", "/")
    if not path.startswith("/"):
        path = base.path[: base.path.rfind("/") + 1] + path
    return Url(base.scheme, base.netloc, without_dots(_PATH_UNSAFE.sub(_escape, path)), query_out, fragment_out)


def _escape(match: re.Match[str]) -> str:
    return quote_from_bytes(match.group().encode(), safe="")


def without_dots(path: str) -> str:
    """*path* with "." and ".." segments resolved, plain or escaped (URL Standard, "path state"; RFC 3986, 5.2.4)."""
    if "/." not in path and "/%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for at, segment in enumerate(segments):
        lowered = segment.lower()
        last = at == len(segments) - 1
        if lowered in _DOUBLE_DOT:
            del kept[-1:]
        elif lowered not in _SINGLE_DOT:
            kept.append(segment)
            continue
        if last:
            kept.append("")
    return "/" + "/".join(kept)


def _read_netloc(scheme: str, authority: str) -> str | None:
    """Host and port in their one spelling; None if a browser would refuse them."""
    host, colon, port = authority, "", ""
    if ":" in authority[authority.rfind("]") + 1 :]:
        host, colon, port = authority.rpartition(":")
    if port and not (port.isascii() and port.isdigit() and int(port) <= 0xFFFF):
        return None
    named = _read_host(host)
    if named is None or (colon and not host):
        return None
    port = str(int(port)) if port else ""
    return named if not port or port == _PORTS[scheme] else f"{named}:{port}"


@lru_cache(maxsize=1024)
def _read_host(host: str) -> str | None:
    if host.startswith("["):
        try:
            return (
                f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]" if host.endswith("]") and "%" not in host else None
            )
        except ValueError:
            return None
    if len(host) > 1000:  # no name is; reading it would cost more than refusing it
        return None
    if "%" in host:
        host = unquote_to_bytes(host).decode("utf-8", "replace")
    host = host.lower() if host.isascii() else _to_ascii(host)
    if not host or len(host) > 253 or _HOST_FORBIDDEN.search(host):
        return None
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        return _read_ipv4(host)
    return host


def _to_ascii(host: str) -> str:
    """*host* in Punycode, mapped as browsers map it (UTS 46, non-transitional); "" if it cannot be a name."""
    import idna  # only pages with such hosts pay for its tables

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        labels = [
            label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in mapped.split(".")
        ]
    except (idna.IDNAError, UnicodeError):
        return ""
    return ".".join(labels)


def _read_ipv4(host: str) -> str | None:
    """A host that ends in a number, as dotted decimal: ``0x7f.1`` is 127.0.0.1 (URL Standard, "IPv4 parser")."""
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4:
        return None
    numbers = []
    for part in parts:
        base = 16 if part[:2] == "0x" else 8 if len(part) > 1 and part[0] == "0" else 10
        digits = part[2:] if base == 16 else part
        try:
            numbers.append(int(digits, base) if digits else 0 if base == 16 else -1)
        except ValueError:
            return None
    *head, tail = numbers
    if any(not 0 <= number <= 255 for number in head) or not 0 <= tail < 256 ** (5 - len(numbers)):
        return None
    value = tail + sum(number << (8 * (3 - at)) for at, number in enumerate(head))
    return str(ipaddress.IPv4Address(value))
