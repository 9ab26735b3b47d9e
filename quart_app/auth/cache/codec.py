"""Snapshots as bytes for a store that others can write to: signed, typed JSON. Nothing in it is ever executed."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from .fields import Fields, PlainEnum
from .snapshot import Snapshot

_SALT = b"quart_app.auth user cache"

#: How values that JSON does not know are written, and read; the first that fits is taken.
_TAGS: tuple[tuple[str, type[Any], Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    ("bytes", bytes, lambda value: b64encode(value).decode(), lambda text: b64decode(text, validate=True)),
    ("datetime", datetime, datetime.isoformat, datetime.fromisoformat),
    ("date", date, date.isoformat, date.fromisoformat),
    ("time", clock, clock.isoformat, clock.fromisoformat),
    ("delta", timedelta, timedelta.total_seconds, lambda seconds: timedelta(seconds=seconds)),
    ("decimal", Decimal, str, Decimal),
    ("uuid", UUID, str, UUID),
)
_READ = {tag: read for tag, _, _, read in _TAGS}


class Codec:
    """Writes and reads the snapshots of one application.

    Args:
        fields: What they are copies of.
        secret: The application's key.
        enums: The enumerations that values may be members of, by name.
    """

    def __init__(self, fields: Fields, secret: str | bytes, enums: dict[str, type[Enum]]) -> None:
        self._fields = fields
        raw = secret.encode() if isinstance(secret, str) else secret
        self._key = hmac.digest(_SALT, raw, "sha256")
        self._enums = enums

    def dump(self, name: str, token: Any, snapshot: Snapshot, until: float) -> bytes:
        """Return a snapshot as bytes.

        Args:
            name: The name it is kept under; under another it cannot be read.
            token: The versions it belongs to.
            snapshot: The snapshot.
            until: The time when it ends.
        """
        payload = [name, token, until, self._fields.plain(snapshot)]
        body = json.dumps(payload, default=self._unknown, separators=(",", ":"), ensure_ascii=False).encode()
        return hmac.digest(self._key, body, "sha256") + body

    def load(self, data: bytes, name: str, token: Any) -> Snapshot | None:
        """Return the snapshot, or ``None`` if it has ended or belongs to other versions.

        Raises:
            ValueError: This is nothing that :meth:`dump` made under that name with this key.
        """
        body = data[32:]
        if not hmac.compare_digest(hmac.digest(self._key, body, "sha256"), data[:32]):
            raise ValueError("the signature is wrong")
        of_name, of_token, until, row = json.loads(body, object_hook=self._known)
        if of_name != name:
            raise ValueError("it belongs to another user")
        if of_token != token or until <= time.time():
            return None
        return self._fields.rebuild(row)

    def _unknown(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return {"": "dict", "v": list(value.items())}
        if isinstance(value, PlainEnum):
            return {"": "enum", "v": [type(value.member).__qualname__, value.member.name]}
        for tag, kind, write, _ in _TAGS:
            if isinstance(value, kind):
                return {"": tag, "v": write(value)}
        raise TypeError(f"{type(value).__name__} cannot be written")

    def _known(self, item: dict[str, Any]) -> Any:
        tag = item.get("")
        if tag is None:
            return item
        if tag == "enum":
            kind, member = item["v"]
            return self._enums[kind][member]
        if tag == "dict":
            return dict(item["v"])
        return _READ[tag](item["v"])
