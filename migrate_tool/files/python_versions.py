"""Which Python a container, a platform or a build server takes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from . import names

OLDEST = (3, 11)
_WRITTEN = "3.11"
#: The last of its line with a full set of builds.
_WHOLE = "3.11.9"

_IMAGE = re.compile(r"(?m)(\bpython:)(\d+)(?:\.(\d+))?(?:\.\d+)?((?:-[\w.]+)*)(?=[\s\"']|$)")
#: Images that name their Python in the tag: ``some/server:python3.8-alpine``.
_TAG = re.compile(r"(?m)(^FROM\s+\S+:python-?)(\d+)(?:\.(\d+))?(?:\.\d+)?((?:-[\w.]+)*)(?=\s|$)")
_ARGUMENT = re.compile(
    r"(?m)(^ARG\s+PYTHON_?VERSION=[\"']?)(\d+)(?:\.(\d+))?(?:\.\d+)?((?:-[\w.]+)*)(?=[\s\"']|$)"
)
#: Distributions whose images Python 3.11 no longer has.
_OLD_VARIANT = re.compile(r"-(?:jessie|stretch|wheezy|buster|onbuild)|(?<=-alpine)[\d.]+")
_SETTING = re.compile(
    r"""(?m)^(?P<head>\s*(?:-\s+)?(?:python-version|python_version|python)\s*:\s*)(?P<value>\[[^\]\n]*\]|["']?\d+\.\d+(?:\.\d+)?["']?)(?P<tail>\s*(?:\#.*)?)$"""
)
_NUMBER = re.compile(r"(\d+)\.(\d+)(?:\.\d+)?")
_ITEM = re.compile(r"""(?m)^(?P<indent>\s*)-\s*["']?(?P<version>\d+\.\d+)(?:\.\d+)?(?:-dev)?["']?\s*$\n?""")
_ENV = re.compile(r"py(\d)(\d+)")


def raise_versions(path: PurePosixPath, text: str) -> str:
    """The file with no Python older than 3.11."""
    if path.name == "runtime.txt":
        return re.sub(r"\bpython-(\d+)\.(\d+)(?:\.\d+)?", _whole("python-"), text)
    if path.name == ".python-version":
        return re.sub(r"(?m)^()(\d+)\.(\d+)(?:\.\d+)?(?=\s|$)", _line, text)
    if names.is_dockerfile(path) or names.is_compose(path) or names.is_workflow(path):
        text = _IMAGE.sub(_image, text)
    if names.is_dockerfile(path):
        text = _ARGUMENT.sub(_image, _TAG.sub(_image, text))
    if names.is_workflow(path):
        text = _SETTING.sub(_setting, text)
        text = _matrix(text)
    if path.name == "tox.ini":
        text = re.sub(r"(?m)^(envlist|env_list)(\s*=)((?:[^\n]*)(?:\n[ \t]+[^\n]*)*)", _environments, text)
    return text


def _is_old(major: str, minor: str | None) -> bool:
    return minor is not None and (int(major), int(minor)) < OLDEST


def _whole(prefix: str):  # type: ignore[no-untyped-def]
    return lambda match: f"{prefix}{_WHOLE}" if _is_old(match[1], match[2]) else match[0]


def _line(match: re.Match[str]) -> str:
    return _WRITTEN if _is_old(match[2], match[3]) else match[0]


def _image(match: re.Match[str]) -> str:
    if not _is_old(match[2], match[3]) and match[2] != "2":
        return match[0]
    return f"{match[1]}{_WRITTEN}{_OLD_VARIANT.sub('', match[4])}"


def _setting(match: re.Match[str]) -> str:
    value = match["value"]
    if not value.startswith("["):
        number = _NUMBER.search(value)
        assert number is not None
        return match["head"] + f'"{_WRITTEN}"' + match["tail"] if _is_old(number[1], number[2]) else match[0]
    items = [item.strip() for item in value[1:-1].split(",") if item.strip()]
    kept = [
        item for item in items if not ((number := _NUMBER.search(item)) and _is_old(number[1], number[2]))
    ]
    if kept == items:
        return match[0]
    return f"{match['head']}[{', '.join(kept or [f'{chr(34)}{_WRITTEN}{chr(34)}'])}]{match['tail']}"


def _matrix(text: str) -> str:
    """A list of versions, one to a line, below ``python:`` or ``python-version:``."""

    def change(match: re.Match[str]) -> str:
        kept = [
            item[0] for item in _ITEM.finditer(match["items"]) if not _is_old(*item["version"].split("."))
        ]
        first = _ITEM.match(match["items"])
        assert first is not None
        return match["head"] + ("".join(kept) or f'{first["indent"]}- "{_WRITTEN}"\n')

    items = r"""(?P<items>(?:\s*-\s*["']?\d+\.\d+(?:\.\d+)?(?:-dev)?["']?[ \t]*(?:\n|\Z))+)"""
    return re.sub(
        rf"(?m)^(?P<head>\s*(?:python|python-version|python_version)\s*:[ \t]*\n){items}", change, text
    )


def _environments(match: re.Match[str]) -> str:
    value = re.sub(r"\{([^{}]*)\}", lambda braces: _braces(braces, match[3]), match[3])
    parts = re.split(r"([,\s]+)", value)
    kept: list[str] = []
    dropped = False
    for part in parts:
        found = _ENV.fullmatch(part.partition("-")[0])
        if found and _is_old(found[1], found[2]):
            dropped = True
            if kept and "," in kept[-1]:
                kept.pop()
            continue
        if dropped and not "".join(kept).strip() and "," in part:
            continue
        kept.append(part)
    new = "".join(kept)
    return match[1] + match[2] + (new if new.strip(" ,\n") else f" py{OLDEST[0]}{OLDEST[1]}")


def _braces(braces: re.Match[str], value: str) -> str:
    """``py{38,311}`` and ``py3{8,11}``."""
    before = value[: braces.start()]
    prefix = re.search(r"py(3?)$", before)
    if prefix is None:
        return braces[0]
    kept = []
    for item in braces[1].split(","):
        number = f"{prefix[1]}{item.strip()}"
        if number.isdigit() and len(number) > 1 and _is_old(number[0], number[1:]):
            continue
        kept.append(item)
    wanted = f"{OLDEST[1]}" if prefix[1] else f"{OLDEST[0]}{OLDEST[1]}"
    return "{" + ",".join(kept or [wanted]) + "}"
