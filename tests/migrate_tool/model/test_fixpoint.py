"""Questions that depend on each other get the least answers that agree, whatever order they are asked in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import pytest

from migrate_tool.model.fixpoint import DEEPEST_QUESTION, Fixpoint
from migrate_tool.model.types import Instance, Types


class Graph:
    """Each question's answer is its own name, if it has one to give, and the answers of those it asks."""

    def __init__(self, edges: Mapping[str, str], giving: str) -> None:
        self.edges = edges
        self.giving = giving
        self.solution = Fixpoint()
        self.worked = 0

    def ask(self, name: str) -> Types:
        return self.solution.answer(name, lambda: self._work(name))

    def _work(self, name: str) -> Types:
        self.worked += 1
        own = frozenset({Instance(name)}) if name in self.giving else frozenset[Instance]()
        return frozenset[Instance]().union(own, *(self.ask(other) for other in self.edges.get(name, "")))

    def names(self, name: str) -> str:
        return "".join(sorted(str(item.of) for item in self.ask(name) if isinstance(item, Instance)))


@pytest.mark.parametrize("order", list(itertools.permutations("abcd")))
@pytest.mark.parametrize(
    "edges",
    [
        {"a": "b", "b": "c", "c": "ad"},
        {"a": "bc", "b": "ad", "c": "a"},
        {"a": "ab", "b": "cb", "c": "bd", "d": "a"},
        {"a": "b", "b": "a", "c": "d", "d": "cb"},
    ],
)
def test_the_order_of_questions_does_not_matter(edges: dict[str, str], order: tuple[str, ...]) -> None:
    reachable = {name: {name} for name in "abcd"}
    for _ in range(4):
        for name, others in edges.items():
            reachable[name].update(*(reachable[other] for other in others))
    graph = Graph(edges, "abcd")
    assert {name: graph.names(name) for name in order} == {
        name: "".join(sorted(reachable[name])) for name in order
    }


def test_what_is_in_no_cycle_is_worked_out_once() -> None:
    graph = Graph({"a": "bc", "b": "dc", "c": "d", "d": "e"}, "e")
    assert graph.names("a") == "e"
    assert graph.worked == 5
    assert graph.names("c") == "e"
    assert graph.worked == 5


def test_a_cycle_beside_the_way_is_complete_before_its_asker_is() -> None:
    graph = Graph({"a": "bx", "b": "c", "c": "b", "x": "y"}, "cy")
    assert graph.names("a") == "cy"
    assert graph.names("b") == "c"


def _chain(length: int, last: Callable[[int], list[int]]) -> Fixpoint:
    solution = Fixpoint()

    def ask(index: int) -> Types:
        def work() -> Types:
            if index < length:
                return ask(index + 1)
            return frozenset[Instance]({Instance("end")}).union(*(ask(other) for other in last(index)))

        return solution.answer(index, work)

    assert ask(0) == {Instance("end")}
    return solution


def test_a_question_deeper_than_the_limit_is_answered_later() -> None:
    solution = _chain(10 * DEEPEST_QUESTION, lambda _: [])
    assert set(solution.kept) == set(range(10 * DEEPEST_QUESTION + 1))
    assert set(solution.kept.values()) == {frozenset({Instance("end")})}


def test_a_cycle_deeper_than_the_limit_is_complete() -> None:
    solution = _chain(3 * DEEPEST_QUESTION, lambda _: [0, 7, 200])
    assert set(solution.kept.values()) == {frozenset({Instance("end")})}


def test_answers_that_never_agree_end() -> None:
    solution = Fixpoint()

    def flip() -> Types:
        return frozenset() if solution.answer("flip", flip) else frozenset({Instance("on")})

    assert solution.answer("flip", flip) <= {Instance("on")}


def test_an_error_leaves_nothing_half_done() -> None:
    solution = Fixpoint()

    def fail() -> Types:
        solution.answer("b", lambda: solution.answer("a", fail))
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        solution.answer("a", fail)
    assert solution.answer("b", lambda: frozenset({Instance("b")})) == {Instance("b")}
    assert solution.answer("a", lambda: solution.answer("b", frozenset)) == {Instance("b")}
