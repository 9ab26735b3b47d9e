"""The number that judges us: real applications, migrated, on their own tests.

``python -m tests.ecosystem`` takes each application of ``applications/*.toml`` (somebody else's, pinned by sha256 and
downloaded, or one of this repository) and states which of the tests that pass on Flask still pass after
``flask-to-quart migrate --write``, with no edit by hand. How it is done, and what keeps it from flattering:

1. ``staging``: the source is unpacked; nothing of it is ever committed here.
2. ``baseline``: its tests run twice on Flask in an environment of the manifest's pins. The ids that pass both times are
   frozen; those that pass once are listed as flaky and left out. A baseline smaller than the manifest expects fails the
   measure, because a small denominator flatters too.
3. ``migration``: the tool runs as a command, from a wheel of this checkout, on a copy. Exit code 2 or more, a tool that
   hangs, or a tree that did not change at all: score 0. It runs a second time on a copy of its result, which shows
   whether it changes anything again. Every Python file that parsed must still parse; one that does not is listed.
4. ``requirements`` and ``environments``: the environment after is made from the migrated tree's own requirement files
   and nothing else. If they do not install: score 0.
5. ``running`` and ``inside``: the migrated tests run with a plugin loaded from outside. Flask itself raises; a
   coroutine that was never awaited is a loss of the test in which it came to light; a test that hangs or kills the
   process is one loss and the rest is run again without it.
6. ``assertions``: a test that asserts less than its original, in its own body or in the helpers of its file, is lost; so
   is one that has an empty body, or that sends no request any more.
7. ``sabotage``: both sides run once more with every response replaced by 599. A test that fails so on Flask and passes
   so after the migration no longer looks at what the server says: lost, until somebody has looked at it and written
   the reason beside its id (``looked_at`` in the manifest).
8. ``verdicts``: id by id. Vanished, renamed, not collected, skipped, expected to fail: all are losses.

How native a result is, is counted here and not taken from the tool: views that are coroutine functions
(``inside/views.py``), statements that are awaited and not bridged (``inside/database.py``), calls of ``wait`` and
``run`` left in the source and ``# migrate:`` marks (``native``).

**Which pytest.** The tests are run by pytest on both sides. If the original tree names pytest in what would be installed
from it, the migrated tree has to as well, and no other pytest is offered. Only where the original names it nowhere
(unittest, say) does the measure lend its plain runner (``environments.RUNNER``), and with it what the manifest's
``lent`` states; never a plugin for asyncio, nor anything of Flask's or Quart's families.

**No requirements at all.** A tree that holds no requirement file in any form is given one before anything else
happens: ``requirements.txt`` with the manifest's baseline. So the tool has something to rewrite, and nothing that the
application's owner would not have had.
"""
