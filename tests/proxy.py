"""A proxy between clients and an emulator that spoils a share of the answers, by seed."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

#: Seconds that a slow answer takes.
SLOW = 0.2
FAULTS = ("500", "503", "throttle", "reset", "slow", "cut", "denied", "expired")


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
        #: How often each request came; a repeated one has its own luck.
        self.seen: Counter[str] = Counter()
        #: What was done, by fault.
        self.done: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault_of(self, request: str) -> str:
        """Return what becomes of a request: the same for the same seed, request and attempt."""
        with self.lock:
            self.seen[request] += 1
            chance = random.Random(f"{self.seed} {request} {self.seen[request]}")
            unlucky = chance.random() < self.rate and request.split()[0] not in self.spared
            fault = chance.choice(self.faults) if unlucky else ""
            self.done[fault] += 1
        return fault

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hung up."""


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
        fault = self.server.fault_of(
            f"{self._service or '-'} {self.command} {self.path} {target} {digest}"
        )
        match fault:
            case "reset":
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            case "500" | "503":
                self._answer(int(fault), *self._error("InternalFailure", "it is our fault"))
            case "throttle":
                code, status = _THROTTLES.get(self._service, ("ThrottlingException", 400))
                self._answer(status, *self._error(code, "Rate exceeded"))
            case "denied":
                self._answer(403, *self._error("AccessDenied", "not allowed"))
            case "expired":
                self._answer(403, *self._error("ExpiredToken", "the token is expired"))
            case _:
                if fault == "slow":
                    time.sleep(SLOW)
                self._hand_on(body, cut=fault == "cut")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_all  # noqa: N815 - the library's names

    @property
    def _service(self) -> str:
        """The service that a request is signed for."""
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        return scope[3] if len(scope) > 3 else ""

    def _hand_on(self, body: bytes, *, cut: bool) -> None:
        asked = http.client.HTTPConnection(self.server.target, timeout=60)
        try:
            asked.request(self.command, self.path, body, dict(self.headers.items()))
            answer = asked.getresponse()
            content = answer.read()
        finally:
            asked.close()
        kept = {"content-type", "etag", "location", "last-modified"}
        headers = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() in kept or name.lower().startswith("x-amz")
        }
        self._answer(answer.status, content, headers, cut=cut and len(content) > 1)

    def _error(self, code: str, message: str) -> tuple[bytes, dict[str, str]]:
        """Return an error as the protocol of the request spells it."""
        if "X-Amz-Target" in self.headers or self._service in _REST_JSON:
            document = {"__type": code, "message": message}
            headers = {"content-type": "application/json", "x-amzn-errortype": code}
            return json.dumps(document).encode(), headers
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        match self._service:
            case "ec2":
                text = f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"
            case "s3":
                text = error
            case _:
                text = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
        return text.encode(), {"content-type": "text/xml"}

    def _answer(
        self, status: int, content: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)


#: How services say that they are asked too often.
_THROTTLES = {
    "ec2": ("RequestLimitExceeded", 503),
    "s3": ("SlowDown", 503),
    "iam": ("Throttling", 400),
    "rds": ("Throttling", 400),
    "lambda": ("TooManyRequestsException", 429),
    "dynamodb": ("ThrottlingException", 400),
    "kms": ("ThrottlingException", 400),
    "apigateway": ("TooManyRequestsException", 429),
}
_REST_JSON = frozenset(
    {"apigateway", "backup", "batch", "eks", "elasticfilesystem", "es", "kafka", "lambda"}
)


@contextmanager
def spoiling(
    target: str,
    *,
    rate: float,
    seed: int,
    faults: Sequence[str] = FAULTS,
    spared: Sequence[str] = (),
) -> Iterator[Proxy]:
    """Run a proxy before an emulator."""
    proxy = Proxy(target, rate=rate, seed=seed, faults=faults, spared=spared)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
