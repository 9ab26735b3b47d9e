"""Where a token's subject may be a number."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import around

OPTION = '"verify_sub": False'


def after(call: str, root: Path, requirements: str = "PyJWT>=1.7", subject: str = "user.id") -> str:
    code = (
        "import jwt\n\n\n"
        f"def made(user, key):\n    return jwt.encode({{'sub': {subject}}}, key)\n\n\n"
        f"def read(token, key):\n    return {call}\n"
    )
    result = around({"tokens.py": code, "requirements.txt": f"flask\n{requirements}\n"}, root)["tokens.py"]
    return result.rpartition("return ")[2].rstrip()


@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        ("jwt.decode(token, key)", f"jwt.decode(token, key, options={{{OPTION}}})"),
        (
            "jwt.decode(\n        token,\n        key,\n    )",
            f"jwt.decode(\n        token,\n        key, options={{{OPTION}}}\n    )",
        ),
        (
            "jwt.decode(token, key, options={'verify_exp': False})",
            f"jwt.decode(token, key, options={{{OPTION}, 'verify_exp': False}})",
        ),
        ("jwt.decode(token, options={})", f"jwt.decode(token, options={{{OPTION}}})"),
    ],
)
def test_reading_one_takes_any_subject(call: str, becomes: str, tmp_path: Path) -> None:
    assert after(call, tmp_path) == becomes


@pytest.mark.parametrize(
    "call",
    [
        "jwt.decode(token, key, options={'verify_sub': True})",
        "jwt.decode(token, key, options=OPTIONS)",
        "jwt.decode(token, key, **more)",
        "key.decode(token)",
    ],
)
def test_what_says_so_itself_stays(call: str, tmp_path: Path) -> None:
    assert after(call, tmp_path) == call


@pytest.mark.parametrize("requirements", ["PyJWT>=2.10", "PyJWT==1.7.1", "PyJWT<2.10", "authlib"])
def test_versions_that_agree_with_the_tokens_need_nothing(requirements: str, tmp_path: Path) -> None:
    assert "options" not in after("jwt.decode(token, key)", tmp_path, requirements)


@pytest.mark.parametrize("subject", ["'a'", "str(user.id)", "f'{user.id}'"])
def test_subjects_that_are_text_need_nothing(subject: str, tmp_path: Path) -> None:
    assert "options" not in after("jwt.decode(token, key)", tmp_path, subject=subject)
