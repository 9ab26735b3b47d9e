"""Signed JSON: the tokens that itsdangerous wrote until 2.1, letter by letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from itsdangerous import BadData, BadHeader, BadPayload, BadSignature, SignatureExpired
from itsdangerous.encoding import base64_encode

from quart_app.auth.signed_json import JSONWebSignatureSerializer, TimedJSONWebSignatureSerializer

THEN = 1_700_000_000

#: What itsdangerous 2.0.1 made with the key "the key", the timed ones at ``THEN``.
PLAIN = (
    b"eyJhbGciOiJIUzUxMiJ9.eyJpZCI6MSwibmFtZSI6IsO8In0."
    b"AcmS9wErd_D3C4AmocRIrYYc-CKYefJi6YL8iTHwp_Ik2ToicKWovAm2u0yI8iUHqNiBW89zebLNe8gpWal_tA"
)
PLAIN_SALTED = (
    b"eyJhbGciOiJIUzUxMiJ9.WzEsMl0."
    b"L_l0-qpKpL16v600K1aedaT0q3iJzM5MfjAeB6ODnpOZYtzlN6c5QuguMag2c4Tk5Hkv7Y5n8FSuGSa8-s_2EQ"
)
PLAIN_HS256 = b"eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.VFgG-8x-B16is6X1ebYCRZM9TKqfcGQY0KTCZLNd2sY"
TIMED = (
    b"eyJhbGciOiJIUzUxMiIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.eyJpZCI6MSwibmFtZSI6IsO8In0."
    b"vTpe_000uEBp2TBa3tt9o_Jj2hyGTOzkHcMERtNTTtwjQzy4sRMORQiyiCeJ8RReUemjyiGBDQrP62kBNpa-yg"
)
TIMED_HS256 = (
    b"eyJhbGciOiJIUzI1NiIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.eyJpZCI6MX0."
    b"xiBXxXBowKHLHiy1mmfGRGaURn5Xj-sTVGwJcHVef7Y"
)


class At(TimedJSONWebSignatureSerializer):
    """The serializer at a time of our choice."""

    time = THEN

    def now(self) -> int:
        return self.time


@pytest.mark.parametrize(
    ("options", "value", "token"),
    [
        ({}, {"id": 1, "name": "ü"}, PLAIN),
        ({"salt": "activate"}, [1, 2], PLAIN_SALTED),
        ({"algorithm_name": "HS256"}, {"id": 1}, PLAIN_HS256),
    ],
)
def test_tokens_are_those_of_itsdangerous(options: dict[str, Any], value: Any, token: bytes) -> None:
    serializer = JSONWebSignatureSerializer("the key", **options)
    assert serializer.loads(token) == value
    assert serializer.loads(token.decode()) == value
    made = serializer.dumps(value)
    assert made.split(b".")[1:2] == token.split(b".")[1:2]
    assert serializer.loads(made) == value
    assert made == token


def test_timed_tokens_of_itsdangerous_are_read() -> None:
    assert At("the key").loads(TIMED) == {"id": 1, "name": "ü"}
    assert At("the key").loads(At("the key").dumps({"id": 1})) == {"id": 1}


def test_the_algorithm_of_older_versions_is_read_unless_another_is_asked_for() -> None:
    assert JSONWebSignatureSerializer("the key").loads(PLAIN_HS256) == {"id": 1}
    assert At("the key").loads(TIMED_HS256) == {"id": 1}
    strict = JSONWebSignatureSerializer("the key", algorithm_name="HS512")
    with pytest.raises(BadSignature):
        strict.loads(PLAIN_HS256)


def test_a_token_that_is_not_signed_is_never_read_unasked() -> None:
    unsigned = JSONWebSignatureSerializer("the key", algorithm_name="none").dumps({"id": 1})
    assert unsigned.endswith(b".")
    with pytest.raises(BadSignature):
        JSONWebSignatureSerializer("the key").loads(unsigned)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (PLAIN + b"x", BadSignature),
        (PLAIN.replace(b".eyJ", b".eyK"), BadSignature),
        (b"bad-token", BadSignature),
        (b"", BadSignature),
        (b"a.b.c", BadSignature),
    ],
)
def test_what_was_not_signed_with_the_key_is_refused(token: bytes, error: type[BadData]) -> None:
    with pytest.raises(error):
        JSONWebSignatureSerializer("the key").loads(token)
    with pytest.raises(BadSignature):
        JSONWebSignatureSerializer("another").loads(PLAIN)


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"alone", BadPayload),
        (b"!!!.e30", BadHeader),
        (base64_encode(b"[]") + b".e30", BadHeader),
        (base64_encode(b'{"alg":"HS512"}') + b"." + base64_encode(b"{"), BadPayload),
    ],
)
def test_what_was_signed_but_is_no_token_is_refused(payload: bytes, error: type[BadData]) -> None:
    serializer = JSONWebSignatureSerializer("the key")
    with pytest.raises(error):
        serializer.loads(serializer.make_signer().sign(payload))


def test_another_algorithm_in_the_header_is_refused() -> None:
    class Liar(JSONWebSignatureSerializer):
        def make_header(self, header_fields: Any) -> dict[str, Any]:
            return {"alg": "RS256"}

    with pytest.raises(BadHeader, match="mismatch"):
        JSONWebSignatureSerializer("the key").loads(Liar("the key").dumps({}))
    with pytest.raises(NotImplementedError):
        JSONWebSignatureSerializer("the key", algorithm_name="RS256")


def test_a_token_expires_with_its_payload_and_date() -> None:
    serializer = At("the key", expires_in=60)
    token = serializer.dumps({"id": 1})
    serializer.time = THEN + 60
    assert serializer.loads(token, return_header=True)[1]["exp"] == THEN + 60
    serializer.time += 1
    with pytest.raises(SignatureExpired) as caught:
        serializer.loads(token)
    assert caught.value.payload == {"id": 1}
    assert caught.value.date_signed == datetime.fromtimestamp(THEN, UTC)


@pytest.mark.parametrize(
    ("fields", "error"), [({}, BadSignature), ({"exp": "x"}, BadHeader), ({"exp": -1}, BadHeader)]
)
def test_a_token_without_a_time_is_refused(fields: dict[str, Any], error: type[BadData]) -> None:
    token = JSONWebSignatureSerializer("the key").dumps({"id": 1}, header_fields=fields)
    with pytest.raises(error):
        At("the key").loads(token)


def test_the_unsafe_reading_tells_what_a_token_says_whoever_signed_it() -> None:
    assert JSONWebSignatureSerializer("the key").loads_unsafe(PLAIN) == (True, {"id": 1, "name": "ü"})
    assert JSONWebSignatureSerializer("another").loads_unsafe(PLAIN) == (False, {"id": 1, "name": "ü"})
    assert JSONWebSignatureSerializer("another").loads_unsafe(PLAIN, return_header=True)[1][1] == {
        "alg": "HS512"
    }
    assert JSONWebSignatureSerializer("the key").loads_unsafe(b"x") == (False, None)
    expired = At("the key", expires_in=-1)
    assert expired.loads_unsafe(expired.dumps([1])) == (False, [1])
