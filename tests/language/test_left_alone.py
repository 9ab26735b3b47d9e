"""What must be left exactly as it is: code that looks like what is rewritten, and all the rest of the language."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

PROGRAMS = programs(
    r'''
    === dict get [same]
    def main():
        return {"a": 1}.get("a"), {}.get("b", 2)
    === dict pop and update [same]
    def main():
        found = {"a": 1}
        found.update(b=2)
        return found.pop("a"), found
    === list count and index [same]
    def main():
        return [1, 1].count(1), [1, 2].index(2)
    === list append, remove and sort [same]
    def main():
        items = [3, 1]
        items.append(2)
        items.remove(1)
        items.sort()
        return items
    === set add, union and discard [same]
    def main():
        found = {1}
        found.add(2)
        found.discard(1)
        return found.union({5})
    === str join, format and count [same]
    def main():
        return ",".join(["a"]), "{}".format(1), "aa".count("a")
    === str filter by comprehension [same]
    def main():
        return [c for c in "a1" if c.isdigit()]
    === bytes and bytearray [same]
    def main():
        return b"a".join([b"x", b"y"]), bytearray(b"ab").count(b"a")
    === tuple and slices [same]
    def main():
        items = (1, 2, 3, 4)
        return items[1:3], items[-1], items[::2]
    === sorted, min and max with keys [same]
    def main():
        return sorted([2, 1], key=lambda x: -x), max("ab", key=ord)
    === any and all [same]
    def main():
        return any(x > 1 for x in (1, 2)), all(x for x in (1, 0))
    === map and filter [same]
    def main():
        return list(map(str, (1, 2))), list(filter(None, (0, 1)))
    === zip and enumerate [same]
    def main():
        return list(zip("ab", (1, 2))), list(enumerate("a"))
    === comprehensions [same]
    def main():
        return [x * 2 for x in (1, 2)], {x: x for x in "a"}, {x for x in "a"}
    === f-string [same]
    def main():
        name = "a"
        return f"{name!r:>5} {len(name)}"
    === walrus [same]
    def main():
        if (n := len("abc")) > 2:
            return n
    === match [same]
    def main():
        match {"kind": "a", "n": 1}:
            case {"kind": "a", "n": n}:
                return n
            case _:
                return None
    === chained comparison [same]
    def main():
        x = 2
        return 1 < x < 3, 1 < x > 5
    === conditional expression [same]
    def main():
        x = 0
        return "yes" if x else "no"
    === try, else and finally [same]
    def main():
        found = []
        try:
            found.append(1)
        except ValueError:
            found.append(2)
        else:
            found.append(3)
        finally:
            found.append(4)
        return found
    === for and else [same]
    def main():
        for x in (1, 2):
            if x > 2:
                break
        else:
            return "none"
    === while [same]
    def main():
        n = 3
        while n:
            n -= 1
        return n
    === del and global [same]
    def main():
        found = {"a": 1}
        del found["a"]
        return found
    === assert [same]
    def main():
        assert 1 + 1 == 2, "arithmetic"
        return True
    === unpacking [same]
    def main():
        first, *rest = (1, 2, 3)
        return first, rest, [*rest], {**{"a": 1}}
    === nested functions and nonlocal [same]
    def main():
        n = 0
        def step():
            nonlocal n
            n += 1
            return n
        return step() + step()
    === lambda [same]
    def main():
        double = lambda x: x * 2
        return double(2), (lambda: 3)()
    === generator function [same]
    def main():
        def numbers():
            yield 1
            yield 2
        return list(numbers()), sum(numbers())
    === generator with send [same]
    def main():
        def echo():
            value = yield 0
            yield value
        source = echo()
        return next(source), source.send(2)
    === iterator [same]
    def main():
        source = iter([1, 2])
        return next(source), next(source), next(source, None)
    === recursion [same]
    def main():
        def down(n):
            return n if n == 0 else down(n - 1)
        return down(5)
    === type and isinstance [same]
    def main():
        return isinstance(1, int), type("a").__name__, issubclass(bool, int)
    === getattr and setattr [same]
    def main():
        class A:
            x = 1
        a = A()
        setattr(a, "y", 2)
        return getattr(a, "x"), getattr(a, "y"), getattr(a, "z", None)
    === int, float and round [same]
    def main():
        return int("3"), float("1.5"), round(2.567, 1), divmod(7, 2)
    === print to a string [same]
    def main():
        import io
        out = io.StringIO()
        print("a", file=out)
        return out.getvalue()
    === json [same]
    def main():
        import json
        return json.loads(json.dumps({"a": [1]}))
    === re [same]
    def main():
        import re
        return re.sub("a", lambda m: m[0].upper(), "banana"), re.match("b(.)", "ba").group(1)
    === collections [same]
    def main():
        from collections import Counter, OrderedDict, defaultdict, deque
        found = defaultdict(list)
        found["a"].append(1)
        return Counter("aab").most_common(1), dict(found), deque([1]).pop(), list(OrderedDict(a=1))
    === itertools [same]
    def main():
        from itertools import chain, groupby, islice
        return list(islice(chain([1], [2]), 2)), [k for k, _ in groupby("aab")]
    === functools [same]
    def main():
        from functools import partial, reduce
        return partial(int, base=2)("10"), reduce(lambda a, b: a + b, (1, 2))
    === lru_cache [same]
    def main():
        from functools import lru_cache
        @lru_cache
        def work(x):
            return x
        work(1)
        return work(1), work.cache_info().hits
    === operator [same]
    def main():
        from operator import attrgetter, itemgetter
        return itemgetter(1)("ab"), attrgetter("real")(1)
    === datetime [same]
    def main():
        from datetime import date, datetime, timedelta
        return str(date(2020, 1, 1) + timedelta(days=1)), datetime(2020, 1, 1).year
    === pathlib [same]
    def main():
        from pathlib import Path
        return Path("a/b.txt").suffix, Path("a").joinpath("b").name
    === os and sys [same]
    def main():
        import os
        import sys
        return os.path.join("a", "b"), os.environ.get("NO_SUCH_NAME"), sys.maxsize > 0
    === hashlib and base64 [same]
    def main():
        import base64
        import hashlib
        return hashlib.md5(b"a").hexdigest(), base64.b64encode(b"a")
    === uuid and secrets [same]
    def main():
        import secrets
        import uuid
        return len(secrets.token_hex(4)), len(str(uuid.uuid4()))
    === random with a seed [same]
    def main():
        import random
        return random.Random(1).choice([1, 1])
    === queue [same]
    def main():
        import queue
        waiting = queue.Queue()
        waiting.put(1)
        return waiting.get()
    === threading lock [same]
    def main():
        import threading
        lock = threading.Lock()
        with lock:
            return lock.locked()
    === thread without asking [same]
    def main():
        import threading
        found = []
        thread = threading.Thread(target=found.append, args=(1,))
        thread.start()
        thread.join()
        return found
    === thread pool without asking [same]
    def main():
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as pool:
            return list(pool.map(len, ["a", "bb"])), pool.submit(len, "ccc").result()
    === logging [same]
    def main():
        import logging
        logging.getLogger("x").debug("nothing")
        return True
    === configparser [same]
    def main():
        import configparser
        parser = configparser.ConfigParser()
        parser.read_string("[a]\nb=1")
        return parser.get("a", "b"), parser["a"].get("b")
    === csv [same]
    def main():
        import csv
        import io
        out = io.StringIO()
        csv.writer(out).writerow([1, 2])
        return list(csv.reader([out.getvalue()]))
    === urllib parse [same]
    def main():
        from urllib.parse import parse_qs, urlencode
        return urlencode({"a": 1}), parse_qs("a=1").get("a")
    === argparse [same]
    def main():
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--x", type=int)
        return parser.parse_args(["--x", "1"]).x
    === string template [same]
    def main():
        from string import Template
        return Template("$a").substitute(a=1)
    === decimal and fractions [same]
    def main():
        from decimal import Decimal
        from fractions import Fraction
        return str(Decimal("1.1") + 1), str(Fraction(1, 2))
    === copy and pprint [same]
    def main():
        import copy
        return copy.deepcopy({"a": [1]})
    === tempfile [same]
    def main():
        import tempfile
        with tempfile.TemporaryFile("w+") as file:
            file.write("a")
            file.seek(0)
            return file.read()
    === zipfile in memory [same]
    def main():
        import io
        import zipfile
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a", "b")
        return zipfile.ZipFile(out).namelist()
    === xml [same]
    def main():
        import xml.etree.ElementTree as tree
        root = tree.fromstring("<a><b/></a>")
        return root.find("b").tag, len(root.findall("b"))
    === struct [same]
    def main():
        import struct
        return struct.unpack("<I", struct.pack("<I", 5))[0]
    === heapq and bisect [same]
    def main():
        import bisect
        import heapq
        items = [3, 1]
        heapq.heapify(items)
        return heapq.heappop(items), bisect.bisect([1, 2], 1)
    === html escape [same]
    def main():
        import html
        return html.escape("<")
    === time without sleep [same]
    def main():
        import time
        return time.time() > 0, time.strftime("%Y", time.gmtime(0))
    === types and typing [same]
    def main():
        from types import SimpleNamespace
        from typing import cast
        return SimpleNamespace(a=1).a, cast(int, 1)
    === contextlib [same]
    def main():
        from contextlib import closing, contextmanager, suppress
        import io
        @contextmanager
        def opened():
            yield 1
        with opened() as a, suppress(ValueError), closing(io.StringIO()):
            return a
    === contextmanager as a decorator [same]
    def main():
        from contextlib import contextmanager
        found = []
        @contextmanager
        def logged():
            found.append("in")
            yield
            found.append("out")
        @logged()
        def work():
            found.append("work")
        work()
        return found
    === singledispatch [same]
    def main():
        from functools import singledispatch
        @singledispatch
        def show(x):
            return "?"
        @show.register(int)
        def _(x):
            return x
        return show(1), show("a")
    === warnings [same]
    def main():
        import warnings
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            warnings.warn("x")
        return len(seen)
    === inspect and ast [same]
    def main():
        import ast
        import inspect
        return ast.literal_eval("[1]"), inspect.isfunction(main)
    === own render_template [same]
    def main():
        def render_template(name):
            return name
        return render_template("a")
    === own send_file [same]
    def main():
        def send_file(path):
            return path
        return send_file("a")
    === own flash and login_user [same]
    def main():
        def flash(x):
            return x
        def login_user(x):
            return x
        return flash(1), login_user(2)
    === own session [same]
    def main():
        session = {"a": 1}
        return session.get("a"), session.pop("a")
    === own request [same]
    def main():
        class Request:
            form = {"a": 1}
            def get_json(self):
                return 2
        request = Request()
        return request.form["a"], request.get_json()
    === own current_user [same]
    def main():
        class User:
            name = "a"
        current_user = User()
        return current_user.name
    === own db [same]
    def main():
        class Session:
            def commit(self):
                return "done"
        class DB:
            session = Session()
        db = DB()
        return db.session.commit()
    === own query [same]
    def main():
        class Query:
            def filter_by(self, **k):
                return self
            def all(self):
                return [1]
            def first(self):
                return 1
        query = Query()
        return query.filter_by(a=1).all(), query.first()
    === own client [same]
    def main():
        class Client:
            def get(self, path):
                return path
            def post(self, path, data):
                return data
        client = Client()
        return client.get("/"), client.post("/", data={})
    === own app [same]
    def main():
        class App:
            def route(self, path):
                return lambda f: f
        app = App()
        @app.route("/")
        def index():
            return 1
        return index()
    === own save [same]
    def main():
        class File:
            def save(self, path):
                return path
            def read(self):
                return b"a"
        file = File()
        return file.save("x"), file.read()
    === own paginate [same]
    def main():
        class Items(list):
            def paginate(self, page):
                return self[:page]
        return Items([1, 2]).paginate(1)
    === own execute and fetchone [same]
    def main():
        class Connection:
            def execute(self, text):
                return self
            def fetchone(self):
                return (1,)
        return Connection().execute("x").fetchone()
    === own delete and add [same]
    def main():
        class Store:
            def add(self, x):
                return x
            def delete(self, x):
                return x
        return Store().add(1), Store().delete(2)
    === own wait and run [same]
    def main():
        def wait(x):
            return x
        def run(x):
            return x
        return wait(1), run(2)
    === own test client words [same]
    def main():
        class Response:
            data = b"a"
            status_code = 200
        response = Response()
        return response.data, response.status_code
    === own ask [same]
    def main():
        def ask(x):
            return x
        return ask(1)
    === parameter named ask [same]
    def main():
        def work(ask):
            return ask(1)
        return work(str)
    === attribute named ask [same]
    def main():
        class A:
            def ask(self, x):
                return x
        return A().ask(1)
    === local import hides a name [same]
    def main():
        from operator import neg as ask
        return ask(1)
    === loop variable hides a name [same]
    def main():
        found = []
        for ask in (1, 2):
            found.append(ask)
        return found
    === comprehension variable hides a name [same]
    def main():
        return [true for true in (1, 2)]
    === except variable hides a name [same]
    def main():
        try:
            raise ValueError("x")
        except ValueError as ask:
            return str(ask)
    === with variable hides a name [same]
    def main():
        import io
        with io.StringIO("a") as ask:
            return ask.read()
    === code in a string [same]
    def main():
        return "db.session.commit()", "current_user.id"
    === code in a comment [same]
    def main():
        # ask(1) and User.query.all()
        return 1
    === code in a docstring [same]
    def main():
        """Call ask(1) and await it."""
        return main.__doc__
    === code in a raw string [same]
    def main():
        return r'flask.request.form["a"]', b'User.query'
    === code in eval [same]
    def main():
        return eval("1 + 1")
    === class with dunders [same]
    def main():
        class A:
            def __len__(self):
                return 2
            def __getitem__(self, i):
                return i
            def __eq__(self, o):
                return True
            __hash__ = None
        a = A()
        return len(a), a[1], a == 2
    === property [same]
    def main():
        class A:
            @property
            def x(self):
                return 1
            @x.setter
            def x(self, v):
                self.y = v
        a = A()
        a.x = 2
        return a.x, a.y
    === cached_property [same]
    def main():
        from functools import cached_property
        class A:
            @cached_property
            def x(self):
                return [1]
        a = A()
        return a.x is a.x
    === dataclass [same]
    def main():
        from dataclasses import dataclass, field
        @dataclass(order=True)
        class A:
            x: int
            y: list = field(default_factory=list)
        return A(1) < A(2), A(1).y
    === enum [same]
    def main():
        from enum import Enum
        class E(Enum):
            A = 1
            def label(self):
                return self.name
        return E.A.label(), E(1).value, [e.name for e in E], E["A"].label()
    === namedtuple [same]
    def main():
        from collections import namedtuple
        P = namedtuple("P", "x y")
        return P(1, 2).x, P(1, 2)._replace(x=3)
    === typed dict and protocol [same]
    def main():
        from typing import Protocol, TypedDict
        class T(TypedDict):
            a: int
        class R(Protocol):
            def get(self): ...
        return T(a=1)["a"]
    === abstract class [same]
    def main():
        from abc import ABC, abstractmethod
        class A(ABC):
            @abstractmethod
            def get(self): ...
        class B(A):
            def get(self):
                return 1
        return B().get()
    === inheritance and super [same]
    def main():
        class A:
            def all(self):
                return [1]
        class B(A):
            def all(self):
                return super().all() + [2]
        return B().all()
    === metaclass [same]
    def main():
        class M(type):
            def __call__(cls, *a):
                return super().__call__(*a)
        class A(metaclass=M):
            pass
        return type(A()).__name__
    === descriptor [same]
    def main():
        class D:
            def __get__(self, o, t):
                return 1
            def __set__(self, o, v):
                pass
        class A:
            x = D()
        return A().x
    === class and static methods [same]
    def main():
        class A:
            @classmethod
            def get(cls):
                return 1
            @staticmethod
            def first():
                return 2
        return A.get(), A().first()
    === callable object [same]
    def main():
        class A:
            def __call__(self, x):
                return x
        return A()(1), list(map(A(), (1, 2)))
    === exception of one's own [same]
    def main():
        class E(Exception):
            def __init__(self, x):
                super().__init__(x)
                self.x = x
        try:
            raise E(1)
        except E as e:
            return e.x
    === hand-written decorator [same]
    def main():
        from functools import wraps
        def loud(f):
            @wraps(f)
            def w(*a, **k):
                return f(*a, **k) + 1
            return w
        @loud
        def work(x):
            return x
        return work(1)
    === decorator with arguments [same]
    def main():
        def times(n):
            def d(f):
                return lambda x: f(x) * n
            return d
        @times(3)
        def work(x):
            return x
        return work(2)
    === context manager class [same]
    def main():
        class A:
            def __enter__(self):
                return 1
            def __exit__(self, *a):
                return True
        with A() as a:
            raise ValueError
        return a
    === operator overloading [same]
    def main():
        class A:
            def __add__(self, o):
                return 5
        return A() + 1
    === slots and weak references [same]
    def main():
        class A:
            __slots__ = ("x",)
        a = A()
        a.x = 1
        return a.x
    === a statement is only built [same]
    def main():
        statement = db.select(User).where(User.name == "a").order_by(User.id).limit(5)
        return "ORDER BY" in str(statement)
    === a model's object is only made [same]
    def main():
        user = User(name="a")
        user.name = user.name.upper()
        return user.name, user.id
    === a column is only named [same]
    def main():
        return User.name.key, User.__tablename__, [c.name for c in User.__table__.columns]
    === an expression is only built [same]
    def main():
        return str(db.func.count(User.id)), str(User.id.in_([1]))[:7]
    === adding waits for nothing [same]
    def main():
        user = User(name="a")
        db.session.add(user)
        new = len(db.session.new)
        db.session.expunge(user)
        return new
    === a query is only built [same]
    def main():
        return "FROM" in str(User.query.filter_by(name="a").order_by(User.id))
    === configuration is read [same]
    def main():
        return app.config["SQLALCHEMY_DATABASE_URI"], app.config.get("NO_SUCH_KEY"), app.secret_key
    === extensions are looked up [same]
    def main():
        return "sqlalchemy" in app.extensions, app.name
    === a coroutine function that exists [same]
    def main():
        import asyncio
        async def work():
            return 1
        return asyncio.iscoroutinefunction(work)
    === an async generator that exists [same]
    def main():
        import inspect
        async def numbers():
            yield 1
        return inspect.isasyncgenfunction(numbers)
    === an async comprehension that exists [same]
    def main():
        async def work(source):
            return [x async for x in source if await x]
        return work.__name__
    === an async with that exists [same]
    def main():
        async def work(lock):
            async with lock:
                return await lock.wait()
        return work.__name__
    '''
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_left_alone(program: Program) -> None:
    agrees(program)
