"""Every rule shows itself: its examples are run through the whole tool, twice, and what it leaves alone stays."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from migrate_tool.rules.registry import all_rules
from migrate_tool.rules.rule import Example, Rule

from .trees import FLASK_APP, QUART_APP, migrate

#: What a migrated application asks for, so that an example of another rule is complete.
COMPLETE = "quart>=0.22,<0.23\nflask-to-quart>=0.1\npytest>=8.4\npytest-asyncio>=1.3\n"
CONFIGURED = (
    "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
    "asyncio_default_test_loop_scope = session\nquart_app_bridge = true\n"
)

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, 1)
]
LEFT_ALONE = [
    pytest.param(rule, text, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, text in enumerate(rule.left_alone, 1)
]


def run(tree: dict[str, str], root: Path) -> dict[str, str]:
    """Migrate a project and return its files."""
    return migrate(tree, root)[0]


def whole(example: Example, side: int) -> dict[str, str]:
    """The example's project before (0) or after (1), with an application and all that other rules would add."""
    tree = {name: text for name, texts in example.others.items() if (text := texts[side]) is not None}
    tree[example.path] = (example.before, example.after)[side]
    if any("from app import" in text for text in tree.values()):
        tree.setdefault("app.py", (FLASK_APP, QUART_APP)[side])
    before = [example.before, *(texts[0] or "" for texts in example.others.values())]
    if not any(re.search(r"(?m)^(from|import) .*flask", text) for text in before):
        tree.setdefault("application.py", (FLASK_APP, QUART_APP)[side])
    return complete(tree, side)


def complete(tree: dict[str, str], side: int) -> dict[str, str]:
    """Add requirements and a pytest configuration unless the project is about them."""
    paths = [PurePosixPath(name) for name in tree]
    about_requirements = {
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "Pipfile",
        "environment.yml",
        "tox.ini",
        "pytest.ini",
    }
    if not any("requirements" in str(path) or path.name in about_requirements for path in paths):
        tree["requirements.txt"] = COMPLETE
        tree["pytest.ini"] = CONFIGURED
    return tree


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_comes_out_as_the_rule_says_and_a_second_run_changes_nothing(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    result = run(whole(example, 0), tmp_path / "first")
    assert result == whole(example, 1)
    assert run(result, tmp_path / "second") == result


@pytest.mark.parametrize(("rule", "text"), LEFT_ALONE)
def test_what_a_rule_leaves_alone_stays_as_it_is(rule: Rule, text: str, tmp_path: Path) -> None:
    tree = {rule.left_alone_path: text}
    if ("flask" not in text and "quart" not in text) or not rule.left_alone_path.endswith(".py"):
        tree.setdefault("application.py", QUART_APP)
    tree = complete(tree, 1)
    assert run(tree, tmp_path / "project") == tree


def test_every_rule_says_what_it_does_and_why() -> None:
    for rule in all_rules():
        assert rule.summary.endswith("."), rule.code
        assert rule.why.strip(), rule.code
