"""Signed JSON tokens in the format that itsdangerous wrote until 2.1 (JSON Web Signatures).

itsdangerous no longer has these classes. Here they are again, with the same arguments, errors and format: a token that
was sent out before the move, in a link to confirm an address or to an API's client, is still understood after it. For new
tokens that nobody else reads, ``itsdangerous.URLSafeTimedSerializer`` is the smaller answer.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from itsdangerous import BadData, BadHeader, BadPayload, BadSignature, SignatureExpired, Signer
from itsdangerous.encoding import base64_decode, base64_encode, want_bytes
from itsdangerous.signer import HMACAlgorithm, NoneAlgorithm, SigningAlgorithm


class JSONWebSignatureSerializer:
    """Signs JSON, and reads what it signed.

    Without ``algorithm_name`` tokens are signed with HS512, and those of older versions of itsdangerous, which signed
    with HS256, are read too: the key is the same.
    """

    jws_algorithms: ClassVar[Mapping[str, SigningAlgorithm]] = {
        "HS256": HMACAlgorithm(hashlib.sha256),
        "HS384": HMACAlgorithm(hashlib.sha384),
        "HS512": HMACAlgorithm(hashlib.sha512),
        "none": NoneAlgorithm(),
    }
    default_algorithm = "HS512"

    def __init__(
        self,
        secret_key: str | bytes,
        salt: str | bytes | None = None,
        serializer: Any = None,
        serializer_kwargs: Mapping[str, Any] | None = None,
        signer: type[Signer] | None = None,
        signer_kwargs: Mapping[str, Any] | None = None,
        algorithm_name: str | None = None,
    ) -> None:
        """Prepare to sign.

        Args:
            secret_key: The key.
            salt: Another key for each use; without it the secret key is used as it is.
            serializer: What has ``dumps`` and ``loads``; JSON by default.
            serializer_kwargs: For its ``dumps``.
            signer: The signer's class.
            signer_kwargs: For the signer.
            algorithm_name: ``HS256``, ``HS384``, ``HS512`` or ``none``; others are then refused.

        Raises:
            NotImplementedError: There is no such algorithm.
        """
        self.secret_key = want_bytes(secret_key)
        self.salt = None if salt is None else want_bytes(salt)
        self.serializer = json if serializer is None else serializer
        compact = {"separators": (",", ":"), "ensure_ascii": False} if serializer is None else {}
        self.serializer_kwargs: dict[str, Any] = {**compact, **(serializer_kwargs or {})}
        self.signer = signer or Signer
        self.signer_kwargs = dict(signer_kwargs or {})
        self.any_algorithm = algorithm_name is None
        self.algorithm_name = algorithm_name or self.default_algorithm
        self.algorithm = self.make_algorithm(self.algorithm_name)

    def make_algorithm(self, algorithm_name: str) -> SigningAlgorithm:
        """The algorithm with this name.

        Raises:
            NotImplementedError: There is none.
        """
        try:
            return self.jws_algorithms[algorithm_name]
        except KeyError:
            raise NotImplementedError("Algorithm not supported") from None

    def make_signer(
        self, salt: str | bytes | None = None, algorithm: SigningAlgorithm | None = None
    ) -> Signer:
        """The signer for one salt and algorithm."""
        if salt is None:
            salt = self.salt
        options = {**self.signer_kwargs, "sep": ".", "algorithm": algorithm or self.algorithm}
        if salt is None:
            return self.signer(self.secret_key, key_derivation="none", **options)
        return self.signer(self.secret_key, salt=salt, **options)

    def make_header(self, header_fields: Mapping[str, Any] | None) -> dict[str, Any]:
        """What a new token says of itself."""
        return {**(header_fields or {}), "alg": self.algorithm_name}

    def dump_payload(self, header: Mapping[str, Any], obj: Any) -> bytes:
        """A token without its signature."""
        parts = (want_bytes(self.serializer.dumps(part, **self.serializer_kwargs)) for part in (header, obj))
        return b".".join(base64_encode(part) for part in parts)

    def dumps(
        self, obj: Any, salt: str | bytes | None = None, header_fields: Mapping[str, Any] | None = None
    ) -> bytes:
        """Sign ``obj``.

        Args:
            obj: What JSON can hold.
            salt: Another one than the serializer's.
            header_fields: More for the token to say of itself.
        """
        header = self.make_header(header_fields)
        return self.make_signer(salt, self.algorithm).sign(self.dump_payload(header, obj))

    def load_payload(self, payload: str | bytes) -> tuple[Any, dict[str, Any]]:
        """What an unsigned token holds, and what it says of itself.

        Raises:
            BadPayload: It is no token.
            BadHeader: What it says of itself cannot be read.
        """
        head, dot, body = want_bytes(payload).partition(b".")
        if not dot:
            raise BadPayload('No "." found in value')
        try:
            header = json.loads(base64_decode(head))
        except (BadData, ValueError) as error:
            raise BadHeader("Could not read the header", original_error=error) from error
        if not isinstance(header, dict):
            raise BadHeader("Header payload is not a JSON object", header=header)
        try:
            return self.serializer.loads(base64_decode(body).decode()), header
        except Exception as error:  # whatever the serializer raises
            raise BadPayload("Could not read the payload", original_error=error) from error

    def loads(self, s: str | bytes, salt: str | bytes | None = None, return_header: bool = False) -> Any:
        """Check a token and give what it holds.

        Args:
            s: The token.
            salt: Another one than the serializer's.
            return_header: Give the header as well.

        Raises:
            BadSignature: It was not signed with this key, or is no token.
            BadHeader: It was signed with another algorithm.
        """
        token = want_bytes(s)
        signer = self.make_signer(salt, self._algorithm_of(token))
        payload, header = self.load_payload(signer.unsign(token))
        if header.get("alg") != self.algorithm_name and not self._reads(header.get("alg")):
            raise BadHeader("Algorithm mismatch", header=header, payload=payload)
        return (payload, header) if return_header else payload

    def loads_unsafe(
        self, s: str | bytes, salt: str | bytes | None = None, return_header: bool = False
    ) -> tuple[bool, Any]:
        """Like :meth:`loads`, without errors: whether the token is right, and what it holds as far as that can be read."""
        nothing: Any = (None, None) if return_header else None
        try:
            return True, self.loads(s, salt, return_header)
        except BadData as error:
            payload = getattr(error, "payload", None)
            if not isinstance(payload, bytes):  # read already: expired, or another algorithm
                header = getattr(error, "header", None)
                return False, (payload, header) if return_header else payload
            try:
                read, header = self.load_payload(payload)
            except BadData:
                return False, nothing
            return False, (read, header) if return_header else read

    def _reads(self, name: object) -> bool:
        """Whether tokens of this algorithm are read besides those of our own."""
        return self.any_algorithm and name in self.jws_algorithms and name != "none"

    def _algorithm_of(self, token: bytes) -> SigningAlgorithm:
        """The algorithm to check a token with: the one it names, if that is to be trusted, else our own."""
        try:
            name = json.loads(base64_decode(token.partition(b".")[0])).get("alg")
        except (BadData, ValueError, AttributeError):
            return self.algorithm
        return self.jws_algorithms[name] if self._reads(name) else self.algorithm


class TimedJSONWebSignatureSerializer(JSONWebSignatureSerializer):
    """Signs JSON for a time."""

    DEFAULT_EXPIRES_IN = 3600

    def __init__(self, secret_key: str | bytes, expires_in: int | None = None, **kwargs: Any) -> None:
        """Prepare to sign.

        Args:
            secret_key: The key.
            expires_in: For how many seconds new tokens are valid.
            kwargs: As :class:`JSONWebSignatureSerializer` takes them.
        """
        super().__init__(secret_key, **kwargs)
        self.expires_in = self.DEFAULT_EXPIRES_IN if expires_in is None else expires_in

    def now(self) -> int:
        """The time in seconds."""
        return int(time.time())

    def make_header(self, header_fields: Mapping[str, Any] | None) -> dict[str, Any]:
        """What a new token says of itself, with its time."""
        issued = self.now()
        return {**super().make_header(header_fields), "iat": issued, "exp": issued + self.expires_in}

    def loads(self, s: str | bytes, salt: str | bytes | None = None, return_header: bool = False) -> Any:
        """Check a token and its time, and give what it holds.

        Raises:
            SignatureExpired: It is too old.
            BadSignature: It was not signed with this key, is no token, or says no time.
            BadHeader: It was signed with another algorithm.
        """
        payload, header = super().loads(s, salt, return_header=True)
        if "exp" not in header:
            raise BadSignature("Missing expiry date", payload=payload)
        try:
            expires = int(header["exp"])
        except (TypeError, ValueError):
            expires = -1
        if expires < 0:
            raise BadHeader("Expiry date is not an IntDate", payload=payload)
        if expires < self.now():
            raise SignatureExpired(
                "Signature expired", payload=payload, date_signed=self.get_issue_date(header)
            )
        return (payload, header) if return_header else payload

    def get_issue_date(self, header: Mapping[str, Any]) -> datetime | None:
        """When a token was signed, if it says so."""
        issued = header.get("iat")
        return datetime.fromtimestamp(int(issued), UTC) if isinstance(issued, int | float) else None
