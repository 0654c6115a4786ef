"""What a page may do, said in response headers: no page runs a stored script, none asks another host for anything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# The pages of this package: our own style sheet and script, nothing inline.
PAGES = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
# Datasette's own pages carry inline scripts that differ from release to release; still nothing from elsewhere.
TABLES = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)

# How a captured page looks inside its frame: readable, in the reader's colours, and plainly not a page of ours.
CAPTURE_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:70ch;padding:0 1rem;overflow-wrap:break-word}"
    "img{display:inline-block;padding:.2em .5em;border:1px dashed}button{font:inherit}"
    "table{border-collapse:collapse}td,th{border:1px solid #8888;padding:.2em .4em;text-align:start}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(CAPTURE_STYLE.encode()).digest()).decode()

# A captured page: an origin of its own, no script, no form, no fetch of any kind, not even of our own files.
CAPTURE = (
    f"sandbox; default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)

# A file to be saved, should a browser open it after all.
FILE = "sandbox; default-src 'none'"

COMMON: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def guarded(app: App) -> App:
    """*app* with :data:`COMMON` and, where the answer has no policy of its own, :data:`TABLES` on every answer."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or [])
                names = {name.lower() for name, _ in headers}
                for name, value in {**COMMON, "Content-Security-Policy": TABLES}.items():
                    if name.lower().encode() not in names:
                        headers.append((name.encode(), value.encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_guarded)

    return guard
