"""Classes: methods, inheritance, dunders, properties, descriptors, dataclasses."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

PROGRAMS = programs(
    """
    === method
    class Shop:
        def price(self, x):
            return ask(x)
    def main():
        return Shop().price(1)
    === method on self
    class Shop:
        def low(self):
            return ask(1)
        def price(self):
            return self.low() + 1
    def main():
        return Shop().price()
    === static and class methods
    class Shop:
        factor = 2
        @staticmethod
        def one(x):
            return ask(x)
        @classmethod
        def two(cls, x):
            return cls.one(x) * cls.factor
    def main():
        return Shop.one(1), Shop.two(2), Shop().two(3)
    === class method as a factory
    class Thing:
        def __init__(self, value):
            self.value = value
        @classmethod
        def load(cls, x):
            return cls(ask(x))
        def twice(self):
            return ask(self.value * 2)
    def main():
        return Thing.load(4).twice()
    === named tuple
    from collections import namedtuple
    class Shop:
        def price(self, x):
            return ask(x)
    Pair = namedtuple("Pair", "shop, factor")
    def pair():
        return Pair(Shop(), 2)
    def main():
        made = pair()
        shop, factor = made
        named = Pair(factor=3, shop=Shop())
        once = namedtuple("Once", ["shop"])(Shop())
        return made.shop.price(1), shop.price(2) * factor, made[0].price(3), named.shop.price(4), once.shop.price(5)
    === namespace
    from types import SimpleNamespace
    class Shop:
        def price(self, x):
            return ask(x)
    def market():
        return SimpleNamespace(shop=Shop(), other=None)
    def main():
        one = market()
        one.other = Shop()
        return one.shop.price(1) + one.other.price(2)
    === class of an object
    class Thing:
        def __init__(self, value):
            self.value = value
        @classmethod
        def load(cls, x):
            return cls(ask(x))
        def next(self):
            return type(self).load(self.value + 1)
        def after(self):
            return self.__class__.load(self.value + 2).value
    class Child(Thing):
        pass
    def main():
        return Thing.load(4).next().value, type(Thing.load(1)).load(7).value, Child.load(2).after()
    === class attribute by the class of an object
    class Small:
        def price(self, x):
            return ask(x)
    class Large(Small):
        def price(self, x):
            return ask(x) * 10
    class Shop:
        kind = None
        def __init__(self):
            self.kind = self.__class__.kind or type(self).kind
        def open(self):
            return self.kind().price(2) + 1
    class Near(Shop):
        kind = Small
    class Far(Shop):
        kind = Large
    def main():
        return Near().open(), Far().open(), type(Near().kind())().price(3) + 1
    === inherited method
    class Base:
        def work(self):
            return ask(1)
    class Child(Base):
        pass
    def main():
        return Child().work()
    === override that asks makes the base's callers wait
    class Base:
        def value(self):
            return 1
        def show(self):
            return self.value() + 1
    class Child(Base):
        def value(self):
            return ask(5)
    def main():
        return Base().show(), Child().show()
    === super
    class Base:
        def value(self, x):
            return ask(x)
    class Child(Base):
        def value(self, x):
            return super().value(x) + 1
    def main():
        return Child().value(1)
    === super in the old form
    class Base:
        def value(self):
            return ask(1)
    class Child(Base):
        def value(self):
            return super(Child, self).value() + 1
    def main():
        return Child().value()
    === base called by name
    class Base:
        def value(self):
            return ask(1)
    class Child(Base):
        def value(self):
            return Base.value(self) + 1
    def main():
        return Child().value()
    === abstract method
    from abc import ABC, abstractmethod
    class Source(ABC):
        @abstractmethod
        def read(self):
            ...
        def both(self):
            return self.read(), self.read()
    class Plain(Source):
        def read(self):
            return 1
    class Asking(Source):
        def read(self):
            return ask(2)
    def main():
        return Plain().both(), Asking().both()
    === protocol
    from typing import Protocol
    class Reader(Protocol):
        def read(self) -> int: ...
    class Asking:
        def read(self) -> int:
            return ask(3)
    def use(reader: Reader):
        return reader.read()
    def main():
        return use(Asking())
    === mixin
    class Loading:
        def load(self):
            return ask(self.key)
    class Thing(Loading):
        key = 7
    def main():
        return Thing().load()
    === diamond
    class A:
        def f(self):
            return [ask("a")]
    class B(A):
        def f(self):
            return super().f() + ["b"]
    class C(A):
        def f(self):
            return super().f() + ["c"]
    class D(B, C):
        def f(self):
            return super().f() + [ask("d")]
    def main():
        return D().f()
    === attribute set in init
    class Shop:
        def __init__(self, source):
            self.source = source
        def value(self):
            return self.source.read()
    class Source:
        def read(self):
            return ask(2)
    def main():
        return Shop(Source()).value()
    === attribute that starts as None
    class Shop:
        source = None
        def __init__(self):
            self.source = None
        def open(self):
            self.source = Source()
        def value(self):
            if self.source is None:
                self.open()
            return self.source.read()
    class Source:
        def read(self):
            return ask(2)
    def main():
        return Shop().value()
    === attribute that holds a function
    class Shop:
        def __init__(self, reader):
            self.reader = reader
        def value(self):
            return self.reader(3)
    def main():
        return Shop(ask).value()
    === function as a class attribute
    class Shop:
        reader = staticmethod(ask)
    def main():
        return Shop.reader(1), Shop().reader(2)
    === init that asks [bridged]
    class Thing:
        def __init__(self, x):
            self.value = ask(x)
    def main():
        return Thing(3).value
    === property [bridged]
    class Thing:
        @property
        def value(self):
            return ask(4)
    def main():
        return Thing().value + 1
    === property with a setter [bridged]
    class Thing:
        _value = 1
        @property
        def value(self):
            return ask(self._value)
        @value.setter
        def value(self, new):
            self._value = ask(new)
    def main():
        thing = Thing()
        thing.value = 5
        return thing.value
    === cached_property [bridged]
    from functools import cached_property
    class Thing:
        @cached_property
        def value(self):
            return ask(4)
    def main():
        thing = Thing()
        return thing.value, thing.value
    === property that calls a method that others await [bridged]
    class Thing:
        def load(self):
            return ask(4)
        @property
        def value(self):
            return self.load()
    def main():
        return Thing().value, Thing().load()
    === len, bool and contains [bridged]
    class Basket:
        def __len__(self):
            return ask(2)
        def __bool__(self):
            return true("full")
        def __contains__(self, x):
            return true(x)
    def main():
        basket = Basket()
        return len(basket), bool(basket), 3 in basket, "yes" if basket else "no"
    === str, repr and format [bridged]
    class Thing:
        def __str__(self):
            return ask("s")
        def __repr__(self):
            return ask("r")
        def __format__(self, spec):
            return ask("f" + spec)
    def main():
        thing = Thing()
        return str(thing), repr(thing), f"{thing:x} {thing!r}", "%s" % thing
    === comparison and hash [bridged]
    class Thing:
        def __init__(self, n):
            self.n = n
        def __eq__(self, other):
            return ask(self.n) == other.n
        def __lt__(self, other):
            return ask(self.n) < other.n
        def __hash__(self):
            return self.n
    def main():
        a, b = Thing(1), Thing(2)
        return a == b, a < b, sorted([b, a]) == [a, b]
    === getitem and iter [bridged]
    class Things:
        def __getitem__(self, key):
            return ask(key)
        def __iter__(self):
            return iter([ask(1), ask(2)])
    def main():
        things = Things()
        return things[5], list(things), [x for x in things]
    === getattr dunder [bridged]
    class Lazy:
        def __getattr__(self, name):
            if name.startswith("_"):
                raise AttributeError(name)
            return ask(name)
    def main():
        return Lazy().colour
    === call dunder
    class Asker:
        def __call__(self, x):
            return ask(x)
    def main():
        asker = Asker()
        return asker(1), Asker()(2)
    === call dunder handed on
    class Asker:
        def __call__(self, x):
            return ask(x)
    def use(function):
        return function(3)
    def main():
        return use(Asker())
    === arithmetic dunder [bridged]
    class Money:
        def __init__(self, n):
            self.n = n
        def __add__(self, other):
            return Money(ask(self.n + other.n))
    def main():
        return (Money(1) + Money(2)).n
    === iterator protocol [bridged]
    class Count:
        def __init__(self):
            self.n = 0
        def __iter__(self):
            return self
        def __next__(self):
            self.n += 1
            if ask(self.n) > 2:
                raise StopIteration
            return self.n
    def main():
        return list(Count())
    === dataclass
    from dataclasses import dataclass
    @dataclass
    class Thing:
        key: int
        def load(self):
            return ask(self.key)
    def main():
        return Thing(1).load(), Thing(key=2).load()
    === dataclass that holds another
    from dataclasses import dataclass
    class Source:
        def read(self):
            return ask(9)
    @dataclass
    class Shop:
        source: Source
        def value(self):
            return self.source.read()
    def main():
        return Shop(Source()).value()
    === dataclass with post init [bridged]
    from dataclasses import dataclass, field
    @dataclass
    class Thing:
        key: int
        value: int = field(init=False)
        def __post_init__(self):
            self.value = ask(self.key)
    def main():
        return Thing(3).value
    === enum with a method
    from enum import Enum
    class Colour(Enum):
        RED = 1
        def load(self):
            return ask(self.value)
    def main():
        return Colour.RED.load(), Colour(1).load()
    === named tuple with a method
    from typing import NamedTuple
    class Point(NamedTuple):
        x: int
        def load(self):
            return ask(self.x)
    def main():
        return Point(3).load()
    === list of objects
    class Thing:
        def __init__(self, n):
            self.n = n
        def load(self):
            return ask(self.n)
    def main():
        things = [Thing(1), Thing(2)]
        found = []
        for thing in things:
            found.append(thing.load())
        return found, [thing.load() for thing in things]
    === dict of objects
    class Thing:
        def load(self):
            return ask(1)
    things = {"a": Thing()}
    def main():
        return things["a"].load(), [t.load() for t in things.values()], [t.load() for k, t in things.items()]
    === annotated parameter
    class Thing:
        def load(self):
            return ask(1)
    def use(thing: Thing):
        return thing.load()
    def maybe(thing: "Thing | None" = None):
        return thing.load() if thing else None
    def main():
        return use(Thing()), maybe(), maybe(Thing())
    === annotated list
    class Thing:
        def load(self):
            return ask(1)
    def use(things: list[Thing]):
        return [thing.load() for thing in things]
    def main():
        return use([Thing()])
    === annotated result
    class Thing:
        def load(self):
            return ask(1)
    def find() -> "Thing":
        return globals()["THE"]
    THE = Thing()
    def main():
        return find().load()
    === method kept in a variable
    class Thing:
        def load(self, x):
            return ask(x)
    def main():
        load = Thing().load
        return load(1), load(2)
    === method of a module's object
    class Thing:
        def load(self, x):
            return ask(x)
    thing = Thing()
    def main():
        return thing.load(1)
    === chained methods that give self
    class Builder:
        def __init__(self):
            self.parts = []
        def add(self, x):
            self.parts.append(x)
            return self
        def build(self):
            return [ask(x) for x in self.parts]
    def main():
        return Builder().add(1).add(2).build()
    === chained methods that ask
    class Builder:
        def __init__(self):
            self.parts = []
        def add(self, x):
            self.parts.append(ask(x))
            return self
    def main():
        return Builder().add(1).add(2).parts
    === nested class
    class Outer:
        class Inner:
            def load(self):
                return ask(1)
        def load(self):
            return self.Inner().load()
    def main():
        return Outer().load(), Outer.Inner().load()
    === class made in a function
    def make(n):
        class Thing:
            def load(self):
                return ask(n)
        return Thing
    def main():
        return make(3)().load()
    === class registry with a metaclass
    registry = {}
    class Meta(type):
        def __new__(mcs, name, bases, body):
            made = super().__new__(mcs, name, bases, body)
            registry[name] = made
            return made
    class Thing(metaclass=Meta):
        def load(self):
            return ask(1)
    def main():
        return Thing().load(), list(registry)
    === init subclass
    class Base:
        kinds = []
        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__(**kwargs)
            Base.kinds.append(cls)
    class One(Base):
        def load(self):
            return ask(1)
    def main():
        return One().load(), len(Base.kinds)
    === singleton
    class Store:
        _one = None
        @classmethod
        def get(cls):
            if cls._one is None:
                cls._one = cls()
            return cls._one
        def read(self):
            return ask(1)
    def main():
        return Store.get().read()
    === generic class
    from typing import Generic, TypeVar
    T = TypeVar("T")
    class Box(Generic[T]):
        def __init__(self, item: T):
            self.item = item
        def load(self) -> T:
            return ask(self.item)
    def main():
        return Box[int](1).load()
    === slots
    class Thing:
        __slots__ = ("n",)
        def __init__(self, n):
            self.n = n
        def load(self):
            return ask(self.n)
    def main():
        return Thing(1).load()
    === template method
    class Job:
        def whole(self):
            self.before()
            result = self.work()
            self.after()
            return result
        def before(self):
            log.append("before")
        def after(self):
            pass
        def work(self):
            raise NotImplementedError
    class Asking(Job):
        def work(self):
            return ask(1)
        def after(self):
            ask("after")
    def main():
        return Asking().whole()
    === strategy in a dict of classes
    class One:
        def go(self):
            return ask(1)
    class Two:
        def go(self):
            return 2
    KINDS = {"one": One, "two": Two}
    def main():
        return [KINDS[name]().go() for name in ("one", "two")]
    === isinstance narrows
    class One:
        def go(self):
            return ask(1)
    class Two:
        def go(self):
            return 2
    def use(thing):
        if isinstance(thing, One):
            return thing.go()
        return thing.go() + 1
    def main():
        return use(One()), use(Two())
    === a model's own method
    class Member(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        def label(self):
            return ask("label")
    def main():
        return Member().label()
    === a model's class method that queries
    class Member(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)
        @classmethod
        def named(cls, name):
            return cls.query.filter_by(name=name).first()
    def main():
        db.create_all()
        db.session.add(Member(name="ada"))
        db.session.commit()
        return Member.named("ada").name, Member.named("bob")
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_classes(program: Program) -> None:
    agrees(program)
