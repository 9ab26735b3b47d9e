"""The names of caches, wherever a project says them."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CACHE_TYPE = 'null'", "CACHE_TYPE = 'NullCache'"),
        ("CACHE_TYPE: str = 'redis'", "CACHE_TYPE: str = 'RedisCache'"),
        ("app.config['CACHE_TYPE'] = 'simple'", "app.config['CACHE_TYPE'] = 'SimpleCache'"),
        (
            "app.config.update(CACHE_TYPE='simple', X='null')",
            "app.config.update(CACHE_TYPE='SimpleCache', X='null')",
        ),
        (
            "app.config.setdefault('CACHE_TYPE', 'simple')",
            "app.config.setdefault('CACHE_TYPE', 'SimpleCache')",
        ),
        ("assert app.config['CACHE_TYPE'] == 'null'", "assert app.config['CACHE_TYPE'] == 'NullCache'"),
        (
            "assert app.config.get('CACHE_TYPE') == 'null'",
            "assert app.config.get('CACHE_TYPE') == 'NullCache'",
        ),
        ("check(app.config['CACHE_TYPE'], 'null')", "check(app.config['CACHE_TYPE'], 'NullCache')"),
        ("CACHE_TYPE = 'redis' if X else 'simple'", "CACHE_TYPE = 'RedisCache' if X else 'SimpleCache'"),
        ("CACHE_TYPE = X or 'simple'", "CACHE_TYPE = X or 'SimpleCache'"),
        ("CACHE_TYPE = 'my.caches.simple'", None),
        ("KIND = 'simple'", None),
        ("check('null', KIND)", None),
        ("x = {'CACHE_DIR': 'simple', 'redis': CACHE_TYPE}", None),
        ("CACHE_OPTIONS = ['simple']", None),
    ],
)
def test_the_name_of_a_cache(before: str, after: str | None) -> None:
    texts, findings = migrated(
        {"cache.py": "from flask_caching import Cache\n", "settings.py": f"{before}\n"}
    )
    assert texts["settings.py"] == f"{after or before}\n"
    assert any(item.code == "FQ158" for item in findings) == (after is not None)
    assert migrated(texts)[0] == texts
