"""Bytes to text, as browsers do it: the Encoding standard and section 13.2.3 of the HTML standard, of WHATWG."""

from __future__ import annotations

import re

import webencodings

from scraper import latin

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_PRESCAN_BYTES = 1024  # HTML standard, 13.2.3.2
# A parser that meets a declaration after the prescan starts again with it (HTML standard, 13.2.3.4).
_LATE_PRESCAN_BYTES = 65_536
_SAMPLE_BYTES = 32_768  # read by the statistical detection; more costs time and changes nothing
_SPACES = b"\t\n\x0c\r "
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"charset[\t\n\x0c\r ]*=[\t\n\x0c\r ]*", re.IGNORECASE)
_COMMENT_END = re.compile(rb"--!?>")
_ATTRIBUTE_NAME = re.compile(rb"=?[^\t\n\x0c\r />=]*")
# What the web is written in (Encoding standard, 4.2), for pages that declare nothing and are not UTF-8.
_CANDIDATES = [
    "cp1252", "cp1256", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1257", "cp1258", "cp874", "koi8_r",
    "iso8859_2", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp949",
]  # fmt: skip
_STRAY_BYTES = 8  # this many bytes that cannot be UTF-8, and none that are, refute a declared UTF-8


def decode_html(body: bytes, content_type: str | None = None) -> str:
    """The text of an HTML *body*: by its byte order mark, *content_type*, its own meta, else by its bytes.

    The order is the HTML standard's (13.2.3). Two declarations that the bytes themselves refute are not followed: a
    single-byte charset in the header where the page says UTF-8 and every byte agrees with the page; and UTF-8 where
    no non-ASCII byte at all is UTF-8. The result never holds NUL or a lone surrogate; what cannot be decoded becomes
    U+FFFD. Never raises.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return clean_text(_decode(body[len(mark) :], name))
    declared = _header_charset(content_type)
    if declared is None or (_is_single_byte(declared) and _is_utf8_page(body)):
        declared = _prescan(body[:_PRESCAN_BYTES]) or _prescan(body[:_LATE_PRESCAN_BYTES])
    if declared in (None, "utf-8") and (text := _as_utf8(body)) is not None:
        return text
    if declared is None or (declared == "utf-8" and _refutes_utf8(body)):
        declared = _detect(body)
    return clean_text(_decode(body, declared))


def _as_utf8(body: bytes) -> str | None:
    """The text of most pages, which are UTF-8 throughout and so hold no surrogates; None of others."""
    try:
        text = body.decode("utf-8")
        return text.replace("\0", "") if b"\0" in body else text
    except UnicodeDecodeError:
        return None


def clean_text(text: str) -> str:
    """*text* without NUL, and with each lone surrogate as U+FFFD, so that it can be stored as UTF-8."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _decode(body: bytes, name: str) -> str:
    codec = webencodings.lookup(name)
    if codec is None:  # only our own candidates of detection can be unknown to the web
        return body.decode(name, "replace")
    if codec.name == "replacement":  # Encoding standard, 14.1: refused, a decoder would be an attack
        return "\ufffd"
    text: str = codec.codec_info.decode(body, "replace")[0]
    return text.removeprefix("\ufeff")


def _known(label: str) -> str | None:
    codec = webencodings.lookup(label)
    return str(codec.name) if codec else None


def _header_charset(content_type: str | None) -> str | None:
    found = _HEADER_CHARSET.search(content_type or "")
    return _known(next(filter(None, found.groups()), "")) if found else None


def _is_single_byte(name: str) -> bool:
    return name.startswith(("windows-", "iso-8859-", "koi8", "macintosh", "x-mac-", "ibm866"))


def _is_utf8_page(body: bytes) -> bool:
    """The page declares UTF-8, holds more than ASCII, and every byte of it agrees."""
    if body.isascii() or _prescan(body[:_LATE_PRESCAN_BYTES]) != "utf-8":
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refutes_utf8(body: bytes) -> bool:
    """Of *body*, which is not UTF-8, many bytes cannot be and no sequence of several is: the declaration was copied."""
    kept = body.decode("utf-8", "replace")
    return kept.count("\ufffd") >= _STRAY_BYTES and kept.replace("\ufffd", "").isascii()


def _detect(body: bytes) -> str:
    """The encoding of a page that declares none and is not UTF-8 throughout: the likeliest, else the browsers' default."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.reason == "unexpected end of data" and error.end == len(body)
        if cut_short and not body[: error.start].isascii():
            return "utf-8"  # a page that ends in the middle of a character
    from charset_normalizer import from_bytes

    words = re.sub(rb"<[^>]*>|\s+", b" ", body)
    first = next((i for i, byte in enumerate(words) if byte > 0x7F), 0)
    sample = words[max(0, first - 256) : first + _SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    if best is None or best.encoding in latin.ENCODINGS:
        return latin.latin_encoding(sample) or (best.encoding if best else "windows-1252")
    return best.encoding


# --- the prescan of HTML standard, 13.2.3.2 ---------------------------------------------------------------------------


def _prescan(head: bytes) -> str | None:
    """The encoding that the first bytes of a page declare in a meta element; None if they declare none we know."""
    at, end = 0, len(head)
    while at < end:
        at = head.find(b"<", at)
        if at < 0:
            return None
        if head.startswith(b"<!--", at):
            found = _COMMENT_END.search(head, at + 2)
            if not found:
                return None
            at = found.end()
        elif head[at + 1 : at + 5].lower() == b"meta" and head[at + 5 : at + 6] in b"\t\n\x0c\r /" and at + 5 < end:
            name, at = _meta_encoding(head, at + 5)
            if name:
                return name
        elif head[at + 1 : at + 2].isalpha() or (head[at + 1 : at + 2] == b"/" and head[at + 2 : at + 3].isalpha()):
            at = _skip_tag(head, at + 1)
        elif head[at + 1 : at + 2] in (b"!", b"/", b"?"):
            at = head.find(b">", at)
            if at < 0:
                return None
            at += 1
        else:
            at += 1
    return None


def _skip_tag(head: bytes, at: int) -> int:
    while at < len(head) and head[at : at + 1] not in b"\t\n\x0c\r >":
        at += 1
    while True:
        attribute, at = _attribute(head, at)
        if attribute is None:
            return at + 1


def _meta_encoding(head: bytes, at: int) -> tuple[str | None, int]:
    seen: set[bytes] = set()
    pragma = False
    needs_pragma: bool | None = None
    charset: str | None = None
    while True:
        attribute, at = _attribute(head, at)
        if attribute is None:
            break
        name, value = attribute
        if name in seen:
            continue
        seen.add(name)
        if name == b"http-equiv":
            pragma = value == b"content-type"
        elif name == b"content" and charset is None:
            label = _charset_in(value)
            if label and _known(label):
                charset, needs_pragma = _known(label), True
        elif name == b"charset":
            charset, needs_pragma = _known(value.decode("latin-1")), False
    if needs_pragma is None or (needs_pragma and not pragma) or charset is None:
        return None, at
    # A page whose meta could be read as ASCII is not UTF-16, whatever it says.
    return {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}.get(charset, charset), at


def _charset_in(content: bytes) -> str | None:
    """The algorithm for extracting a character encoding from a meta element (HTML standard, 2.7.5)."""
    found = _META_CHARSET.search(content)
    if not found:
        return None
    rest = content[found.end() :]
    if rest[:1] in (b'"', b"'"):
        end = rest.find(rest[:1], 1)
        return rest[1:end].decode("latin-1") if end > 0 else None
    return re.split(rb"[\t\n\x0c\r ;]", rest, maxsplit=1)[0].decode("latin-1") or None


def _attribute(head: bytes, at: int) -> tuple[tuple[bytes, bytes] | None, int]:
    """The next attribute of a tag and where it ends (HTML standard, "get an attribute"); None at the tag's end."""
    end = len(head)
    while at < end and head[at] in b"\t\n\x0c\r /":
        at += 1
    if at >= end or head[at] == 0x3E:
        return None, at
    found = _ATTRIBUTE_NAME.match(head, at)
    assert found is not None  # the pattern matches the empty string
    name, at = found[0].lower(), found.end()
    while at < end and head[at] in _SPACES:
        at += 1
    if at >= end or head[at] != 0x3D:
        return (name, b""), at
    at += 1
    while at < end and head[at] in _SPACES:
        at += 1
    if at < end and head[at] in b"\"'":
        close = head.find(head[at : at + 1], at + 1)
        if close < 0:
            return None, end
        return (name, head[at + 1 : close].lower()), close + 1
    start = at
    while at < end and head[at] not in b"\t\n\x0c\r >":
        at += 1
    return (name, head[start:at].lower()), at
