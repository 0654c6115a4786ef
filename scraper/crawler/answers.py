"""What one request gave, and what that means before any of the body is taken. Pure: nothing here asks anybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scraper.crawler.fate import BLOCKED_STATUSES
from scraper.crawler.mediatypes import refused_type
from scraper.crawler.stamps import read_retry_after
from scraper.model import Arrival, Capture, Failure, FailureKind, Hop, NotModified

REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # 52x: Cloudflare's own


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gave: headers and body, or why not."""

    url: str
    at: datetime
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    sent: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    elapsed: timedelta = timedelta(0)
    failure: Failure | None = None
    transient: bool = False

    @property
    def wished(self) -> timedelta:
        """How long the server asks to be left alone; zero if it does not."""
        return (self.failure.retry_after if self.failure else None) or timedelta(0)

    @property
    def is_page(self) -> bool:
        """Whether its status brings a page."""
        return 200 <= self.status < 300

    @property
    def location(self) -> str | None:
        """Where it redirects to, as printed; None if it does not."""
        return self.header("location") if self.status in REDIRECTS else None

    def header(self, name: str) -> str | None:
        """The first value of a header, *name* in lower case; None if it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def failed(
        self, kind: FailureKind, message: str, wished: timedelta | None = None, *, transient: bool = False
    ) -> Answer:
        """The same as a failure, with its reason in one line."""
        words = " ".join(message.split())[:400]
        failure = Failure(self.url, self.at, kind, words, self.status or None, wished)
        return replace(self, failure=failure, transient=transient)

    def arrival(self, requested: str, hops: tuple[Hop, ...], attempts: int) -> Arrival:
        """The value for those who asked for *requested*, once nothing failed and nothing redirects any more."""
        if self.status == 304:
            return NotModified(self.url, self.at, self.headers, requested, hops, self.elapsed, attempts)
        return Capture(
            url=self.url, fetched_at=self.at, status=self.status, headers=self.headers, body=self.body,
            requested_url=requested, hops=hops, request_headers=self.sent, address=self.address,
            elapsed=self.elapsed, attempts=attempts,
        )  # fmt: skip


def refused(answer: Answer, *, conditional: bool, most_bytes: int | None) -> Answer | None:
    """*answer* as the failure that its status and headers show, if they do.

    *conditional*: whether it was asked if anything changed. *most_bytes*: how long a body may be; None: however long.
    """
    if answer.status == 304:
        return None if conditional else answer.failed("protocol", "HTTP 304 although nothing was asked about")
    if answer.location is not None:
        return None
    if not answer.is_page or answer.status in {204, 205, 206}:
        return _no_page(answer)
    length = answer.header("content-length")
    if length and "chunked" in (answer.header("transfer-encoding") or "").lower():
        return answer.failed("protocol", "both Content-Length and chunked (RFC 9112, 6.3)")
    if why := refused_type(answer.header("content-type")):
        return answer.failed("content-type", f"{why}: no page; exclude such URLs in the source file")
    if length and length.isdecimal() and most_bytes is not None and int(length) > most_bytes:
        return answer.failed("too-large", f"{int(length):,} bytes; not kept")
    return None


def _no_page(answer: Answer) -> Answer:
    """A status that brings no page."""
    status = answer.status
    transient = status in TRANSIENT_STATUSES
    wished = read_retry_after(answer.header("retry-after"), answer.header("date"), answer.at) if transient else None
    kind: FailureKind = "blocked" if status in BLOCKED_STATUSES else "http" if status >= 400 else "protocol"
    words = f"HTTP {status}"
    if wished is not None:
        words += f": the server asks us to stay away for {wished.total_seconds():.0f} seconds"
    elif kind == "blocked" and not transient:
        words += f": {_why_refused(answer)}"
    elif kind == "protocol":
        words += " is no answer to a plain request"
    return answer.failed(kind, words, wished, transient=transient)


def _why_refused(answer: Answer) -> str:
    """What a refusal that will not pass by itself may mean, and what to do about it."""
    if "json" in (answer.header("content-type") or "").lower():
        return (
            "an interface refuses us; it may want a name that it has registered, or a key: look at its documentation, and "
            "put ReliefWeb's `appname` into adapter_options in the source file"
        )
    match answer.status:
        case 401 | 407:
            return (
                "it wants a password, which is never sent; exclude such URLs in the source file, or ask its webmaster"
            )
        case 402:
            return "it wants to be paid; exclude such URLs in the source file, or ask its webmaster"
        case 451:
            return "refused for legal reasons, perhaps only to where we ask from"
        case _:
            return "the server refuses us; another user_agent in the source file may pass, or ask its webmaster"
