"""Where a person and the tool put ``await``, side by side: precision and recall.

Two texts of one file are compared as sequences of tokens without ``await``, ``async`` and round brackets. A place is the token that
follows such a word; it counts where the sequences agree, which is where both have the same code. What only one of them has (code
that a person wrote anew, a library that was exchanged) cannot be compared; it is counted beside.
"""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

_LEFT_OUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
#: What Quart itself lets wait: these awaits follow from the move to Quart, whatever else a person exchanged.
FRAMEWORK = frozenset(
    {
        *("request", "render_template", "render_template_string", "flash", "make_response", "send_file"),
        *("send_from_directory", "app", "current_app", "client", "test_client"),
    }
)
#: Names that have a synchronous twin: without its awaits an application says that one.
_TWINS = {
    "asynccontextmanager": "contextmanager",
    "AsyncExitStack": "ExitStack",
    "AsyncIterator": "Iterator",
    "AsyncGenerator": "Generator",
    "AsyncIterable": "Iterable",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
}


@dataclass
class Words:
    """A text as tokens, and the words that stand before some of them."""

    tokens: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    #: Token number -> the words before it: "await", "async with", "async for", "async def".
    before: dict[int, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of a Python file."""
        result = cls()
        waiting: list[str] = []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _LEFT_OUT or token.string in "()":
                continue
            if token.type == tokenize.NAME and token.string in {"await", "async"}:
                waiting.append(token.string)
                continue
            if waiting:
                names = [word if word == "await" else f"async {token.string}" for word in waiting]
                result.before[len(result.tokens)] = Counter(names)
                waiting = []
            result.tokens.append(_TWINS.get(token.string, token.string))
            result.lines.append(token.start[0])
        return result


@dataclass
class Score:
    """What the comparison of two trees found."""

    both: Counter[str] = field(default_factory=Counter)
    only_hand: Counter[str] = field(default_factory=Counter)
    only_tool: Counter[str] = field(default_factory=Counter)
    hand_elsewhere: int = 0
    tool_elsewhere: int = 0
    #: The person's awaits of the framework's own names: "both", "only_hand".
    framework: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of the tool's places that the person has too."""
        return _share(_waiting(self.both), _waiting(self.only_tool))

    @property
    def recall(self) -> float:
        """The share of the person's places that the tool has too."""
        return _share(_waiting(self.both), _waiting(self.only_hand))


def _waiting(words: Counter[str]) -> int:
    """The places that wait; a function may be ``async def`` without need."""
    return words.total() - words["async def"]


def _share(hits: int, others: int) -> float:
    return hits / (hits + others) if hits + others else 1.0


def compare(hand: Path, tool: Path, before: Path | None = None) -> Score:
    """Compare every Python file that both trees have.

    Args:
        hand: the person's tree.
        tool: the tool's.
        before: where both began; a file that the person left as it was says nothing about where ``await`` belongs.
    """
    score = Score()
    for path in sorted(hand.rglob("*.py")):
        other = tool / path.relative_to(hand)
        if before is not None and _text(path) == _text(before / path.relative_to(hand)):
            score.tool_elsewhere += _places(Words.of(_text(other))) if other.is_file() else 0
        elif other.is_file():
            _file(score, str(path.relative_to(hand)), path, other)
        else:
            score.hand_elsewhere += _places(Words.of(_text(path)))
    return score


def _file(score: Score, name: str, hand: Path, tool: Path) -> None:
    by_hand, by_tool = Words.of(_text(hand)), Words.of(_text(tool))
    seen: set[int] = set()
    matched: set[int] = set()
    matcher = SequenceMatcher(None, by_hand.tokens, by_tool.tokens, autojunk=False)
    for start_hand, start_tool, size in matcher.get_matching_blocks():
        for step in range(size):
            one, other = start_hand + step, start_tool + step
            seen.add(one)
            matched.add(other)
            wanted = by_hand.before.get(one, Counter())
            given = by_tool.before.get(other, Counter())
            score.both += wanted & given
            if "await" in wanted and by_hand.tokens[one] in FRAMEWORK:
                score.framework["both" if "await" in given else "only_hand"] += 1
            score.only_hand += wanted - given
            score.only_tool += given - wanted
            if wanted - given:
                score.missed.append(
                    f"{name}:{by_hand.lines[one]} {_say(wanted - given)} {_around(by_hand, one)}"
                )
            if given - wanted:
                score.extra.append(
                    f"{name}:{by_tool.lines[other]} {_say(given - wanted)} {_around(by_tool, other)}"
                )
    score.hand_elsewhere += sum(n.total() for place, n in by_hand.before.items() if place not in seen)
    score.tool_elsewhere += sum(n.total() for place, n in by_tool.before.items() if place not in matched)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _places(words: Words) -> int:
    return sum(counter.total() for counter in words.before.values())


def _say(words: Counter[str]) -> str:
    return ", ".join(sorted(words.elements()))


def _around(words: Words, place: int) -> str:
    return " ".join(words.tokens[place : place + 6])


def strip(tree: Path) -> None:
    """Take every ``await`` and ``async`` out of the files below ``tree``, and say the synchronous twins of names."""
    for path in sorted(tree.rglob("*.py")):
        text = _text(path)
        lines = text.splitlines(keepends=True)
        for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
            if token.type == tokenize.NAME and token.string in {"await", "async"}:
                row, start = token.start[0] - 1, token.start[1]
                rest = lines[row][token.end[1] :]
                lines[row] = lines[row][:start] + rest.lstrip(" ")
            elif token.type == tokenize.NAME and token.string in _TWINS:
                row, start = token.start[0] - 1, token.start[1]
                lines[row] = lines[row][:start] + _TWINS[token.string] + lines[row][token.end[1] :]
        path.write_text("".join(lines), encoding="utf-8")
