"""Asking: one URL to what it answered. The only home of httpx and tenacity.

Blocking and thread-safe. Whatever a server does becomes a value (:data:`scraper.model.Arrival`), never an exception.
Works unchanged on httpx and on httpx2, its maintained successor, which is used where it is installed.
"""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt
from tenacity.wait import wait_random_exponential

from scraper.crawler.addresses import Resolver, UnsafeAddress
from scraper.crawler.decoding import ACCEPT_ENCODING, BadEncoding, TooLarge, decoder
from scraper.model import Arrival, Capture, Failure, FailureKind, Hop, NotModified, Validators
from scraper.urls import host as host_of
from scraper.urls import join_url, origin

if TYPE_CHECKING:
    import httpx

NEWER, OLDER = "httpx2", "httpx"  # the first that is installed is used

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,application/pdf;q=0.8,*/*;q=0.1"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
TRANSIENT_KINDS = frozenset({"connect", "timeout", "protocol", "truncated"})
BLOCKED_STATUSES = frozenset({401, 402, 403, 407, 429, 451})
MOST_HOSTS = 256  # hosts whose connections are kept open

# By type, before a byte of the body is read. What has no type or a vague one is judged by its first bytes.
_REFUSED_TYPES = re.compile(
    r"(?:image|video|audio|font)/|application/(?:zip|gzip|x-(?:rar|7z|tar|msdownload)|vnd\.|msword|java)"
)
_BINARY_START = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x7fELF", b"Rar!", b"7z\xbc", b"\x00\x00\x00", b"OggS",
    b"ID3",
)  # fmt: skip
_COMPRESSED_SITEMAP = re.compile(r"\.xml\.gz$|sitemap.*\.gz$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a server's answer we take."""

    body_bytes: int = 20 * 1024 * 1024  # after decoding
    total: timedelta = timedelta(seconds=120)  # one answer, from the first byte sent to the last received
    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=30)  # between two pieces of an answer
    redirects: int = 10
    attempts: int = 3
    patience: timedelta = timedelta(seconds=60)  # a longer Retry-After is left to a later run


Hook = Callable[[str], None]
Allowed = Callable[[str], Failure | None]


@dataclass(frozen=True, slots=True)
class _Ask:
    """One URL to be asked for, redirects included."""

    url: str
    validators: Validators | None
    user_agent: str
    wait: Hook
    allowed: Allowed
    hops: tuple[Hop, ...] = ()


@dataclass(slots=True)
class _Answer:
    """What came over the wire for one request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_headers: tuple[tuple[str, str], ...]
    address: str | None
    began: float
    elapsed: timedelta = field(default_factory=timedelta)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


class _Trouble(Exception):
    """A request that ends in a failure; never leaves this file."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Fetcher:
    """Asks servers, politely bounded. A context manager; share one between threads.

    *resolve* sends requests for a host to a given address (``{"www.a.example": "http://127.0.0.1:8000"}``), http and
    https alike, while URLs keep their identity; only hosts named there may lead to a local address. *sleep* waits
    between tries, *now* is the wall clock (aware), *http* is the httpx or httpx2 module.
    """

    def __init__(
        self,
        *,
        resolve: Mapping[str, str] | None = None,
        limits: Limits = Limits(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        resolver: Resolver | None = None,
        http: ModuleType | None = None,
    ) -> None:
        self._resolve = {host.lower(): address.rstrip("/") for host, address in (resolve or {}).items()}
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._resolver = resolver or Resolver()
        self._http = http or import_module(NEWER if find_spec(NEWER) else OLDER)
        self._tls = ssl.create_default_context()
        self._timeout = self._http.Timeout(limits.read.total_seconds(), connect=limits.connect.total_seconds())
        self._transports: OrderedDict[str, httpx.HTTPTransport] = OrderedDict()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            while self._transports:
                self._transports.popitem()[1].close()

    def fetch(
        self,
        url: str,
        *,
        user_agent: str,
        validators: Validators | None = None,
        wait: Hook = lambda url: None,
        allowed: Allowed = lambda url: None,
    ) -> Arrival:
        """What *url* answers, redirects followed, transient troubles tried again.

        *wait* is called with the URL before every request on the wire, redirects and retries included: it is the clock.
        *allowed* says of every redirect's target why it may not be asked, or None.
        """
        ask = _Ask(url, validators, user_agent, wait, allowed)
        seen = {url}
        while True:
            arrival = self._persist(ask)
            if not isinstance(arrival, Hop):
                return (
                    replace(arrival, requested_url=url)
                    if not isinstance(arrival, Failure)
                    else replace(arrival, url=url)
                )
            hops = (*ask.hops, arrival)
            trouble = self._why_not(arrival, hops, seen, ask)
            if trouble is not None:
                return replace(trouble, url=url, hops=hops)
            seen.add(arrival.location)
            same = origin(arrival.location) == origin(ask.url)
            # Validators are the origin's own; another one could mistake them for its own (RFC 9110, 8.8).
            ask = replace(ask, url=arrival.location, hops=hops, validators=ask.validators if same else None)

    def _why_not(self, hop: Hop, hops: tuple[Hop, ...], seen: set[str], ask: _Ask) -> Failure | None:
        """Why a redirect is not followed."""
        if not hop.location:
            return self._failure(
                ask, "redirect", f"HTTP {hop.status} redirects to nothing that can be fetched", hop.status
            )
        if hop.location in seen:
            return self._failure(ask, "redirect", f"redirects in a circle, back to {hop.location}", hop.status)
        if len(hops) > self._limits.redirects:
            return self._failure(ask, "redirect", f"more than {self._limits.redirects} redirects", hop.status)
        return ask.allowed(hop.location)

    # --- tries --------------------------------------------------------------------------------------------------------

    def _persist(self, ask: _Ask) -> Arrival | Hop:
        """One URL without its redirects, tried until it answers or patience ends."""
        retrying = Retrying(
            retry=retry_if_result(self._worth_another_try),
            wait=self._pause,
            stop=stop_after_attempt(self._limits.attempts),
            sleep=self._sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        tries = 0

        def once() -> Arrival | Hop:
            nonlocal tries
            tries += 1
            return self._try(ask)

        result: Arrival | Hop = retrying(once)
        return result if isinstance(result, Hop) else replace(result, attempts=tries)

    def _worth_another_try(self, result: Arrival | Hop) -> bool:
        if not isinstance(result, Failure):
            return False
        if result.retry_after is not None and result.retry_after > self._limits.patience:
            return False
        return result.status in TRANSIENT_STATUSES or (result.status is None and result.kind in TRANSIENT_KINDS)

    def _pause(self, state: RetryCallState) -> float:
        """As long as the server wishes, else a random, growing while: many crons must not march in step."""
        result = state.outcome.result() if state.outcome else None
        if isinstance(result, Failure) and result.retry_after is not None:
            return result.retry_after.total_seconds()
        return float(wait_random_exponential(multiplier=0.5, max=30)(state))

    def _try(self, ask: _Ask) -> Arrival | Hop:
        ask.wait(ask.url)
        try:
            answer = self._send(ask)
        except _Trouble as trouble:
            return self._failure(ask, trouble.kind, str(trouble))
        except UnsafeAddress as trouble:
            return self._failure(
                ask, "unsafe-address", f"{trouble}; --resolve maps a host to a local address on purpose"
            )
        except TooLarge:
            most = self._limits.body_bytes // (1024 * 1024)
            return self._failure(ask, "too-large", f"larger than {most} MiB; not kept")
        except BadEncoding as trouble:
            return self._failure(ask, "encoding", f"{trouble}; not kept")
        return self._read(ask, answer)

    def _read(self, ask: _Ask, answer: _Answer) -> Arrival | Hop:
        """What an answer means."""
        now = self._now()
        if answer.status == 304:
            if ask.validators is None:
                return self._failure(ask, "protocol", "HTTP 304 although nothing was asked about", 304)
            return NotModified(ask.url, now, answer.headers, hops=ask.hops, elapsed=answer.elapsed)
        if answer.status in REDIRECTS and (location := answer.header("location")) is not None:
            target = join_url(ask.url, _as_text(location))
            return Hop(ask.url, answer.status, (target or "").partition("#")[0])
        if answer.status in {204, 205, 206} or not 200 <= answer.status < 300:
            return self._refused(ask, answer, now)
        return Capture(
            ask.url, now, answer.status, answer.headers, answer.body, hops=ask.hops,
            request_headers=answer.request_headers, address=answer.address, elapsed=answer.elapsed,
        )  # fmt: skip

    def _refused(self, ask: _Ask, answer: _Answer, now: datetime) -> Failure:
        status = answer.status
        after = retry_after(answer.header("retry-after"), now) if status in {429, 503} else None
        kind: FailureKind = "blocked" if status in BLOCKED_STATUSES else "http" if status >= 400 else "protocol"
        words = f"HTTP {status}"
        if kind == "blocked" and status != 429:
            words += ": the server refuses us; another user_agent in the source file may pass, or ask its webmaster"
        elif after is not None:
            words += f": the server asks us to stay away for {after.total_seconds():.0f} seconds"
        elif kind == "protocol":
            words += " is no answer to a plain request"
        return replace(self._failure(ask, kind, words, status), retry_after=after)

    def _failure(self, ask: _Ask, kind: FailureKind, message: str, status: int | None = None) -> Failure:
        return Failure(ask.url, self._now(), kind, message, status, hops=ask.hops)

    # --- one request --------------------------------------------------------------------------------------------------

    def _send(self, ask: _Ask) -> _Answer:
        parts = urlsplit(ask.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise _Trouble("scope", "only http and https addresses are fetched")
        target, address, extensions = self._where(ask.url)
        headers = {
            "Host": host_of(ask.url),
            "User-Agent": ask.user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        if ask.validators and ask.validators.etag:
            headers["If-None-Match"] = ask.validators.etag
        if ask.validators and ask.validators.last_modified:
            headers["If-Modified-Since"] = ask.validators.last_modified
        transport = self._transport(origin(ask.url))
        began = time.monotonic()
        with self._troubles():
            timeouts = {"timeout": self._timeout.as_dict(), **extensions}
            request = self._http.Request("GET", target, headers=headers, extensions=timeouts)
            response = transport.handle_request(request)
            response.request = request
            try:
                answer = _Answer(
                    response.status_code, _headers(response.headers.raw), b"", tuple(headers.items()), address, began
                )
                if 200 <= answer.status < 300:
                    answer.body = self._body(ask, response, answer)
            finally:
                response.close()
        answer.elapsed = timedelta(seconds=time.monotonic() - began)
        return answer

    def _where(self, url: str) -> tuple[str, str, dict[str, str]]:
        """The URL to connect to, the address it leads to, and what TLS must check it against."""
        parts = urlsplit(url)
        rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        mapped = self._resolve.get(host_of(url)) or self._resolve.get(parts.hostname or "")
        if mapped is not None:
            return mapped + rest, urlsplit(mapped).hostname or "", {}
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = self._resolver.public_address(host, port)
        except (OSError, UnicodeError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise _Trouble(
                "dns", f"{host} does not resolve ({words}); check the host name in the source file"
            ) from error
        literal = f"[{address}]" if ":" in address else address
        return f"{parts.scheme}://{literal}:{port}{rest}", address, {"sni_hostname": host}

    def _transport(self, for_origin: str) -> httpx.HTTPTransport:
        """Connections of its own for each origin: they, and TLS names on them, are never shared between hosts.

        A transport and not a client: nothing follows redirects, keeps cookies or reads the environment behind our back.
        """
        with self._lock:
            transport = self._transports.pop(for_origin, None)
            if transport is None:
                transport = self._http.HTTPTransport(verify=self._tls, trust_env=False, http2=False)
            self._transports[for_origin] = transport
            if len(self._transports) > MOST_HOSTS:
                self._transports.popitem(last=False)  # its connections close when their last answer is read
            return transport

    def _body(self, ask: _Ask, response: httpx.Response, answer: _Answer) -> bytes:
        """The body, decoded and bounded in size and time."""
        declared = (answer.header("content-type") or "").lower()
        if _REFUSED_TYPES.match(declared) and not _COMPRESSED_SITEMAP.search(urlsplit(ask.url).path):
            raise _Trouble(
                "content-type", f"{declared.partition(';')[0]}: no page; exclude such URLs in the source file"
            )
        length = answer.header("content-length")
        limit = self._limits.body_bytes
        if length and length.isdecimal() and int(length) > limit:
            raise TooLarge
        layers = decoder(answer.header("content-encoding"), limit)
        deadline = answer.began + self._limits.total.total_seconds()
        body = bytearray()
        raw = 0
        for piece in response.iter_raw():
            raw += len(piece)
            for layer in layers:
                piece = layer.feed(piece)  # noqa: PLW2901 - each layer decodes what the one before gave
            body += piece
            if len(body) > limit or raw > limit:
                raise TooLarge
            if time.monotonic() > deadline:
                raise _Trouble("timeout", f"took more than {self._limits.total.total_seconds():.0f} seconds; not kept")
        if len(layers) == 1:
            body += layers[0].finish()
        if bytes(body[:4]).startswith(_BINARY_START):
            raise _Trouble("content-type", "an image, archive or other binary file: no page")
        return bytes(body)

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        """The client's exceptions as failures, by kind."""
        http = self._http
        try:
            yield
        except http.TimeoutException as error:
            raise _Trouble("timeout", "no answer in time") from error
        except http.ConnectError as error:
            if _is_tls(error):
                raise _Trouble("tls", f"its certificate cannot be trusted ({error})") from error
            raise _Trouble("connect", f"cannot be connected to ({error})") from error
        except http.RemoteProtocolError as error:
            if "incomplete" in str(error) or "without sending complete" in str(error):
                raise _Trouble("truncated", "the answer was cut short; not kept") from error
            raise _Trouble("protocol", f"not an HTTP answer ({error})") from error
        except (http.HTTPError, http.InvalidURL, http.StreamError) as error:
            raise _Trouble("connect", f"the connection failed ({error})") from error
        except (ValueError, UnicodeError) as error:  # header values that no client may send, answers none can read
            raise _Trouble("protocol", f"the request or its answer is malformed ({error})") from error


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header (RFC 9110, 10.2.3), seconds or a date, as a length from *now*; None if it cannot be read.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()
    120.0
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), 7 * 86400))
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(when - now, timedelta(0)), timedelta(days=7))


def _headers(raw: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers as they came; bytes that are not ASCII stay recoverable (Latin-1, RFC 9110, 5.5)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _as_text(location: str) -> str:
    """A Location header: servers send UTF-8 where only ASCII is allowed."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return location


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) or "SSL" in str(cause) or "certificate" in str(cause).lower():
            return True
        cause = cause.__cause__ or cause.__context__
    return False
