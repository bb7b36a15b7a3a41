"""A proxy between clients and an emulator that spoils a share of the answers, by seed."""

from __future__ import annotations

import hashlib
import http.client
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.wire import (
    Asked,
    Paging,
    asked_for,
    given,
    put,
    refusal,
    replaced,
    said,
    taken,
)

#: Seconds that a slow answer takes.
SLOW = 0.2
#: What may become of any call,
REFUSALS = ("500", "503", "throttle", "denied", "expired")
BROKEN = ("reset", "slow", "cut")
#: and of one that asks for a page: it is without records, or has a part of them only, and names the
#: next page; or it and the next name each other for ever.
PAGES = ("empty", "split", "repeated")
FAULTS = (*REFUSALS, *BROKEN, *PAGES)


@dataclass(frozen=True)
class Page:
    """What is behind a token of the proxy's own."""

    #: The emulator's own token, empty for its first page.
    true: str = ""
    #: So many records were on pages before.
    start: int = 0
    #: What is left comes at once, or an account without anything would have pages for ever.
    whole: bool = False
    #: The token that this page names again, in a list that never ends.
    again: str = ""


class Proxy(ThreadingHTTPServer):
    """Hands requests on to `target`; of `rate` of them it spoils the answer."""

    daemon_threads = True

    def __init__(
        self, target: str, *, rate: float, seed: int, faults: Sequence[str], spared: Sequence[str]
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.rate = rate
        self.seed = seed
        self.faults = faults
        #: Services that are left alone.
        self.spared = spared
        #: Says of a request, by its number, what becomes of it in place of chance.
        self.fate: Callable[[int], str] | None = None
        #: How often each request came; a repeated one has its own luck.
        self.seen: Counter[str] = Counter()
        self.requests = 0
        #: What was done, by fault; nothing is done to the others.
        self.done: Counter[str] = Counter()
        #: To which operations, where they are declared.
        self.done_to: Counter[tuple[str, str]] = Counter()
        self.pages: dict[str, Page] = {}
        #: Until then, silence is kept.
        self.ended = threading.Event()
        self.errors: list[BaseException | None] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault_of(self, request: str, *, paged: bool) -> tuple[str, random.Random]:
        """Return what becomes of a request: the same for the same seed, request and attempt."""
        with self.lock:
            self.requests += 1
            self.seen[request] += 1
            if self.fate:
                return self.fate(self.requests), random.Random(0)
            chance = random.Random(f"{self.seed} {request} {self.seen[request]}")
        unlucky = chance.random() < self.rate and request.split()[0] not in self.spared
        pages = [each for each in self.faults if each in PAGES]
        others = [each for each in self.faults if each not in PAGES]
        # Of the calls that ask for a page, every second one.
        turned = paged and pages and (not others or chance.random() < 0.5)
        faults = pages if turned else others
        return (chance.choice(faults) if unlucky and faults else ""), chance

    def note(self, fault: str, asked: Asked | None) -> None:
        with self.lock:
            self.done[fault] += 1
            if asked:
                self.done_to[fault, asked.name] += 1

    def keep(self, token: str, page: Page) -> str:
        with self.lock:
            self.pages[token] = page
        return token

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hung up; anything else is the proxy's own error."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            self.errors.append(error)

    def shutdown_request(self, request: Any) -> None:
        """End a connection in good order, unless it is to be reset."""
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == _RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)


#: What is unsaid is dropped, and the other end told so.
_RESET = struct.pack("ii", 1, 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        pass

    def handle_all(self) -> None:
        # No connection outlives its request, nor the proxy.
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        digest = hashlib.sha256(body).hexdigest()[:16]
        target = self.headers.get("X-Amz-Target", "")
        signed, asked = asked_for(self.command, self.path, dict(self.headers.items()), body)
        paging = asked.paging if asked else None
        token, page = self._page(asked, paging, body) if asked and paging else ("", Page())
        fault, chance = self.server.fault_of(
            f"{signed or '-'} {self.command} {self.path} {target} {digest}",
            # A list that never ends stays so; and where several arguments name a page, only the
            # first is known.
            paged=bool(
                paging
                and not page.whole
                and not page.again
                and not (page.true and paging.names[1:])
            ),
        )
        if fault == "reset":
            self.server.note(fault, asked)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif fault == "silence":
            self.server.note(fault, asked)
            self.server.ended.wait()
        elif fault in REFUSALS:
            self.server.note(fault, asked)
            code, status = said(fault, signed, asked)
            content, headers = refusal(code, signed, asked)
            self._answer(status, headers, content)
        elif asked and paging and (fault in PAGES or token != page.true):
            self._turn(asked, paging, body, fault, chance)
        else:
            self._pass(asked, fault, *self._ask(self.path, body))

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_all  # noqa: N815 - the library's names

    def _pass(
        self,
        asked: Asked | None,
        fault: str,
        status: int,
        headers: dict[str, str],
        content: bytes,
    ) -> None:
        """Hand an answer on, late or cut where that is its fate."""
        if fault == "slow":
            time.sleep(SLOW)
        cut = fault == "cut" and len(content) > 1 and self.command != "HEAD"
        self.server.note(fault if cut or fault == "slow" else "", asked)
        self._answer(status, headers, content, cut=cut)

    def _page(self, asked: Asked, paging: Paging, body: bytes) -> tuple[str, Page]:
        """Return the token that a request gives, and what is behind it."""
        token = given(asked, paging.token, self.path, body)
        with self.server.lock:
            return token, self.server.pages.get(token, Page(token))

    def _turn(
        self, asked: Asked, paging: Paging, body: bytes, fault: str, chance: random.Random
    ) -> None:
        """Answer with a page that the emulator would not have made."""
        token, page = self._page(asked, paging, body)
        answered = self._ask(*replaced(self.path, body, token, page.true))
        if answered[0] != HTTPStatus.OK:
            self._pass(asked, fault, *answered)
            return
        answer = asked.read(*answered)
        lists = {way: list(found) for way in paging.lists if (found := taken(answer, way))}
        last = max((len(each) for each in lists.values()), default=0)
        if fault == "split" and page.start == last:
            fault = "" if page.start else "empty"
        end, following = last, page.again
        new = f"spoiled-{chance.getrandbits(64):x}"
        match fault:
            case "empty":
                end = page.start
                following = self.server.keep(new, Page(page.true, end, whole=True))
            case "split":
                end = chance.randint(page.start + 1, last)
                following = self.server.keep(new, Page(page.true, end))
            case "repeated":
                # The next page names itself, or this one.
                other = chance.choice((new, f"{new}-too"))
                following = self.server.keep(new, Page(page.true, page.start, again=other))
                self.server.keep(other, Page(page.true, page.start, again=new))
        for way, records in lists.items():
            put(answer, way, records[page.start : end])
        if following:
            for name in paging.names[1:]:
                put(answer, name, None)
            put(answer, paging.names[0], following)
            if paging.more:
                put(answer, paging.more, True)
        content, written = asked.write(answer)
        if fault in PAGES:
            self.server.note(fault, asked)
            self._answer(HTTPStatus.OK, answered[1] | written, content)
        else:
            self._pass(asked, fault, HTTPStatus.OK, answered[1] | written, content)

    def _ask(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Ask the emulator, and return what of its answer a client may read."""
        left_out = ("connection", "content-length")
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in left_out
        }
        connection = http.client.HTTPConnection(self.server.target, timeout=60)
        try:
            connection.request(self.command, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = {"content-type", "etag", "location", "last-modified"}
        told = {
            name.lower(): value
            for name, value in answer.getheaders()
            if name.lower() in kept or name.lower().startswith("x-amz")
        }
        return answer.status, told, content

    def _answer(
        self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)


@contextmanager
def spoiling(
    target: str,
    *,
    rate: float = 1,
    seed: int = 0,
    faults: Sequence[str] = FAULTS,
    spared: Sequence[str] = ("sts",),
) -> Iterator[Proxy]:
    """Run a proxy before an emulator."""
    proxy = Proxy(target, rate=rate, seed=seed, faults=faults, spared=spared)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        proxy.shutdown()
        proxy.server_close()
        thread.join()
    assert proxy.errors == []
