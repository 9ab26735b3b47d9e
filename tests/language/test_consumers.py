"""Functions that turn async inside something that consumes them."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

PROGRAMS = programs(
    """
    === lambda called at once [bridged]
    def main():
        return (lambda x: ask(x) + 1)(1)
    === lambda kept in a variable [bridged]
    def main():
        double = lambda x: ask(x) * 2
        return double(2), double(3)
    === lambda as a default argument [bridged]
    def apply(x, how=lambda y: ask(y)):
        return how(x)
    def main():
        return apply(1), apply(2, lambda y: y)
    === list comprehension
    def main():
        return [ask(x) for x in (1, 2)]
    === set and dict comprehension
    def main():
        return {ask(x) for x in (1, 2)}, {ask(x): ask(-x) for x in (1, 2)}
    === comprehension with a condition
    def main():
        return [x for x in (1, 2, 3) if ask(x) != 2]
    === nested comprehension
    def main():
        return [[ask(x + y) for x in (1, 2)] for y in (10, 20)]
    === comprehension over what was asked
    def main():
        return [x for x in range(ask(3)) for y in range(ask(x))]
    === any stops at the first [bridged]
    def main():
        return any(true(x) for x in (1, 2, 3))
    === all stops at the first [bridged]
    def main():
        return all(false(x) for x in (1, 2, 3))
    === any of a list asks all
    def main():
        return any([true(x) for x in (1, 2, 3)])
    === not any in a condition [bridged]
    def main():
        if not any(false(x) for x in (1, 2)):
            return "none"
        return "some"
    === sum of a generator
    def main():
        return sum(ask(x) for x in (1, 2))
    === sum with a start
    def main():
        return sum((ask(x) for x in (1, 2)), 10)
    === max and min with a key [bridged]
    def main():
        return max((1, 5, 3), key=lambda x: ask(-x)), min([4, 2], key=ask)
    === sorted with a key [bridged]
    def main():
        return sorted([3, 1, 2], key=ask), sorted([1, 2], key=lambda x: -ask(x))
    === list sort with a key [bridged]
    def main():
        items = [3, 1, 2]
        items.sort(key=ask, reverse=True)
        return items
    === map over a function
    def main():
        return list(map(ask, [1, 2]))
    === map of a lambda and two lists [bridged]
    def main():
        return list(map(lambda x, y: ask(x) + y, [1, 2], [3, 4]))
    === map is lazy [bridged]
    def main():
        asked = map(ask, [1, 2, 3])
        return next(asked)
    === filter with a function
    def main():
        return list(filter(true, [1, 2]))
    === filter with a lambda [bridged]
    def main():
        return [x for x in filter(lambda x: ask(x) > 1, [1, 2])]
    === for over map
    def main():
        found = []
        for x in map(ask, [1, 2]):
            found.append(x)
        return found
    === reduce [bridged]
    from functools import reduce
    def main():
        return reduce(lambda x, y: ask(x + y), [1, 2, 3])
    === re sub with a function [bridged]
    import re
    def main():
        return re.sub("[0-9]", lambda match: str(ask(match[0])) + "!", "a1b2")
    === json dumps with a default [bridged]
    import json
    def main():
        return json.dumps({"a": object}, default=lambda value: ask("known"))
    === defaultdict with a factory [bridged]
    from collections import defaultdict
    def main():
        found = defaultdict(lambda: ask(7))
        return found["a"], dict(found)
    === dict setdefault with an asked value
    def main():
        found = {"a": 1}
        return found.setdefault("a", ask(2)), found.setdefault("b", ask(3))
    === iter with a sentinel [bridged]
    numbers = [3, 2, 1]
    def take():
        return ask(numbers.pop())
    def main():
        return list(iter(take, 3))
    === next of a generator expression with a default [bridged]
    def main():
        return next((x for x in (1, 2, 3) if ask(x) == 2), None)
    === next of nothing [bridged]
    def main():
        return next((x for x in (1, 2) if false(x)), "nothing")
    === join of a generator
    def main():
        return ", ".join(ask(x) for x in ("a", "b"))
    === dict of pairs
    def main():
        return dict((x, ask(x)) for x in (1, 2))
    === dict of zip [bridged]
    def main():
        return dict(zip(("a", "b"), (ask(x) for x in (1, 2))))
    === tuple and set and list of a generator
    def main():
        return tuple(ask(x) for x in (1,)), set(ask(x) for x in (2,)), list(ask(x) for x in (3,))
    === enumerate over a generator [bridged]
    def main():
        return [(i, x) for i, x in enumerate(ask(x) for x in ("a", "b"))]
    === star arguments [bridged]
    def main():
        return max(*[ask(x) for x in (1, 3)]), max(*(ask(x) for x in (2, 4)))
    === star keyword arguments
    def pair(a, b):
        return a - b
    def main():
        return pair(**{name: ask(value) for name, value in (("a", 5), ("b", 3))})
    === unpacked into a list
    def both():
        return ask(1), ask(2)
    def main():
        return [*both(), 3]
    === unpacked into a dict
    def settings():
        return {"a": ask(1)}
    def main():
        return {**settings(), "b": 2}
    === partial
    from functools import partial
    def add(x, y):
        return ask(x) + y
    def main():
        add_one = partial(add, y=1)
        return add_one(1)
    === partial of a partial
    from functools import partial
    def add(x, y, z):
        return ask(x) + y + z
    def main():
        return partial(partial(add, 1), 2)(3)
    === lru_cache [bridged]
    from functools import lru_cache
    @lru_cache(maxsize=None)
    def cached(x):
        return ask(x)
    def main():
        return cached(1), cached(1), cached(2)
    === cache cleared [bridged]
    from functools import lru_cache
    @lru_cache
    def cached(x):
        return ask(x)
    def main():
        first = cached(1)
        cached.cache_clear()
        return first, cached(1)
    === function in a dict
    HANDLERS = {"ask": ask, "plain": lambda x: x}
    def main():
        return HANDLERS["ask"](1)
    === function in a dict with get
    def one():
        return ask(1)
    def two():
        return 2
    def main():
        return [{"one": one, "two": two}.get(name)() for name in ("one", "two")]
    === function in a list
    def one():
        return ask(1)
    def two():
        return ask(2)
    def main():
        return [step() for step in (one, two)]
    === function handed to a function
    def twice(function, value):
        return function(function(value))
    def main():
        return twice(ask, 1)
    === function handed to a function that gets both kinds
    def apply(function, value):
        return function(value)
    def main():
        return apply(ask, 1), apply(str, 2), apply(lambda x: x + 1, 3)
    === function given back
    def maker():
        def inner(x):
            return ask(x)
        return inner
    def main():
        return maker()(5)
    === closure that counts
    def counter():
        count = 0
        def step():
            nonlocal count
            count += ask(1)
            return count
        return step
    def main():
        step = counter()
        return step(), step()
    === itertools groupby [bridged]
    from itertools import groupby
    def main():
        return [(key, list(group)) for key, group in groupby([1, 1, 2], key=ask)]
    === itertools chain and islice [bridged]
    from itertools import chain, islice
    def numbers():
        for x in (1, 2, 3):
            yield ask(x)
    def main():
        return list(islice(chain(numbers(), numbers()), 4))
    === operator attrgetter stays [same]
    from operator import itemgetter
    def main():
        return sorted([{"a": 2}, {"a": 1}], key=itemgetter("a"))[0]["a"]
    === sorted without asking [same]
    def main():
        return sorted([3, 1], key=lambda x: -x)
    === map without asking [same]
    def main():
        return list(map(str, [1, 2])), any(x > 1 for x in (1, 2))
    === get of a dict is not a query [same]
    def main():
        found = {"all": 1}
        return found.get("all"), [].count(1), "a-b".format()
    === methods named as a query's are not queries [same]
    class Basket:
        def all(self):
            return [1]
        def first(self):
            return 1
        def commit(self):
            return "done"
        def get(self, key):
            return key
    def main():
        basket = Basket()
        return basket.all(), basket.first(), basket.commit(), basket.get(2)
    === an unknown object's methods are left [same]
    def total(thing):
        return thing.get("a")
    def main():
        return total({"a": 1})
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_consumers(program: Program) -> None:
    agrees(program)
