"""``|list`` is put where an asynchronous template fails without it, and nowhere else: both renderings are compared."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment

from migrate_tool.files.jinja import insertions

#: Templates that differ in an asynchronous environment unless they are changed.
CHANGED = {
    "{{ xs|map(attribute='n')|sort }}": "{{ xs|map(attribute='n')|list|sort }}",
    "{{ xs | map(attribute='n') | sort | first }}": "{{ xs | map(attribute='n') | list | sort | first }}",
    "{{ (xs|map(attribute='n')|sort)[0] }}": "{{ (xs|map(attribute='n')|list|sort)[0] }}",
    "{{ (xs|map(attribute='n'))|max }}": "{{ (xs|map(attribute='n')|list)|max }}",
    "{{ xs|map(attribute='n')|map('string')|min }}": "{{ xs|map(attribute='n')|map('string')|list|min }}",
    "{% if 3 in xs|map(attribute='n') %}y{% endif %}": "{% if 3 in xs|map(attribute='n')|list %}y{% endif %}",
    "{% for b in xs|map(attribute='n')|batch(2) %}{{ b }}{% endfor %}": "{% for b in xs|map(attribute='n')|list|batch(2) %}{{ b }}{% endfor %}",
    "{{ ','.join(xs|map(attribute='n')|map('string')) }}": "{{ ','.join(xs|map(attribute='n')|map('string')|list) }}",
    "{{ f(xs|map(attribute='n')) }}": "{{ f(xs|map(attribute='n')|list) }}",
    "{{ xs|map(attribute='n')|own }}": "{{ xs|map(attribute='n')|list|own }}",
    "{{ xs|selectattr('odd')|own }}": "{{ xs|selectattr('odd')|list|own }}",
    "{{ xs|rejectattr('odd')|map(attribute='n')|default([])|sort }}": "{{ xs|rejectattr('odd')|map(attribute='n')|list|default([])|sort }}",
    "{{ (xs|map(attribute='n') if xs else [])|sort }}": "{{ (xs|map(attribute='n')|list if xs else [])|sort }}",
    "{% set v = xs|map(attribute='n') %}{{ v|sort }}": "{% set v = xs|map(attribute='n')|list %}{{ v|sort }}",
    "{% with v = xs|map(attribute='n') %}{{ v|sort }}{% endwith %}": "{% with v = xs|map(attribute='n')|list %}{{ v|sort }}{% endwith %}",
    "{{ 1|add(xs|map(attribute='n')) }}": "{{ 1|add(xs|map(attribute='n')|list) }}",
    "{{ a if xs|map(attribute='n')|sort else b|upper }}": "{{ a if xs|map(attribute='n')|list|sort else b|upper }}",
    "{% filter upper|trim %}{{ xs|map(attribute='n')|sort }}{% endfilter %}": "{% filter upper|trim %}{{ xs|map(attribute='n')|list|sort }}{% endfilter %}",
    "{%- for x in xs|map(attribute='n')|sort if x|string != '2' -%}{{ x }}{%- endfor -%}": "{%- for x in xs|map(attribute='n')|list|sort if x|string != '2' -%}{{ x }}{%- endfor -%}",
    "{{ {'a': '}}|map'}.a }}{{ xs|map(attribute='n')|sort }}": "{{ {'a': '}}|map'}.a }}{{ xs|map(attribute='n')|list|sort }}",
}
#: Templates that are the same in both.
LEFT_ALONE = [
    "{{ xs|map(attribute='n')|join(',') }}",
    "{{ xs|map(attribute='n')|list|sort }}",
    "{{ xs|map(attribute='n')|unique|sort }}",
    "{{ xs|map(attribute='n')|sum }}",
    "{{ xs|map(attribute='n')|first }}",
    "{{ xs|selectattr('odd')|groupby('n')|length }}",
    "{{ xs|map(attribute='n')|select('odd')|reject('none')|join }}",
    "{% for x in xs|map(attribute='n') %}{{ x }}{{ loop.length }}{{ loop.last }}{% endfor %}",
    "{% set v = xs|map(attribute='n') %}{{ v|join }}",
    "{% set v = xs|map(attribute='n') %}{% for x in v %}{{ x }}{% endfor %}",
    "{% if xs|selectattr('odd') %}y{% endif %}",
    "{{ xs|map(attribute='n')|slice(2)|list }}",
    "{{ xs|length }}{{ xs|sum('n') }}",
    "{% raw %}{{ xs|map|sort }}{% endraw %}{# {{ xs|map|sort }} #}",
    "{{ 'xs|map|sort' }}",
]


def render(template: str, *, awaited: bool) -> str:
    environment = Environment(enable_async=awaited)
    environment.filters.update(own=lambda value: len(list(value)), add=lambda a, b: a + sum(b))
    values: dict[str, Any] = {
        "xs": [SimpleNamespace(n=n, odd=bool(n % 2)) for n in (3, 1, 2)],
        "f": sorted,
        "a": "a",
        "b": "b",
    }
    if awaited:
        return asyncio.run(environment.from_string(template).render_async(values))
    return environment.from_string(template).render(values)


def changed(text: str) -> str:
    for offset, added in reversed(insertions(text)):
        text = text[:offset] + added + text[offset:]
    return text


@pytest.mark.parametrize(("before", "after"), CHANGED.items())
def test_a_changed_template_renders_what_the_synchronous_one_did(before: str, after: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        render(before, awaited=True)
    assert changed(before) == after
    assert changed(after) == after
    assert render(after, awaited=True) == render(before, awaited=False)


@pytest.mark.parametrize("template", LEFT_ALONE)
def test_a_template_that_renders_the_same_is_left_alone(template: str) -> None:
    assert render(template, awaited=True) == render(template, awaited=False)
    assert changed(template) == template


def test_tags_of_an_unknown_extension_do_not_hide_a_plain_chain() -> None:
    before = "{% assets 'x' %}{% endassets %}{{ xs|map(attribute='n')|sort }}{{ xs|map('x')|join }}"
    assert changed(before) == before.replace("|sort", "|list|sort")


def test_a_template_that_is_broken_is_left_alone() -> None:
    for text in (
        "{{ xs|map(",
        "{% if x %}{{ xs|map(attribute='n') }}",
        "{{",
        "{# {{ xs|map|sort }}",
        "{% raw %}",
    ):
        assert changed(text) == text
