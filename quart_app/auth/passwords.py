"""Passwords: Argon2, off the event loop; Werkzeug's hashes are read and replaced at the next sign-in."""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import argon2
from argon2.exceptions import Argon2Error, InvalidHashError
from werkzeug.security import check_password_hash

from .state import flag

T = TypeVar("T")

#: Longer passwords are wrong. Nobody types one, and hashing what a stranger sends costs time.
MAX_PASSWORD_BYTES = 4096

# The methods of Werkzeug before 2.3 that salted with HMAC. Databases still hold them.
_SALTED = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """The outcome of :meth:`Passwords.verify`; true if the password is right.

    Attributes:
        ok: Whether the password is right.
        new_hash: What to store from now on, if the stored hash is not as strong as new ones.
    """

    ok: bool
    new_hash: str | None = None

    def __bool__(self) -> bool:
        return self.ok


class Passwords:
    """Hashes and checks passwords in threads of its own, so that a crowd at the door delays nobody inside.

    Args:
        hasher: Argon2 with its cost; argon2-cffi's defaults, which follow RFC 9106, when left out.
        workers: How many hashes are computed at once. Each needs the hasher's memory, 64 MiB by default.
    """

    def __init__(self, hasher: argon2.PasswordHasher | None = None, *, workers: int = 2) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="passwords")
        self._nobody = self._hash_of_nothing()

    async def hash(self, password: str) -> str:
        """Return a new Argon2 hash of ``password``.

        Raises:
            ValueError: The password is longer than ``MAX_PASSWORD_BYTES``, or is no text that can be encoded.
        """
        encoded = _encoded(password)
        if encoded is None:
            raise ValueError(f"A password has at most {MAX_PASSWORD_BYTES} bytes of UTF-8.")
        return await self._off_the_loop(partial(self._hasher.hash, encoded))

    async def verify(self, stored: str | None, password: str) -> PasswordCheck:
        """Check ``password`` against the stored hash.

        For an unknown user (``None``), an empty or an unreadable hash one hash is computed all the same, so that the time
        tells nothing.

        Args:
            stored: The user's hash, Argon2 or Werkzeug's; ``None`` if there is no such user.
            password: What was typed.
        """
        return await self._off_the_loop(partial(self._verify, stored, password))

    def needs_rehash(self, stored: str) -> bool:
        """Whether ``stored`` is weaker than, or not made as, new hashes are."""
        try:
            return self._hasher.check_needs_rehash(stored)
        except (InvalidHashError, ValueError):
            return True

    def _verify(self, stored: str | None, password: str) -> PasswordCheck:
        encoded = _encoded(password)
        if not stored or encoded is None:
            self._argon2(self._nobody, b"")
            return PasswordCheck(ok=False)
        if stored.startswith("$argon2"):
            ok = self._argon2(stored, encoded)
        else:
            right = _werkzeug(stored, password)
            if right is None:
                self._argon2(self._nobody, b"")
            ok = bool(right)
        if ok and self.needs_rehash(stored):
            return PasswordCheck(ok=True, new_hash=self._hasher.hash(encoded))
        return PasswordCheck(ok)

    def _argon2(self, stored: str, password: bytes) -> bool:
        try:
            argon2.extract_parameters(stored)
        except (InvalidHashError, ValueError):
            stored = self._nobody
        try:
            return self._hasher.verify(stored, password)
        except Argon2Error:
            return False

    def _hash_of_nothing(self) -> str:
        """Return a hash of the same cost that no password has."""
        hasher = self._hasher

        def random(length: int) -> str:
            return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")

        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        kind = hasher.type.name.lower()
        return f"$argon2{kind}$v=19${cost}${random(hasher.salt_len)}${random(hasher.hash_len)}"

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _encoded(password: str) -> bytes | None:
    try:
        encoded = password.encode()
    except UnicodeEncodeError:
        return None
    return encoded if len(encoded) <= MAX_PASSWORD_BYTES else None


def _werkzeug(stored: str, password: str) -> bool | None:
    """Check against what ``generate_password_hash`` made; ``None`` if this is nothing of the kind."""
    method, _, rest = stored.partition("$")
    salt, separator, digest = rest.partition("$")
    if not separator:
        return None
    if method in _SALTED and salt:
        made = hmac.new(salt.encode(), password.encode(), method).hexdigest()
        return hmac.compare_digest(made.encode(), digest.encode())
    if method.partition(":")[0] not in ("scrypt", "pbkdf2"):
        return None
    try:
        return check_password_hash(stored, password)
    except (ValueError, TypeError, OverflowError, MemoryError):
        return None


_default: Passwords | None = None


def default_passwords() -> Passwords:
    """Return the process's own :class:`Passwords`, with the default cost."""
    global _default
    if _default is None:
        _default = Passwords()
    return _default


async def hash_password(password: str) -> str:
    """Return a new hash of ``password``: :meth:`Passwords.hash` with the default cost."""
    return await default_passwords().hash(password)


async def verify_password(stored: str | None, password: str) -> PasswordCheck:
    """Check ``password``: :meth:`Passwords.verify` with the default cost."""
    return await default_passwords().verify(stored, password)


def needs_rehash(stored: str) -> bool:
    """Whether ``stored`` should be replaced: :meth:`Passwords.needs_rehash` with the default cost."""
    return default_passwords().needs_rehash(stored)


async def authenticate(user: Any, password: str, *, attribute: str = "password_hash") -> bool:
    """Check ``password`` for a user who may not exist, and store the stronger hash where the old one is weak.

    An unknown user, a wrong password and an inactive user cost one hash each, and all give ``False``.

    Args:
        user: The user that was looked up, or ``None``.
        password: What was typed.
        attribute: Where the user keeps the hash. A new one is assigned to it; committing is the caller's.
    """
    stored = None if user is None else getattr(user, attribute)
    check = await verify_password(stored, password)
    if not check or not await flag(user, "is_active"):
        return False
    if check.new_hash is not None:
        setattr(user, attribute, check.new_hash)
    return True
