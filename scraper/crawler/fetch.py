"""Asking: one URL to one arrival, politely and safely. The only home of httpx and tenacity.

Blocking and thread-safe. Whatever a server does becomes a value (:data:`scraper.model.Arrival`), never an exception.
What the caller decides comes in: :class:`Manners` are asked before every request on the wire (retries and redirects
included) and told of every answer; `allowed` is asked about every redirect's target. Cookies, referrers,
credentials and proxies are never used. Works unchanged on httpx and on httpx2, its maintained successor, which is used
where it is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, repeat
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt
from tenacity.wait import wait_random_exponential

from scraper.crawler.addresses import Resolver, UnsafeAddress
from scraper.crawler.answers import Answer, refused
from scraper.crawler.decoding import ACCEPT_ENCODING, BadEncoding, TooLarge, Unpacker
from scraper.crawler.manners import UNHURRIED, Manners
from scraper.crawler.mediatypes import refused_content
from scraper.crawler.wire import Cut, Errand, NoAddress, address_of, peer_address, transport
from scraper.errors import MissingExtra
from scraper.model import Arrival, Asked, Failure, FailureKind, Hop, Validators
from scraper.urls import host, join_url, origin, path_query

if TYPE_CHECKING:
    import httpx

CORES = {"httpx2": "httpcore2", "httpx": "httpcore"}  # client: its lower half. The first that is installed is used
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,application/pdf;q=0.8,*/*;q=0.1"
DRAINED_BYTES = 64 * 1024  # of bodies that nobody needs, read so that the connection can be used again
HEADROOM_BYTES = 1024 * 1024  # on the wire beside the body: headers, chunk sizes
JITTER = wait_random_exponential(multiplier=0.5, max=30)  # seconds; so that many crons do not march in step


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a server's answer we take, and how often we ask."""

    body_bytes: int = 20 * 1024 * 1024  # after decoding
    total: timedelta = timedelta(seconds=120)  # one answer, from the first byte sent to the last received
    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=30)  # between two pieces of an answer
    redirects: int = 10
    attempts: int = 3
    patience: timedelta = timedelta(seconds=60)  # a longer Retry-After is left to a later run


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the caller wants, as it applies to every request on the way."""

    user_agent: str
    validators: Validators | None
    accept: str
    first: int | None
    manners: Manners
    most_bytes: int  # of the body, after decoding
    asked: list[Asked]  # every request so far


def _client() -> ModuleType:
    """The first client that is installed whole. Raises :class:`MissingExtra` if none is."""
    for name, core in CORES.items():
        if find_spec(name) and find_spec(core):
            return import_module(name)
    raise MissingExtra("asking servers", "httpx2")


class GivenUp(Exception):
    """The run is to stop: nothing is asked any more."""


class Fetcher:
    """Asks servers, politely bounded. A context manager that owns the connections; share one between threads.

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
        self._mapped = {name.lower(): address_of(target) for name, target in (resolve or {}).items()}
        self._limits = limits
        self._now = now
        self._sleep = self.interruptible(sleep)
        self._http = http or _client()
        self._errand = Errand()
        self._cut = Cut()
        self._transport = transport(
            self._http, import_module(CORES[self._http.__name__]), resolver or Resolver(), self._errand, self._cut
        )
        read = limits.read.total_seconds()
        self._place = lru_cache(maxsize=1024)(self._read_place)
        self._nothing = self._http.ByteStream(b"")
        self._timeouts = {"connect": limits.connect.total_seconds(), "read": read, "write": read}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def give_up(self) -> None:
        """End every request that is under way, and begin none: each becomes a failure of the kind "stopped"."""
        self._cut.now()

    @property
    def given_up(self) -> bool:
        """Whether nothing is asked any more."""
        return self._cut.done.is_set()

    def interruptible(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        """*sleep* as :meth:`give_up` ends it, with :class:`GivenUp`; for whoever waits before a request."""

        def nap(seconds: float) -> None:
            if sleep is time.sleep:  # the only one that takes time
                self._cut.done.wait(seconds)
            else:
                sleep(seconds)
            if self.given_up:
                raise GivenUp

        return nap

    def fetch(
        self,
        url: str,
        *,
        user_agent: str,
        validators: Validators | None = None,
        manners: Manners = UNHURRIED,
        allowed: Callable[[str], Failure | None] = lambda url: None,
        accept: str = ACCEPT,
        first: int | None = None,
        most_bytes: int | None = None,
    ) -> Arrival:
        """What *url* answers, redirects followed, transient troubles tried again.

        *manners* is the clock: it has a say before every request on the wire, redirects and retries included. *allowed*
        says of every redirect's target why it may not be asked, or None. *first* takes only so many bytes of the body,
        however long it is; *most_bytes* is a limit of its own for what may be longer than a page.
        """
        asked: list[Asked] = []
        most = most_bytes or self._limits.body_bytes
        wish = _Wish(user_agent, validators, accept, first, manners, most, asked)
        try:
            found = self._follow(url, wish, allowed)
        except GivenUp:
            found = Failure(url, self._now(), "stopped", "not asked any more: the run was to stop")
        return replace(found, asked=tuple(asked))

    def _follow(self, url: str, wish: _Wish, allowed: Callable[[str], Failure | None]) -> Arrival:
        """What *url* answers in the end, redirects followed."""
        requested = (join_url("", url) or "").partition("#")[0]
        if not requested:
            return Failure(url, self._now(), "scope", "only http and https addresses are fetched")
        hops: tuple[Hop, ...] = ()
        while True:
            answer, tries = self._persist(requested, wish)
            if answer.failure is not None:
                return replace(answer.failure, url=url, hops=hops, attempts=tries)
            location = answer.location
            if location is None:
                return answer.arrival(url, hops, tries)
            target = (join_url(requested, _as_text(location)) or "").partition("#")[0]
            hops = (*hops, Hop(requested, answer.status, target))
            refusal = self._why_not(hops, url) or allowed(target)
            if refusal is not None:
                return replace(refusal, url=url, status=refusal.status or answer.status, hops=hops)
            if origin(target) != origin(requested):
                # Validators are the origin's own; another one could mistake them for its own (RFC 9110, 8.8).
                wish = replace(wish, validators=None)
            requested = target

    def _why_not(self, hops: tuple[Hop, ...], begun: str) -> Failure | None:
        """Why the last redirect cannot be followed, whatever the caller allows."""
        target, status = hops[-1].location, hops[-1].status
        if not target:
            why = f"HTTP {status} redirects to nothing that can be fetched"
        elif target in {hop.url for hop in hops}:
            why = f"redirects in a circle, back to {target}"
        elif len(hops) > self._limits.redirects:
            why = f"more than {self._limits.redirects} redirects"
        else:
            return None
        return Failure(begun, self._now(), "redirect", why, status)

    # --- tries --------------------------------------------------------------------------------------------------------

    def _persist(self, url: str, wish: _Wish) -> tuple[Answer, int]:
        """The answer of *url* without its redirects, tried until it answers or patience ends; and how often."""
        before = len(wish.asked)
        first = self._try(url, wish)
        if not first.transient:
            return first, 1
        retrying = Retrying(
            retry=retry_if_result(lambda answer: answer.transient and answer.wished <= self._limits.patience),
            wait=_pause_before_next,
            stop=stop_after_attempt(self._limits.attempts),
            sleep=self._sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        tries = chain((first,), (self._try(url, wish) for _ in repeat(None)))
        return retrying(tries.__next__), len(wish.asked) - before

    def _try(self, url: str, wish: _Wish) -> Answer:
        """One request when its host's turn comes, written down for the log."""
        apart = wish.manners.wait(host(url))
        if self.given_up:
            raise GivenUp
        sent_at, began = self._now(), time.monotonic()
        answer = self._ask(url, wish)
        took = timedelta(seconds=time.monotonic() - began)
        why = answer.failure.message if answer.failure else None
        wish.asked.append(Asked(url, sent_at, apart, self._errand.status, self._errand.received, took, why))
        if self.given_up:
            raise GivenUp  # it may have failed, or seem to be complete, for no other reason
        if wished := answer.wished:
            wish.manners.pause(host(url), wished)
        return answer

    def _ask(self, url: str, wish: _Wish) -> Answer:
        """One request on the wire. Whatever the server does is in the answer."""
        http, errand = self._http, self._errand
        errand.mapped = self._mapped.get(host(url)) or self._mapped.get(urlsplit(url).hostname or "")
        errand.deadline = time.monotonic() + self._limits.total.total_seconds()
        errand.wire_bytes = wish.most_bytes + HEADROOM_BYTES
        errand.received = 0
        errand.stage = "ask"
        errand.status = None
        try:
            return self._exchange(url, wish)
        except UnsafeAddress as error:
            return self._failed(url, "unsafe-address", f"{error}; --resolve maps a host to a local address on purpose")
        except NoAddress as error:
            return self._failed(url, "dns", str(error))
        except TooLarge:
            return self._failed(url, "too-large", f"larger than {wish.most_bytes:,} bytes; not kept")
        except BadEncoding as error:
            return self._failed(url, "encoding", f"{error}; not kept")
        except http.TimeoutException as error:
            return self._failed(url, "timeout", f"no answer in time ({error})", transient=True)
        except http.ConnectError as error:
            if errand.stage == "tls":
                return self._failed(url, "tls", f"its certificate cannot be trusted ({error})")
            return self._failed(url, "connect", f"cannot be connected to ({error})", transient=True)
        except (http.TransportError, http.InvalidURL, OSError, ValueError) as error:
            if errand.stage == "body":
                return self._failed(url, "truncated", f"the answer was cut short; not kept ({error})", transient=True)
            if isinstance(error, http.NetworkError):
                return self._failed(url, "connect", f"the connection failed ({error})", transient=True)
            return self._failed(url, "protocol", f"not an HTTP answer ({error})", transient=True)

    def _failed(self, url: str, kind: FailureKind, message: str, *, transient: bool = False) -> Answer:
        return Answer(url, self._now(), self._errand.status or 0).failed(kind, message, transient=transient)

    # --- one request --------------------------------------------------------------------------------------------------

    def _exchange(self, url: str, wish: _Wish) -> Answer:
        """Send, and take what comes. Raises what the wire raises."""
        request, sent = self._request(url, wish)
        began = time.monotonic()
        try:
            response = self._transport.handle_request(request)
        finally:
            wish.manners.answered(host(url), timedelta(seconds=time.monotonic() - began))
        try:
            self._errand.status = response.status_code
            headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw)
            answer = Answer(url, self._now(), response.status_code, headers, sent=sent, address=peer_address(response))
            asked = wish.validators is not None and bool(wish.validators.etag or wish.validators.last_modified)
            most = wish.most_bytes if wish.first is None else None
            taken = refused(answer, conditional=asked, most_bytes=most) or self._take(answer, response, wish)
        finally:
            response.close()
        if taken.failure is not None:
            return taken
        return replace(taken, at=self._now(), elapsed=timedelta(seconds=time.monotonic() - began))

    def _request(self, url: str, wish: _Wish) -> tuple[httpx.Request, tuple[tuple[str, str], ...]]:
        parts = urlsplit(url)
        sent = [("Host", parts.netloc), ("User-Agent", wish.user_agent), ("Accept", wish.accept)]
        sent.append(("Accept-Encoding", ACCEPT_ENCODING))
        validators = wish.validators or Validators()
        for name, value in (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified)):
            if value and value.isprintable():
                sent.append((name, value))
        # A mapped host is asked in plain http: whoever maps it vouches for the way there.
        scheme = "http" if self._errand.mapped else parts.scheme
        place = self._place(scheme, parts.hostname or "", parts.port)
        # The target as we read it, not as httpx would spell it.
        extensions = {"timeout": self._timeouts, "target": path_query(url).encode("ascii")}
        raw = [(key.encode("ascii"), value.encode("latin-1", "replace")) for key, value in sent]
        # With a body of our own, however empty, httpx adds no headers to ours.
        return self._http.Request("GET", place, headers=raw, stream=self._nothing, extensions=extensions), tuple(sent)

    def _read_place(self, scheme: str, name: str, port: int | None) -> httpx.URL:
        """Where a host is asked, as httpx wants it."""
        place: httpx.URL = self._http.URL(scheme=scheme, host=name, port=port, path="/")
        return place

    def _take(self, answer: Answer, response: httpx.Response, wish: _Wish) -> Answer:
        """*answer* with its body, decoded, as much of it as is wanted."""
        self._errand.stage = "body"
        wanted = wish.first if answer.is_page else DRAINED_BYTES
        unpacker = Unpacker(answer.header("content-encoding"), wish.most_bytes)
        judged = not answer.is_page
        for piece in response.iter_raw():
            unpacker.feed(piece)
            if not judged and len(unpacker.body) >= 16:
                judged = True
                if why := refused_content(bytes(unpacker.body[:16])):
                    return self._failed(answer.url, "content-type", f"{why}: no page")
            if wanted is not None and len(unpacker.body) >= wanted:
                return replace(answer, body=bytes(unpacker.body[:wanted]))
        unpacker.finish()
        return replace(answer, body=bytes(unpacker.body))


def _pause_before_next(state: RetryCallState) -> float:
    """As long as the server wishes, or a random while that grows."""
    answer: Answer | None = state.outcome.result() if state.outcome else None
    return max(JITTER(state), answer.wished.total_seconds() if answer else 0.0)


def _as_text(location: str) -> str:
    """A Location header, whose octets are UTF-8 more often than the Latin-1 that HTTP says."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
