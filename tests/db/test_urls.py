from __future__ import annotations

import importlib.util
import ssl
from typing import Any

import pytest

from quart_app.db import DatabaseURLError, MissingDriverError, make_engine
from quart_app.db.urls import translate


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+psycopg2://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg"),
        ("sqlite://", "sqlite+aiosqlite"),
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///:memory:", "sqlite+aiosqlite"),
    ],
)
def test_a_synchronous_driver_becomes_the_async_one(written: str, driver: str) -> None:
    target = translate(written)
    assert target.url.drivername == driver
    assert target.url.database == translate(driver + written[written.index("://") :]).url.database


def test_mysql_is_asked_of_asyncmy_and_a_missing_driver_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = importlib.util.find_spec

    def without_asyncmy(name: str, package: str | None = None) -> Any:
        return None if name == "asyncmy" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_asyncmy)
    with pytest.raises(MissingDriverError, match="pip install asyncmy") as raised:
        translate("mysql+pymysql://user:secret@host/shop")
    assert raised.value.name == "asyncmy"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["oracle+cx_oracle://h/d", "postgresql+nothing://h/d", "notadatabase://h/d"])
def test_a_database_without_an_async_driver_is_refused(url: str) -> None:
    with pytest.raises(DatabaseURLError):
        translate(url)


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("sslmode=require", {"ssl": "require"}),
        ("sslmode=disable&connect_timeout=7", {"ssl": "disable", "timeout": 7.0}),
        ("connect_timeout=0", {"timeout": None}),
        ("application_name=shop", {"server_settings": {"application_name": "shop"}}),
        (
            "options=-c%20search_path%3Da%20-ctimezone%3DUTC%20--work_mem%3D4MB",
            {"server_settings": {"search_path": "a", "timezone": "UTC", "work_mem": "4MB"}},
        ),
        ("client_encoding=utf8", {}),
        ("command_timeout=2&statement_cache_size=0", {"command_timeout": 2.0, "statement_cache_size": 0}),
    ],
)
def test_options_of_libpq_become_those_of_asyncpg(query: str, arguments: dict[str, Any]) -> None:
    target = translate(f"postgresql://u@h/d?{query}")
    assert target.connect_args == arguments
    assert not target.url.query


def test_a_certificate_becomes_a_context_that_checks_it() -> None:
    context = translate("postgresql://h/d?sslmode=verify-full&sslrootcert=system").connect_args["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    context = translate("postgresql://h/d?sslmode=verify-ca&sslrootcert=system").connect_args["ssl"]
    assert not context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "query", ["keepalives_idle=3", "sslmode=perhaps", "client_encoding=latin1", "options=whatever"]
)
def test_an_option_nobody_understands_is_named(query: str) -> None:
    with pytest.raises(DatabaseURLError, match=query.partition("=")[0]):
        translate(f"postgresql://u:secret@h/d?{query}")


def test_the_host_of_a_socket_stays_in_the_url() -> None:
    target = translate("postgresql:///d?host=/var/run/postgresql&port=5433")
    assert dict(target.url.query) == {"host": "/var/run/postgresql", "port": "5433"}


def test_connect_args_of_psycopg2_are_translated_and_others_passed_on() -> None:
    given = {
        "sslmode": "disable",
        "connect_timeout": 3,
        "options": "-c timezone=UTC",
        "statement_cache_size": 0,
    }
    target = translate("postgresql://h/d?application_name=x", given)
    assert target.connect_args == {
        "ssl": "disable",
        "timeout": 3.0,
        "server_settings": {"application_name": "x", "timezone": "UTC"},
        "statement_cache_size": 0,
    }


async def test_postgresql_accepts_what_the_translation_makes(postgres_url: str) -> None:
    engine = make_engine(
        postgres_url + "?sslmode=prefer&connect_timeout=5&application_name=fq",
        connect_args={"options": "-c search_path=public -c timezone=UTC"},
        executemany_mode="values_plus_batch",
    )
    for setting, value in [("application_name", "fq"), ("timezone", "UTC"), ("search_path", "public")]:
        assert (await engine.execute(f"SHOW {setting}")).scalar() == value
    await engine.dispose()
