"""Python's containers: what their methods give back."""

from __future__ import annotations

from .api import Api, cls, fn, members

APIS: dict[str, Api] = {
    "list": cls(element="T"),
    "set": cls(element="T"),
    "dict": cls(),
    **members("list", pop=fn("T"), copy=fn("Self"), index=fn("int"), count=fn("int")),
    **members("set", pop=fn("T"), copy=fn("Self"), union=fn("Self"), difference=fn("Self")),
    **members(
        "dict",
        get=fn("V"),
        pop=fn("V"),
        setdefault=fn("V"),
        values=fn("list[V]"),
        items=fn("list[tuple[T, V]]"),
        keys=fn("list[T]"),
        copy=fn("Self"),
    ),
    "collections.deque": cls("", element="T"),
    **members("collections.deque", pop=fn("T"), popleft=fn("T")),
    "queue.Queue": cls("", element="T"),
}
