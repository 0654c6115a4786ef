"""What we know about URLs as such: joining a link to its page, and the key under which a document is archived.

Two different jobs, kept apart:

* :func:`join_url` reads a link as a browser does (WHATWG URL Standard, "URL parsing", for http and https), mends what
  browsers mend, and returns None where there is nothing to crawl or where two parsers would disagree about the host.
* :func:`canonical_url` decides which spellings name one document. Wrongly merging two documents is worse than keeping
  a copy, so it changes only what servers are known to ignore. Left alone, because only evidence can tell (redirects,
  ``rel=canonical``, equal texts): http and https, a trailing slash, ``index.html``, ``/index.php/``, ``/node/1``,
  the case of a path, ``/print/`` and ``/amp/`` paths, ``ref`` and ``source``.

Nothing here knows a source, a network or a page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from urllib.parse import unquote_plus

from scraper.whatwg import Url, read_url, without_dots

MAX_URL = 2083 * 4  # characters; four times what the longest-lived browser limit allowed, as slugs of six languages do

REMEMBERED_URL = 250  # characters; longer links are not the menu's
_ROOTED = ("/", "http://", "https://")

# What most links of a page look like, so that they need no parser: plain segments, none empty or beginning with a dot,
# and no escapes. The test that both ways agree is in tests/test_urls.py.
_SEGMENT = r"[A-Za-z0-9_~@!$&'()*+,;=-][A-Za-z0-9_~@!$&'()*+,;=.-]*"
_PLAIN_PATH = re.compile(rf"(?:/{_SEGMENT})+/?")
_PLAIN_RELATIVE = re.compile(rf"((?:\.\./)*)({_SEGMENT}(?:/{_SEGMENT})*/?)")
_PLAIN_URL = re.compile(rf"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(?:(?:/{_SEGMENT})+/?|/)")


# --- a link on its page -----------------------------------------------------------------------------------------------


def join_url(base: str, href: str) -> str | None:
    r"""*href* as found on the page at *base*, made absolute; None if there is nothing to crawl.

    None for other schemes (``javascript:``, ``mailto:``, ``data:``, ``file:``, ``ftp:`` ...), for what no browser could
    open, for more than :data:`MAX_URL` characters, and for any user information: a publisher's link never needs it,
    and ``http://one\@two/`` is read as two different hosts by two different parsers. The fragment is kept.

    >>> join_url("https://a.example/news/", " ../x y?q=é#top")
    'https://a.example/x%20y?q=%C3%A9#top'
    >>> join_url("https://a.example/", "mailto:press@a.example") is None
    True
    """
    if len(href) > MAX_URL:
        return None
    if len(href) <= REMEMBERED_URL:
        if href.startswith(_ROOTED):
            return _join_remembered(_root_of(base), href)
        if href[:1] > " " and href[0] not in "?#" and ":" not in href:  # "https:" alone is the page itself
            return _join_remembered(_folder_of(base), href)
    return _join(_read_base(base), href)


@lru_cache(maxsize=8192)
def _join_remembered(base: str, href: str) -> str | None:
    """A link that hangs on no more of the page's URL than *base*: most are met again on the next page of the site."""
    return _join(_read_base(base), href)


@lru_cache(maxsize=64)
def _root_of(base: str) -> str:
    root = _read_base(base)
    return f"{root.scheme}://{root.netloc}/" if root else ""


@lru_cache(maxsize=64)
def _folder_of(base: str) -> str:
    read = _read_base(base)
    return _folder(read, 0) if read else ""


def _join(root: Url | None, href: str) -> str | None:
    joined = _PLAIN_URL.fullmatch(href) and href
    if not joined and root is not None:
        joined = _join_plain(root, href)
    if not joined:
        url = read_url(href, root)
        joined = str(url) if url else None
    return joined if joined and len(joined) <= MAX_URL else None


def _join_plain(base: Url, href: str) -> str | None:
    if _PLAIN_PATH.fullmatch(href):
        return f"{base.scheme}://{base.netloc}{href}"
    plain = _PLAIN_RELATIVE.fullmatch(href)
    return f"{_folder(base, len(plain[1]) // len('../'))}{plain[2]}" if plain else None


@lru_cache(maxsize=64)
def _folder(base: Url, up: int) -> str:
    path = base.path[: base.path.rindex("/") + 1]
    for _ in range(up):
        path = path[: path.rindex("/", 0, -1) + 1] if path != "/" else path
    return f"{base.scheme}://{base.netloc}{path}"


@lru_cache(maxsize=64)
def _read_base(base: str) -> Url | None:
    return read_url(base, None) if len(base) <= MAX_URL else None


# --- what does not name a document ------------------------------------------------------------------------------------

# Parameters that only say how a reader came: documented click identifiers and campaign tags of mail and ad systems.
_TRACKERS = frozenset(
    """
    fbclid fb_action_ids fb_action_types fb_source gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid _ga _gl
    srsltid msclkid yclid ysclid _openstat twclid __twitter_impression ttclid igshid igsh li_fat_id epik rdt_cid sccid
    mc_cid mc_eid mkt_tok _hsenc _hsmi __hstc __hssc __hsfp hsctatracking _kx vero_id vero_conv oly_anon_id oly_enc_id
    wickedid s_kwcid elqtrackid elqtrack elqaid elqat elqcampaignid _branch_match_id guccounter guce_referrer
    guce_referrer_sig pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_campaign piwik_kwd
    at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 wt_mc wt.mc_id xtor ns_mchannel ns_source
    ns_campaign ns_linkname ns_fee cmpid _bta_tid _bta_c trk_contact trk_msg trk_module trk_sid sc_campaign sc_camp
    phpsessid jsessionid aspsessionid cfid cftoken zenid oscsid replytocom asp.net_sessionid
    __cf_chl_tk __cf_chl_rt_tk __cf_chl_f_tk
    """.split()  # noqa: SIM905 - a hundred quotes would hide the names
)
_TRACKER_PREFIXES = ("utm_", "mtm_", "matomo_", "hsa_", "aspsessionid")
# Parameters that only choose a presentation, and the values that do so; the page without them is the document.
_YES = frozenset({"", "1", "true", "yes", "y"})
_PRESENTATION = {
    "amp": _YES,
    "print": _YES | {"print", "friendly"},
    "printable": _YES,
    "printview": _YES,
    "print_view": _YES,
    "printerfriendly": _YES,
    "printer_friendly": _YES,
    "format": frozenset({"amp"}),
    "no_cache": _YES,  # TYPO3
    "wcmmode": frozenset({"disabled"}),  # AEM
    "output": frozenset({"amp", "print"}),
    "outputtype": frozenset({"amp", "print"}),
    "share": frozenset(
        {"facebook", "twitter", "x", "linkedin", "email", "whatsapp", "telegram", "reddit", "pinterest"}
    ),
}
_CACHE_BUSTER = re.compile(r"\d{10,}")  # jQuery's `_=<milliseconds>`
_SESSIONS = frozenset({"sessionid", "session_id", "sessid"})  # not `sid`: a story's number on many sites
_SESSION_VALUE = re.compile(r"[0-9A-Za-z,_-]{16,}")  # `session_id=109` is a meeting
_SESSION_IN_PATH = re.compile(
    r"(?i);(?:jsessionid|phpsessid|sessionid)=[^/;?]*"  # servlet containers
    r"|/\((?:[AFSX]\([^()/]*\))+\)(?=/|$)"  # ASP.NET without cookies
)
_FACET = re.compile(r"f\[\d*\]")  # Drupal's facets: a set, numbered in the order of clicking
_PORT = re.compile(r":\d+$")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|%")
_UNWISE = re.compile(r"[\[\]\\|^`{}]")  # in a query, browsers print them plain and RFC 3986 does not allow them
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
# Escapes undone because the plain character means the same there. Not "&=+;#%/?": those are delimiters to some server.
_PLAIN_IN_PATH = frozenset(map(ord, _UNRESERVED + "!$'()*,:@"))
_PLAIN_IN_QUERY = frozenset(map(ord, _UNRESERVED + "!$()*,:@/?"))
# Already a key: nothing in it could be dropped or spelled otherwise.
_CANONICAL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(?:(?:/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)+/?|/)"
)


# --- the key of a document --------------------------------------------------------------------------------------------


def canonical_url(
    url: str, *, keep: Collection[str] = (), drop: Collection[str] = (), aliases: Mapping[str, str] | None = None
) -> str:
    """The archive's key of the document at *url*: :func:`request_url`, with its parameters in one order.

    Parameters are sorted by name, those of one name stay in their order: servers read them as a table of lists. Ask
    servers with :func:`request_url`, since a folder of saved files knows only the order that was printed.
    Text that is no http or https URL is returned as it is. Applying it twice changes nothing.

    >>> canonical_url("HTTP://Www.A.example:80/x/../news?utm_source=rss&id=2&b=1#top")
    'http://www.a.example/news?b=1&id=2'
    >>> canonical_url("https://oas.example/press_release.asp?sCodigo=E-101/19")
    'https://oas.example/press_release.asp?sCodigo=E-101/19'
    """
    return _canonical(url, tuple(keep), tuple(drop), tuple(aliases.items()) if aliases else ())[0]


def request_url(
    url: str, *, keep: Collection[str] = (), drop: Collection[str] = (), aliases: Mapping[str, str] | None = None
) -> str:
    """*url* without what names no document, its parameters in the order in which they were printed.

    Host lower-cased, in Punycode and by its name in *aliases* (host = the host that it is another name of), default
    port, user information and fragment dropped, dot segments resolved, ``//`` in the path made one slash, escapes in
    one spelling, session identifiers and trackers dropped, ``amp;language=fr`` (a separator escaped twice) mended,
    parameters dropped that only choose a print or AMP view, Drupal's facets sorted and numbered anew.
    *drop* names further parameters (a final ``*`` stands for any ending); *keep* wins over everything. Names of
    parameters are compared without case.
    """
    return _canonical(url, tuple(keep), tuple(drop), tuple(aliases.items()) if aliases else ())[1]


@lru_cache(maxsize=8192)
def _canonical(
    url: str, keep: tuple[str, ...], drop: tuple[str, ...], aliases: tuple[tuple[str, str], ...]
) -> tuple[str, str]:
    """Key and request form of *url*. Pages repeat their menus, so most calls are answered from the cache."""
    if not aliases and _CANONICAL.fullmatch(url):
        return url, url
    read = read_url(_without_user(url), None)
    if read is None:
        return url, url
    netloc = _known_host(read, dict(aliases))
    front = f"{read.scheme}://{netloc}{_clean_path(read.path)}"
    pieces = _clean_query(read.query or "", _Names(keep), _Names(drop))
    if not pieces:
        return front, front
    return f"{front}?{'&'.join(sorted(pieces, key=_name_of))}", f"{front}?{'&'.join(pieces)}"


def _without_user(url: str) -> str:
    """*url* without user information, where every parser agrees what that is: secrets do not belong into an archive."""
    return re.sub(r"^(\s*https?://)[^/?#\\@]*@(?=[^/?#\\@]*(?:[/?#]|$))", r"\1", url, flags=re.IGNORECASE)


def _known_host(url: Url, aliases: Mapping[str, str]) -> str:
    name = _PORT.sub("", url.netloc)
    port = url.netloc[len(name) :]
    name = name.removesuffix(".")
    return aliases.get(name + port) or aliases.get(name, name) + port


def _clean_path(path: str) -> str:
    """*path* in one spelling. Repeated until nothing changes: taking something out can bring something together."""
    path = _ESCAPE.sub(lambda match: _respell(match, _PLAIN_IN_PATH), path)
    while True:
        before = path
        path = without_dots(_SESSION_IN_PATH.sub("", path) or "/")
        # Not after a colon: `/web/https://...` carries a URL in its path.
        path = re.sub(r"(?<!:)/{2,}", "/", path)
        if path == before:
            return path


def _respell(match: re.Match[str], plain: frozenset[int]) -> str:
    digits = match.group(1)
    if digits is None:
        return "%25"
    code = int(digits, 16)
    return chr(code) if code in plain else f"%{digits.upper()}"


class _Names:
    """A set of parameter names, compared without case; a final "*" stands for any ending."""

    def __init__(self, names: Collection[str]) -> None:
        lowered = [name.lower() for name in names]
        self._exact = frozenset(lowered)
        self._starts = tuple(name[:-1] for name in lowered if name.endswith("*"))

    def __contains__(self, name: str) -> bool:
        return name in self._exact or (bool(self._starts) and name.startswith(self._starts))


def _clean_query(query: str, keep: _Names, drop: _Names) -> list[str]:
    pieces: list[str] = []
    facets: list[str] = []
    for printed in query.split("&"):
        piece = _ESCAPE.sub(lambda match: _respell(match, _PLAIN_IN_QUERY), printed).replace("%20", "+")
        piece = _UNWISE.sub(lambda match: f"%{ord(match.group()):02X}", piece)
        mended = re.sub(r"^(?:amp(?:;|%3B))+", "", piece)
        if not mended or (mended != piece and mended in pieces):
            continue
        name = unquote_plus(_name_of(mended)).lower()
        value = unquote_plus(mended[len(_name_of(mended)) + 1 :])
        if name not in keep and (name in drop or _names_no_document(name, value)):
            continue
        if _FACET.fullmatch(name):
            facets.append(mended.partition("=")[2])
        else:
            pieces.append(mended)
    return pieces + [f"f%5B{number}%5D={value}" for number, value in enumerate(sorted(set(facets)))]


def _name_of(piece: str) -> str:
    return piece.partition("=")[0]


def _names_no_document(name: str, value: str) -> bool:
    if name in _TRACKERS or name.startswith(_TRACKER_PREFIXES):
        return True
    if name == "_":
        return bool(_CACHE_BUSTER.fullmatch(value))
    if name in _SESSIONS:
        return bool(_SESSION_VALUE.fullmatch(value))
    return name in _PRESENTATION and value.strip().lower() in _PRESENTATION[name]


# --- parts ------------------------------------------------------------------------------------------------------------


def host(url: str) -> str:
    """Host of an absolute *url*, lower case, with its port unless that is the scheme's own; "" if it has none.

    >>> host("https://WWW.A.example:443/x"), host("http://a.example:8080/"), host("mailto:a@b.example")
    ('www.a.example', 'a.example:8080', '')
    """
    found = _read_base(url)
    return found.netloc if found else ""


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt speaks for (RFC 9309, 2.3); "" if *url* is not http or https.

    >>> origin("https://a.example/news?x=1")
    'https://a.example'
    """
    found = _read_base(url)
    return f"{found.scheme}://{found.netloc}" if found else ""


def path_query(url: str) -> str:
    """Path, and query if there is one: what the patterns of a source are searched in; "" if *url* is not http or https.

    >>> path_query("https://a.example/news/?page=2#x")
    '/news/?page=2'
    """
    found = _read_base(url)
    if found is None:
        return ""
    return found.path if found.query is None else f"{found.path}?{found.query}"
