"""What ``werkzeug.security`` had until 2.1 and 3.0. New code uses :mod:`hmac`, :mod:`hashlib` and ``quart_app.auth.passwords``."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from werkzeug import security

#: The methods before 2.3 that salted with HMAC, and the one that did not hash. Databases still hold them.
_SALTED = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


def safe_str_cmp(a: str | bytes, b: str | bytes) -> bool:
    """Compare secrets in a time that tells nothing; see :func:`hmac.compare_digest`."""
    return hmac.compare_digest(_bytes(a), _bytes(b))


def pbkdf2_bin(
    data: str | bytes,
    salt: str | bytes,
    iterations: int = 260_000,
    keylen: int | None = None,
    hashfunc: Any = None,
) -> bytes:
    """Hash with PBKDF2; see :func:`hashlib.pbkdf2_hmac`."""
    name = hashfunc if isinstance(hashfunc, str) else getattr(hashfunc, "__name__", "sha256")
    return hashlib.pbkdf2_hmac(name.removeprefix("openssl_"), _bytes(data), _bytes(salt), iterations, keylen)


def pbkdf2_hex(*args: Any, **options: Any) -> str:
    """:func:`pbkdf2_bin` in hexadecimal digits."""
    return pbkdf2_bin(*args, **options).hex()


def generate_password_hash(password: str, method: str = "scrypt", salt_length: int = 16) -> str:
    """Hash a password.

    The methods that Werkzeug no longer has were weak; where one is asked for, the hash is made with ``scrypt``.
    """
    gone = method == "plain" or method.removeprefix("hmac:") in _SALTED
    return security.generate_password_hash(password, "scrypt" if gone else method, salt_length)


def check_password_hash(pwhash: str | None, password: str) -> bool:
    """Whether ``password`` is the one of a hash, made by whatever version of Werkzeug."""
    if pwhash is None:
        return False
    method, _, rest = pwhash.partition("$")
    salt, dollar, digest = rest.partition("$")
    if not dollar:
        return False
    name = method.removeprefix("hmac:")
    if method == "plain":
        return hmac.compare_digest(digest.encode(), password.encode())
    if name in _SALTED:
        made = (
            hmac.new(salt.encode(), password.encode(), name) if salt else hashlib.new(name, password.encode())
        )
        return hmac.compare_digest(made.hexdigest(), digest)
    return security.check_password_hash(pwhash, password)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
