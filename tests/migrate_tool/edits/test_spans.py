from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate_tool.edits.spans import Edit, EditSet, Span


def edit(
    text: str, old: str, *parts: str | int, level: int = 0, group: str | None = None, origin: str = ""
) -> Edit:
    """Replace ``old``; 0 among the parts stands for the old text with the edits inside it."""
    start = text.index(old)
    span = Span(start, start + len(old))
    return Edit(span.start, span.end, tuple(span if p == 0 else str(p) for p in parts), level, origin, group)


def rendered(text: str, *edits: Edit) -> str:
    edit_set = EditSet(text)
    edit_set.update(edits)
    assert not edit_set.conflicts
    return edit_set.render()


CALL = "x = f(old, g(1))"


def test_no_edits_change_nothing() -> None:
    assert rendered(CALL) == CALL


@pytest.mark.parametrize("seed", range(6))
def test_nested_edits_are_rendered_inside_out_in_any_order(seed: int) -> None:
    edits = [
        edit(CALL, "f(old, g(1))", "await ", 0),
        edit(CALL, "old", "new"),
        edit(CALL, "g(1)", "(await ", 0, ")"),
        edit(CALL, "1", "2"),
    ]
    random.Random(seed).shuffle(edits)
    assert rendered(CALL, *edits) == "x = await f(new, (await g(2)))"


def test_on_one_stretch_the_higher_level_is_outermost() -> None:
    inner = edit(CALL, "g(1)", "(", 0, ")", level=1)
    outer = edit(CALL, "g(1)", "wait", 0, level=2)
    assert rendered(CALL, inner, outer) == rendered(CALL, outer, inner) == "x = f(old, wait(g(1)))"


def test_on_one_stretch_and_level_what_keeps_it_wraps_what_replaces_it() -> None:
    wrap, replace = edit(CALL, "old", "(", 0, ")"), edit(CALL, "old", "new")
    assert rendered(CALL, wrap, replace) == rendered(CALL, replace, wrap) == "x = f((new), g(1))"


def test_two_rules_that_want_the_same_change_get_it_once() -> None:
    assert (
        rendered(CALL, edit(CALL, "old", "new", origin="A"), edit(CALL, "old", "new", origin="B"))
        == "x = f(new, g(1))"
    )
    twice = [edit(CALL, "g(1)", "await ", 0, group=g) for g in "ab"]
    assert rendered(CALL, *twice) == "x = f(old, await g(1))"


def test_insertions_at_one_place_stand_by_level_then_by_order() -> None:
    at = CALL.index("f(")
    edits = [Edit(at, at, (c,), level) for c, level in [("c", 1), ("a", 0), ("d", 1), ("b", 0)]]
    assert rendered(CALL, *edits) == "x = abcdf(old, g(1))"


def test_an_insertion_at_the_edge_of_a_replaced_stretch_stays_outside() -> None:
    start = CALL.index("old")
    edits = [edit(CALL, "old", "new"), Edit(start, start, ("<",), -1), Edit(start + 3, start + 3, (">",), -1)]
    assert rendered(CALL, *edits) == "x = f(<new>, g(1))"


def test_an_insertion_at_the_edge_of_a_kept_stretch_goes_inside_if_its_level_is_lower() -> None:
    start = CALL.index("g(1)")
    wrap = edit(CALL, "g(1)", "(", 0, ")", level=5)
    lower = Edit(start, start, ("await ",), 1), Edit(start + 4, start + 4, (".x",), 1)
    assert rendered(CALL, wrap, *lower) == "x = f(old, (await g(1).x))"
    higher = Edit(start, start, ("await ",), 6), Edit(start + 4, start + 4, (".x",), 5)
    assert rendered(CALL, wrap, *higher) == "x = f(old, await (g(1)).x)"


def test_an_insertion_between_two_kept_stretches_is_made_once() -> None:
    whole = Edit(0, 4, (Span(0, 2), "-", Span(2, 4)))
    assert rendered("abcd", whole, Edit(2, 2, ("!",))) == "ab-!cd"
    left, right = Edit(0, 2, ("(", Span(0, 2), ")"), 5), Edit(2, 4, ("[", Span(2, 4), "]"), 5)
    assert rendered("abcd", left, right, Edit(2, 2, ("!",))) == "(ab)[!cd]"


def test_spans_may_swap_drop_and_repeat_parts_of_the_edit() -> None:
    text = "f(a, b)"
    swap = Edit(0, 7, ("g(", Span(5, 6), ", ", Span(2, 3), ", ", Span(2, 3), ")"))
    assert rendered(text, swap, Edit(2, 3, ("A",)), Edit(5, 6, ("B",))) == "g(B, A, A)"


def test_a_lambda_becomes_a_function_with_the_edits_inside_its_body() -> None:
    text = "sort(key=lambda x: x.old)"
    body = Span(text.index("x.old"), text.index(")"))
    start = text.index("lambda")
    edits = [
        Edit(0, 0, ("def key(x):\n    return ", body, "\n")),
        Edit(start, body.end, ("key",)),
        edit(text, "old", "new"),
    ]
    assert rendered(text, *edits) == "def key(x):\n    return x.new\nsort(key=key)"


def test_edits_that_overlap_without_nesting_drop_the_later_one_and_name_both() -> None:
    edits = EditSet("abcdef")
    edits.add(Edit(0, 3, ("1",), origin="FQ1"))
    edits.add(Edit(2, 5, ("2",), origin="FQ2"))
    assert edits.render() == "1def"
    [conflict] = edits.conflicts
    assert conflict.dropped.origin == "FQ2"
    assert conflict.other is not None
    assert conflict.other.origin == "FQ1"


def test_an_edit_inside_a_replaced_stretch_is_dropped() -> None:
    edits = EditSet("abcdef")
    edits.add(Edit(2, 3, ("2",), origin="FQ2"))
    edits.add(Edit(0, 5, ("1",), origin="FQ1"))
    assert edits.render() == "1f"
    [conflict] = edits.conflicts
    assert (conflict.dropped.origin, conflict.other and conflict.other.origin) == ("FQ2", "FQ1")


def test_two_different_replacements_of_one_stretch_keep_the_first() -> None:
    edits = EditSet("abc")
    edits.update([Edit(0, 3, ("1",)), Edit(0, 3, ("2",))])
    assert edits.render() == "1"
    assert [c.dropped.parts for c in edits.conflicts] == [("2",)]


def test_a_dropped_edit_takes_its_group_along() -> None:
    edits = EditSet("abc def ghi")
    edits.update(
        [
            Edit(0, 3, ("1",), group="first"),
            Edit(4, 7, ("2",), group="second"),
            Edit(8, 11, ("3",), group="second"),
            Edit(1, 2, ("x",), group="second"),
        ]
    )
    assert edits.render() == "1 def ghi"
    assert len(edits.conflicts) == 3
    assert edits.dropped_groups == {"second"}


def test_dropping_a_group_frees_what_stood_in_its_way() -> None:
    edits = EditSet("abc def")
    blocked = Edit(1, 2, ("z",))
    edits.update([Edit(0, 3, ("a",), group="g"), Edit(4, 6, ("x",)), Edit(5, 7, ("y",), group="g"), blocked])
    assert edits.render() == "azc xf"
    assert [conflict.dropped.group for conflict in edits.conflicts] == ["g", "g"]


def test_groups_can_be_dropped_from_outside() -> None:
    edits = EditSet("abc")
    edits.update([Edit(0, 1, ("1",), group="g"), Edit(1, 2, ("2",))])
    edits.drop_groups({"g"})
    assert edits.render() == "a2c"
    assert edits.conflicts[0].reason == "belongs to a change that was given up"


def test_an_edit_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        EditSet("abc").add(Edit(2, 9, ("x",)))
    with pytest.raises(ValueError, match="does not fit"):
        EditSet("abc").add(Edit(0, 1, (Span(2, 9),)))


# -- properties --------------------------------------------------------------------------------------------


@st.composite
def nested_edits(draw: st.DrawFn) -> tuple[str, list[Edit], str]:
    """A random text with properly nested edits, and what they must give, built alongside by plain recursion."""
    edits: list[Edit] = []
    text: list[str] = []

    def piece(depth: int) -> str:
        start = sum(map(len, text))
        out = ""
        for _ in range(draw(st.integers(1, 3))):
            if depth and draw(st.booleans()):
                inner_start = sum(map(len, text))
                inner = piece(depth - 1)
                end = sum(map(len, text))
                before, after = draw(st.sampled_from([("(", ")"), ("await ", ""), ("", "!")]))
                edits.append(Edit(inner_start, end, (before, Span(inner_start, end), after)))
                out += before + inner + after
            else:
                word = draw(st.sampled_from(["a", "bc", "é\r\n", "def"]))
                at = sum(map(len, text))
                text.append(word)
                if draw(st.booleans()):
                    edits.append(Edit(at, at + len(word), ("NEW",)))
                    out += "NEW"
                else:
                    out += word
        assert sum(map(len, text)) > start
        return out

    expected = piece(4)
    return "".join(text), edits, expected


@given(nested_edits(), st.randoms())
def test_nested_edits_give_what_recursion_gives(
    case: tuple[str, list[Edit], str], rng: random.Random
) -> None:
    text, edits, expected = case
    stretches = [(e.start, e.end) for e in edits]
    if len(stretches) == len(set(stretches)):  # equal stretches are ordered by the order of addition
        rng.shuffle(edits)
    edit_set = EditSet(text)
    edit_set.update({(e.start, e.end, e.parts): e for e in edits}.values())
    unique = len({(e.start, e.end, e.parts) for e in edits}) == len(edits)
    assert not edit_set.conflicts
    if unique:
        assert edit_set.render() == expected


TEXT = "abcdefghijkl"
spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(
    lambda pair: Span(min(pair), max(pair))
)
any_edit = st.builds(
    lambda span, parts, level, group: Edit(span.start, span.end, tuple(parts), level, "FQ100", group),
    spans,
    st.lists(st.sampled_from(["X", "yy", ""]) | spans, max_size=3),
    st.integers(0, 2),
    st.none() | st.sampled_from(["g", "h"]),
)


@given(st.lists(any_edit, max_size=8))
def test_whatever_is_asked_for_every_edit_is_applied_or_reported_and_groups_stay_whole(
    edits: list[Edit],
) -> None:
    edit_set = EditSet(TEXT)
    edit_set.update(edits)
    text = edit_set.render()
    assert len(edit_set.edits) + len(edit_set.conflicts) == len(edits)
    applied = {edit.group for edit in edit_set.edits} - {None}
    dropped = {conflict.dropped.group for conflict in edit_set.conflicts} - {None}
    assert not applied & dropped
    again = EditSet(TEXT)
    again.update(edit_set.edits)
    assert again.render() == text
    assert not again.conflicts


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from("XYZ")), max_size=8))
def test_insertions_alone_never_conflict_and_never_lose_text(places: list[tuple[int, str]]) -> None:
    edits = [Edit(at, at, (what,)) for at, what in places]
    text = rendered(TEXT, *edits)
    assert [c for c in text if c.islower()] == list(TEXT)
    assert len(text) == len(TEXT) + len(edits)


def test_thousands_of_edits_in_one_file_are_quick() -> None:
    text = "call(argument)\n" * 3000
    edits = EditSet(text)
    for line in range(3000):
        at = line * 15
        edits.add(Edit(at, at + 14, ("await ", Span(at, at + 14))))
        edits.add(Edit(at + 5, at + 13, ("other",)))
    assert edits.render() == "await call(other)\n" * 3000
