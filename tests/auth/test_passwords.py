"""Passwords: Argon2 off the loop, Werkzeug's hashes read and replaced, nothing told by the time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from typing import Any

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.security import generate_password_hash

from quart_app.auth import passwords as module
from quart_app.auth.passwords import Passwords, authenticate, needs_rehash, verify_password

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Counting(argon2.PasswordHasher):
    """Counts what is computed."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.count = 0

    def verify(self, hash: Any, password: Any) -> Any:
        argon2.extract_parameters(hash)
        self.count += 1
        return super().verify(hash, password)


@pytest.fixture
def cheap() -> Passwords:
    return Passwords(CHEAP)


@pytest.mark.parametrize("password", ["secret", "", "пароль", "with \x00 inside", "x" * 4096])
async def test_a_password_fits_its_hash_and_no_other_does(cheap: Passwords, password: str) -> None:
    stored = await cheap.hash(password)
    assert stored.startswith("$argon2id$")
    check = await cheap.verify(stored, password)
    assert check
    assert check.new_hash is None
    assert not await cheap.verify(stored, password + "x")


@pytest.mark.parametrize(
    "stored",
    [
        generate_password_hash("secret", method="scrypt:1024:8:1"),
        generate_password_hash("secret", method="pbkdf2:sha256:1000"),
        generate_password_hash("secret", method="pbkdf2:sha1:1000", salt_length=8),
        "sha256$salt$" + hmac.new(b"salt", b"secret", "sha256").hexdigest(),
        "sha1$salt$" + hmac.new(b"salt", b"secret", hashlib.sha1).hexdigest(),
    ],
    ids=["scrypt", "pbkdf2", "pbkdf2 sha1", "salted sha256", "salted sha1"],
)
async def test_werkzeugs_hashes_are_read_and_replaced_at_sign_in(cheap: Passwords, stored: str) -> None:
    assert cheap.needs_rehash(stored)
    assert not await cheap.verify(stored, "wrong")
    check = await cheap.verify(stored, "secret")
    assert check
    assert check.new_hash is not None
    assert await cheap.verify(check.new_hash, "secret")
    assert not cheap.needs_rehash(check.new_hash)


async def test_weaker_argon2_is_replaced(cheap: Passwords) -> None:
    stored = await cheap.hash("secret")
    stronger = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
    check = await stronger.verify(stored, "secret")
    assert check.new_hash is not None
    assert "t=2" in check.new_hash


@pytest.mark.parametrize(
    "stored", [None, "", "$argon2id$v=19$", "plain$$secret", "nonsense", "md5$$x", "scrypt:0:0:0$a$b"]
)
async def test_without_a_usable_hash_one_hash_is_computed_all_the_same(stored: str | None) -> None:
    hasher = Counting()
    assert not await Passwords(hasher).verify(stored, "secret")
    assert hasher.count == 1


async def test_an_unknown_user_costs_what_a_wrong_password_costs() -> None:
    real = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
    stored = await real.hash("secret")

    async def took(hash: str | None) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            await real.verify(hash, "wrong")
            times.append(time.perf_counter() - start)
        return sorted(times)[1]

    known, unknown = await took(stored), await took(None)
    # Without a hash of its own the unknown user would be a thousand times as fast; a busy machine is not.
    assert 0.1 < unknown / known < 10


async def test_the_dummy_is_a_real_hash_of_the_same_cost() -> None:
    made = Passwords(CHEAP)
    parameters = argon2.extract_parameters(made._nobody)
    assert parameters == argon2.extract_parameters(CHEAP.hash("x"))


async def test_hashing_does_not_hold_up_the_loop() -> None:
    longest = 0.0

    async def heartbeat() -> None:
        nonlocal longest
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - start)

    beating = asyncio.create_task(heartbeat())
    start = time.perf_counter()
    slow = Passwords(argon2.PasswordHasher(time_cost=3, memory_cost=16384, parallelism=1))
    await asyncio.gather(*[slow.hash("secret") for _ in range(8)])
    whole = time.perf_counter() - start
    # What held up the loop holds up the heartbeat too, which has yet to notice.
    await asyncio.sleep(0.01)
    beating.cancel()
    assert 0 < longest < whole / 2


@pytest.mark.parametrize("password", ["x" * 5000, "\ud800"])
async def test_what_nobody_types_is_wrong(cheap: Passwords, password: str) -> None:
    with pytest.raises(ValueError, match="4096"):
        await cheap.hash(password)
    assert not await cheap.verify(await cheap.hash("x"), password)
    assert not await cheap.verify(generate_password_hash("x", method="pbkdf2:sha256:1"), password)


@given(
    stored=st.one_of(
        st.text(),
        st.tuples(st.sampled_from(["scrypt:", "pbkdf2:", "sha1$", "$argon2id$"]), st.text()).map("".join),
    ),
    password=st.text(),
)
@settings(max_examples=100, deadline=None)
def test_no_stored_text_breaks_the_check(stored: str, password: str) -> None:
    with asyncio.Runner() as runner:
        assert not runner.run(Passwords(CHEAP).verify(stored, password))


class Person:
    def __init__(self, password_hash: str, active: bool = True) -> None:
        self.password_hash = password_hash
        self.is_active = active


async def test_authenticate_answers_alike_and_upgrades(
    monkeypatch: pytest.MonkeyPatch, cheap: Passwords
) -> None:
    monkeypatch.setattr(module, "_default", cheap)
    old = generate_password_hash("secret", method="pbkdf2:sha256:1000")
    person, inactive = Person(old), Person(old, active=False)
    assert await authenticate(None, "secret") is False
    assert await authenticate(person, "wrong") is False
    assert await authenticate(inactive, "secret") is False
    assert person.password_hash == old == inactive.password_hash
    assert await authenticate(person, "secret") is True
    assert person.password_hash.startswith("$argon2id$")
    assert not needs_rehash(person.password_hash)
    assert await verify_password(person.password_hash, "secret")


async def test_an_inactive_user_costs_one_hash_too(monkeypatch: pytest.MonkeyPatch, cheap: Passwords) -> None:
    monkeypatch.setattr(module, "_default", cheap)
    hashes: list[str] = []
    real = cheap._argon2

    def count(stored: str, password: bytes) -> bool:
        hashes.append(stored)
        return real(stored, password)

    monkeypatch.setattr(cheap, "_argon2", count)
    stored = await cheap.hash("secret")
    for user, password in [
        (None, "secret"),
        (Person(stored), "wrong"),
        (Person(stored, active=False), "secret"),
        (Person(stored, active=False), "wrong"),
    ]:
        hashes.clear()
        assert await authenticate(user, password) is False
        assert len(hashes) == 1
