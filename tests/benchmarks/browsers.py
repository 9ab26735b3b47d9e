"""Something that loads pages as a browser does: the page first, then its files on up to six connections."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

#: How many connections a browser opens to one server.
CONNECTIONS = 6
PATIENCE = 120


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await self.reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclass
class Browser:
    """Somebody's browser."""

    port: int
    cookie: str = ""
    statuses: list[int] = field(default_factory=list)

    async def load(self, page: str, files: Sequence[str]) -> Answer:
        """Load a page, then the files that stand on it."""
        connections = [Connection(self.port, self.cookie) for _ in range(CONNECTIONS)]
        waiting = list(files)

        async def fetch(connection: Connection) -> None:
            while waiting:
                self.statuses.append((await connection.get(waiting.pop())).status)

        try:
            async with asyncio.timeout(PATIENCE):
                answer = await connections[0].get(page)
                self.statuses.append(answer.status)
                await asyncio.gather(*map(fetch, connections))
        finally:
            for connection in connections:
                connection.close()
        return answer
