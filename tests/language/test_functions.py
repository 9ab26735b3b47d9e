"""Functions: decorators, generators, context managers, recursion, defaults."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

PROGRAMS = programs(
    """
    === a chain of three
    def low(x):
        return ask(x)
    def middle(x):
        return low(x) + 1
    def main():
        return middle(1)
    === recursion
    def down(n):
        if n == 0:
            return 0
        return ask(n) + down(n - 1)
    def main():
        return down(3)
    === mutual recursion
    def even(n):
        return True if n == 0 else odd(n - 1)
    def odd(n):
        return False if n == 0 else even(ask(n) - 1)
    def main():
        return even(4), odd(4)
    === nested function
    def main():
        def inner(x):
            return ask(x)
        return inner(1) + inner(2)
    === function defined in a branch
    if len("ab") == 2:
        def work():
            return ask("two")
    else:
        def work():
            return "other"
    def main():
        return work()
    === function defined in try
    try:
        import no_such_module
    except ImportError:
        def work():
            return ask("without")
    def main():
        return work()
    === alias of a function
    work = ask
    also = work
    def main():
        return also(3)
    === default argument that asks is asked at definition [bridged]
    def main():
        def work(x=ask(1)):
            return x
        return work(), work(2)
    === keyword only and positional only
    def work(a, /, b, *, c=3):
        return ask(a) + b + c
    def main():
        return work(1, 2), work(1, b=2, c=4)
    === variable arguments
    def work(*values, **named):
        return [ask(v) for v in values], {k: ask(v) for k, v in named.items()}
    def main():
        return work(1, 2, a=3)
    === several results
    def pair():
        return ask(1), ask(2)
    def main():
        first, second = pair()
        return second - first
    === result of a result
    def text():
        return ask("a,b")
    def main():
        return text().split(",")[0].upper()
    === result indexed and called
    def table():
        return {"f": ask(3)}
    def main():
        return table()["f"], (ask("ab"))[0]
    === method of a result on several lines
    def main():
        return (
            ask("a,b")
            .upper()
            .split(",")
        )
    === arguments that ask
    def add(a, b):
        return ask(a + b)
    def main():
        return add(add(1, 2), b=add(3, 4))
    === decorator with wraps
    from functools import wraps
    def loud(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            log.append("before")
            result = function(*args, **kwargs)
            log.append("after")
            return result
        return wrapper
    @loud
    def work(x):
        return ask(x)
    def main():
        return work(1), work.__name__
    === decorator with arguments
    from functools import wraps
    def times(n):
        def decorate(function):
            @wraps(function)
            def wrapper(x):
                return [function(x) for _ in range(n)]
            return wrapper
        return decorate
    @times(2)
    def work(x):
        return ask(x)
    def main():
        return work(1)
    === decorator with and without arguments [bridged]
    from functools import wraps
    def repeat(function=None, *, n=2):
        def decorate(inner):
            @wraps(inner)
            def wrapper(x):
                return [inner(x) for _ in range(n)]
            return wrapper
        return decorate(function) if function is not None else decorate
    @repeat
    def one(x):
        return ask(x)
    @repeat(n=1)
    def two(x):
        return ask(x)
    def main():
        return one(1), two(2)
    === decorator around a function that asks and one that does not
    from functools import wraps
    def plain(function):
        @wraps(function)
        def wrapper(x):
            return function(x)
        return wrapper
    @plain
    def asking(x):
        return ask(x)
    @plain
    def quiet(x):
        return x
    def main():
        return asking(1), quiet(2)
    === decorator that asks before
    from functools import wraps
    def allowed(function):
        @wraps(function)
        def wrapper(x):
            if not true("allowed"):
                return "no"
            return function(x)
        return wrapper
    @allowed
    def work(x):
        return x
    def main():
        return work(1)
    === decorator that refuses
    from functools import wraps
    def refused(function):
        @wraps(function)
        def wrapper(x):
            if false("allowed"):
                return function(x)
            raise PermissionError("refused")
        return wrapper
    @refused
    def work(x):
        return ask(x)
    def main():
        return work(1)
    === decorator that catches
    from functools import wraps
    def safe(function):
        @wraps(function)
        def wrapper(*args):
            try:
                return function(*args)
            except ValueError as error:
                return str(error)
            finally:
                log.append("done")
        return wrapper
    @safe
    def work(x):
        ask(x)
        raise ValueError("bad")
    def main():
        return work(1)
    === decorators in a stack
    from functools import wraps
    def add(function):
        @wraps(function)
        def wrapper(x):
            return function(x) + 1
        return wrapper
    def double(function):
        @wraps(function)
        def wrapper(x):
            return function(x) * 2
        return wrapper
    @add
    @double
    def work(x):
        return ask(x)
    def main():
        return work(5)
    === decorator that registers and gives the function back
    commands = {}
    def command(function):
        commands[function.__name__] = function
        return function
    @command
    def work():
        return ask(1)
    def main():
        return commands["work"](), work()
    === class as a decorator
    class Counted:
        def __init__(self, function):
            self.function = function
            self.calls = 0
        def __call__(self, *args):
            self.calls += 1
            return self.function(*args)
    @Counted
    def work(x):
        return ask(x)
    def main():
        return work(1), work(2), work.calls
    === generator and for [bridged]
    def numbers():
        for x in (1, 2, 3):
            yield ask(x)
    def main():
        return [x + 1 for x in numbers()]
    === generator stopped early [bridged]
    def numbers():
        for x in (1, 2, 3):
            yield ask(x)
    def main():
        for x in numbers():
            if x == 2:
                return x
    === generator in list and sum [bridged]
    def numbers():
        yield ask(1)
        yield ask(2)
    def main():
        return list(numbers()), sum(numbers()), sorted(numbers(), reverse=True)
    === yield from a generator [bridged]
    def inner():
        yield ask(1)
        yield ask(2)
    def outer():
        yield 0
        yield from inner()
    def main():
        return [x for x in outer()]
    === yield from a list that was asked [bridged]
    def numbers():
        yield from [ask(1), ask(2)]
    def main():
        return list(numbers())
    === generator over a generator [bridged]
    def numbers():
        for x in (1, 2):
            yield ask(x)
    def doubled(source):
        for x in source:
            yield x * 2
    def main():
        return list(doubled(numbers()))
    === generator with try and finally [bridged]
    def numbers():
        try:
            yield ask(1)
            yield ask(2)
        finally:
            log.append("closed")
    def main():
        return list(numbers())
    === generator with next [bridged]
    def numbers():
        yield ask(1)
        yield ask(2)
    def main():
        source = numbers()
        return next(source), next(source), next(source, "end")
    === generator with send [bridged]
    def echo():
        value = yield ask("start")
        while value is not None:
            value = yield ask(value)
    def main():
        source = echo()
        return next(source), source.send(5)
    === generator unpacked [bridged]
    def pair():
        yield ask(1)
        yield ask(2)
    def main():
        first, second = pair()
        return first, second, [*pair()]
    === generator joined [bridged]
    def words():
        yield ask("a")
        yield ask("b")
    def main():
        return "-".join(words())
    === generator with enumerate and zip [bridged]
    def words():
        yield ask("a")
        yield ask("b")
    def main():
        return [(i, w) for i, w in enumerate(words())], list(zip(words(), (1, 2)))
    === generator in any stops [bridged]
    def checks():
        yield true(1)
        yield true(2)
    def main():
        return any(checks())
    === context manager function [bridged]
    from contextlib import contextmanager
    @contextmanager
    def opened(name):
        log.append("enter")
        value = ask(name)
        try:
            yield value
        finally:
            ask("leave")
    def main():
        with opened("a") as value:
            return value + "!"
    === context manager and an error [bridged]
    from contextlib import contextmanager
    @contextmanager
    def opened():
        ask("enter")
        try:
            yield
        except ValueError:
            ask("caught")
    def main():
        with opened():
            raise ValueError
        return "after"
    === context manager that lets the error through [bridged]
    from contextlib import contextmanager
    @contextmanager
    def opened():
        try:
            yield ask(1)
        finally:
            ask("closed")
    def main():
        with opened():
            raise ValueError("out")
    === two context managers in one with [bridged]
    from contextlib import contextmanager
    @contextmanager
    def one():
        yield ask(1)
    @contextmanager
    def two():
        yield 2
    def main():
        with one() as a, two() as b:
            return a + b
    === context manager class [bridged]
    class Opened:
        def __enter__(self):
            self.value = ask("in")
            return self
        def __exit__(self, kind, error, trace):
            ask("out")
            return kind is ValueError
    def main():
        with Opened() as opened:
            log.append(opened.value)
            raise ValueError
        return "swallowed"
    === body that asks in a plain context manager
    from contextlib import suppress
    def main():
        with suppress(ValueError):
            ask(1)
            raise ValueError
        return ask(2)
    === ExitStack [bridged]
    from contextlib import ExitStack, contextmanager
    @contextmanager
    def opened(x):
        yield ask(x)
        ask(-x)
    def main():
        with ExitStack() as stack:
            return [stack.enter_context(opened(x)) for x in (1, 2)]
    === context manager as a decorator [bridged]
    from contextlib import contextmanager
    @contextmanager
    def logged():
        ask("in")
        yield
        ask("out")
    @logged()
    def work(x):
        return ask(x)
    def main():
        return work(1)
    === singledispatch [bridged]
    from functools import singledispatch
    @singledispatch
    def show(value):
        return "?"
    @show.register
    def _(value: int):
        return ask(value)
    @show.register(str)
    def _(value):
        return value
    def main():
        return show(1), show("a"), show(None)
    === getattr with a constant
    import lib
    def main():
        return getattr(lib, "ask")(1)
    === globals of a module through its name
    import lib
    def main():
        return lib.ask(1), lib.true(1)
    === function without a result
    def work():
        ask(1)
    def main():
        return work()
    === function that only raises
    def work():
        raise ValueError(ask("why"))
    def main():
        try:
            work()
        except ValueError as error:
            return str(error)
    === docstring, comment and annotations stay
    def work(x: int) -> int:
        '''Ask for x.'''
        # one comment
        return ask(x)  # another
    def main():
        return work(1), work.__doc__, work.__annotations__
    === star import
    from helpers import *
    def main():
        return helper(1)
    --- helpers.py
    from lib import ask
    def helper(x):
        return ask(x)
    === star import with __all__
    from helpers import *
    def main():
        return helper(1), other(2)
    def other(x):
        return x
    --- helpers.py
    from lib import ask
    __all__ = ["helper"]
    def helper(x):
        return ask(x)
    def other(x):
        return ask(x)
    === import inside a function
    def main():
        from helpers import helper
        return helper(1)
    --- helpers.py
    from lib import ask
    def helper(x):
        return ask(x)
    === cycle of imports
    import helpers
    def base(x):
        return ask(x)
    def main():
        return helpers.helper(1)
    --- helpers.py
    import main
    def helper(x):
        return main.base(x)
    === module imported by its name
    import importlib
    def module():
        return importlib.import_module("shop")
    def main():
        return module().price(1) + __import__("shop.till").till.sum(2)
    --- shop/__init__.py
    from lib import ask
    def price(x):
        return ask(x)
    --- shop/till.py
    from lib import ask
    def sum(x):
        return ask(x)
    === extension by its name
    class Shop:
        def price(self, x):
            return ask(x)
    app.extensions["shop"] = Shop()
    def main():
        app.extensions["sqlalchemy"].session.execute(app.extensions["sqlalchemy"].text("select 1"))
        return app.extensions["shop"].price(1)
    === package and relative import
    from things import make
    def main():
        return make(2)
    --- things/__init__.py
    from .maker import make
    --- things/maker.py
    from lib import ask
    from . import numbers
    def make(x):
        return ask(x) + numbers.one()
    --- things/numbers.py
    from lib import ask
    def one():
        return ask(1)
    === imported under another name
    from helpers import helper as h
    import helpers as hs
    def main():
        return h(1), hs.helper(2)
    --- helpers.py
    from lib import ask
    def helper(x):
        return ask(x)
    === conditional import
    try:
        from no_such import helper
    except ImportError:
        from helpers import helper
    def main():
        return helper(1)
    --- helpers.py
    from lib import ask
    def helper(x):
        return ask(x)
    === shadowed name is somebody else
    def main():
        ask = lambda x: x * 2
        return ask(2)
    === parameter shadows a function
    def work(ask):
        return ask
    def main():
        return work(5)
    === handed to another function under another name
    class Desk:
        handler = None
    def work(shelf, x):
        return shelf.price(x) + 1
    class Shelf:
        def price(self, x):
            return ask(x) + 1
    def main():
        desk = Desk()
        desk.handler = work
        return desk.handler(Shelf(), 3) + 1
    === the default of a command line
    import argparse
    class Shelf:
        def price(self, x):
            return ask(x) + 1
    def price(shelf, options):
        return shelf.price(options.count) + 1
    def add(commands):
        one = commands.add_parser("price")
        one.add_argument("count", type=int)
        one.set_defaults(work=price)
    def main():
        parser = argparse.ArgumentParser()
        add(parser.add_subparsers())
        options = parser.parse_args(["price", "4"])
        return options.work(Shelf(), options) + 1
    === attribute of the application, set in one module and read in another
    from flask import current_app
    from start import setup
    def main():
        setup(app)
        return current_app.shelf.price(2) + 1
    --- shelves.py
    from lib import ask
    class Shelf:
        def price(self, x):
            return ask(x) + 1
    --- start.py
    from shelves import Shelf
    def setup(app):
        app.shelf = Shelf()
    === attribute of an application of a class of its own
    from typing import cast
    from flask import Flask, current_app
    from shelves import Shelf
    class Shop(Flask):
        shelf: Shelf
        def open(self):
            self.store = Shelf()
    shop = Shop(__name__)
    shop.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(shop)
    def start(made):
        made.shelf = Shelf()
        made.open()
    def main():
        start(shop)
        with shop.app_context():
            known = cast("Shop", current_app)
            return current_app.shelf.price(2), current_app.store.price(3), known.shelf.price(4)
    --- shelves.py
    from lib import ask
    class Shelf:
        def price(self, x):
            return ask(x) + 1
    === same names on another object are somebody else [same]
    class Parser:
        def set_defaults(self, **options):
            self.options = options
    class Options:
        def work(self, x):
            return x
    def price(x):
        return x + 1
    def main():
        Parser().set_defaults(work=price)
        return Options().work(3)
    === looked at by inspect, in a decorator
    import inspect
    from functools import wraps
    def counted(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            given = inspect.signature(function).bind(*args, **kwargs)
            return len(given.arguments), function(*args, **kwargs)
        return wrapper
    @counted
    def price(x, y):
        return ask(x) + y
    def main():
        return price(1, y=2)
    === put into the keywords that a decorator passes on
    from functools import wraps
    class Shelf:
        def price(self, x):
            return ask(x) + 1
    def with_shelf(shelf):
        def decorator(function):
            @wraps(function)
            def wrapper(*args, **kwargs):
                kwargs["shelf"] = shelf
                return function(*args, **kwargs)
            return wrapper
        return decorator
    @with_shelf(Shelf())
    def total(x, shelf):
        return shelf.price(x) + 1
    def main():
        return total(2)
    === global assigned later
    current = None
    def start():
        global current
        current = ask
    def main():
        start()
        return current(4)
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_functions(program: Program) -> None:
    agrees(program)
