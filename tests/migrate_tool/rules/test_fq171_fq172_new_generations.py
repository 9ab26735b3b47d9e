"""Libraries that give or take something else in the versions that a migrated application installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import around


def after(code: str, root: Path, requirements: str = "flask\nflask-jwt-extended\n") -> str:
    """What becomes of a module beside an application."""
    return around({"tokens.py": code, "requirements.txt": requirements}, root)["tokens.py"]


@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        ("yaml.load(stream)", "yaml.load(stream, Loader=yaml.FullLoader)"),
        ("yaml.load((stream))", "yaml.load((stream), Loader=yaml.FullLoader)"),
        ("yaml.load(stream,)", "yaml.load(stream, Loader=yaml.FullLoader)"),
        ("yaml.load(stream=stream)", "yaml.load(stream=stream, Loader=yaml.FullLoader)"),
        ("list(yaml.load_all(stream))", "list(yaml.load_all(stream, Loader=yaml.FullLoader))"),
        ("yaml.load(stream, yaml.Loader)", "yaml.load(stream, yaml.Loader)"),
        ("yaml.load(stream, Loader=yaml.CLoader)", "yaml.load(stream, Loader=yaml.CLoader)"),
        ("yaml.load(*stream)", "yaml.load(*stream)"),
        ("yaml.safe_load(stream)", "yaml.safe_load(stream)"),
    ],
)
def test_yaml_is_read_by_a_named_loader(call: str, becomes: str, tmp_path: Path) -> None:
    code = f"import yaml\n\n\ndef read(stream):\n    return {call}\n"
    assert after(code, tmp_path) == code.replace(call, becomes)


def test_a_loader_for_an_imported_function_is_imported(tmp_path: Path) -> None:
    result = after("from yaml import load as read\n\nDATA = read('a: 1')\n", tmp_path)
    assert "DATA = read('a: 1', Loader=FullLoader)" in result
    assert "FullLoader" in result.partition("DATA")[0]


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ("def f(k):\n    return jwt.encode({}, k).decode()\n", "jwt.encode({}, k)\n"),
        ("def f(k):\n    return (jwt.encode({}, k)).decode('utf-8')\n", "(jwt.encode({}, k))\n"),
        ("def f(k):\n    return jwt.encode(\n        {}, k\n    ).decode()\n", "{}, k\n    )\n"),
        ("def f(k):\n    made = jwt.encode({}, k)\n    return made.decode()\n", "return made\n"),
        (
            "def g(k):\n    return jwt.encode({}, k)\n\n\ndef f(k):\n    return g(k).decode('ascii')\n",
            "return g(k)\n",
        ),
    ],
)
def test_what_is_text_is_not_decoded(code: str, becomes: str, tmp_path: Path) -> None:
    result = after(f"import jwt\n\n\n{code}", tmp_path)
    assert result.endswith(becomes)
    assert ".decode(" not in result


@pytest.mark.parametrize("requirements", ["flask\nPyJWT==1.7.1\n", "flask\nFlask-JWT==0.3.2\n", "flask\n"])
def test_bytes_of_an_old_version_are_decoded(requirements: str, tmp_path: Path) -> None:
    code = "import jwt\n\n\ndef f(k):\n    return jwt.encode({}, k).decode()\n"
    assert after(code, tmp_path, requirements) == code


def test_other_things_are_decoded(tmp_path: Path) -> None:
    code = "import jwt\n\nDATA = jwt.decode\n\n\ndef f(raw):\n    return raw.decode(), b'x'.decode()\n"
    assert after(code, tmp_path) == code


def test_pyjwt_2_has_given_text_all_along(tmp_path: Path) -> None:
    code = "import jwt\n\n\ndef f(k):\n    return jwt.encode({}, k)\n"
    assert after(code, tmp_path, "flask\nPyJWT==2.8.0\n") == code


@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        ("String(80, convert_unicode=True)", "String(80)"),
        ("String(convert_unicode=True, length=80)", "String(length=80)"),
        ("String(\n    80,\n    convert_unicode=True,\n)", "String(\n    80,\n)"),
        ("Text(convert_unicode=True, unicode_error='ignore')", "Text()"),
        ("String(80, convert_unicode=True, unicode_error='ignore')", "String(80)"),
        ("String(80, collation='C')", "String(80, collation='C')"),
    ],
)
def test_text_types_lose_what_python_2_needed(call: str, becomes: str, tmp_path: Path) -> None:
    code = "from sqlalchemy import String, Text\n\nNAME = {}\nOTHER = Text()\n"
    assert after(code.format(call), tmp_path) == code.format(becomes)
