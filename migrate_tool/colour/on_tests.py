"""Which files belong to the tests."""

from __future__ import annotations

import re

from migrate_tool.model.symbols import ModuleInfo

_TESTS = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_tests?|tests?|conftest)\.py$")


def is_test(module: ModuleInfo) -> bool:
    """Whether the file belongs to the tests."""
    return _TESTS.search(str(module.path)) is not None
