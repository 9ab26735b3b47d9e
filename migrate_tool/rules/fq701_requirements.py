"""What the project asks to be installed, in whatever files it says so."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

from migrate_tool.catalog.distributions import MISTAKEN, TAKEN_OUT
from migrate_tool.edits.spans import EditSet
from migrate_tool.files import conda, ini_requirements, names, toml_requirements, uses
from migrate_tool.files.locked import locked_versions
from migrate_tool.files.pip_lines import is_hashed, refused, rewrite_file
from migrate_tool.files.requirement_plan import Decide, Listed, Outcome, Plan
from migrate_tool.files.setup_requirements import edit_python, edit_setup
from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.project import kinds

from .awaited_tests import awaited_tests
from .project_files import ProjectFiles, Text, line_at
from .rule import Example, Rule, Safety

_APP = "from flask import Flask\n\napp = Flask(__name__)\n"
_QUART_APP = "from quart_app import Quart\n\napp = Quart(__name__)\n"

RULE = Rule(
    code="FQ701",
    name="requirements",
    summary="Requirements ask for Quart and the runtime instead of Flask and the extensions they replace.",
    why=(
        "The migrated code imports quart and quart_app. What no file imports any more goes when the runtime takes its "
        "place; pins that exclude every version Quart 0.22 can work with are lifted. Exact pins of what no file of the "
        "project imports become floors: they followed from pins that the migration changes, and one of them is enough "
        "that nothing can be installed. Pins of what the project uses itself stay. Quart needs Python 3.11. Awaited pytest tests need pytest-asyncio. Lock files are named: their tool writes them again; what "
        "they held back of a release that breaks older code is held back by the open requirement from then on."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before="# web\nFlask==2.2.5\nFlask-Login==0.6.3  # sign-in\ngunicorn==20.1.0\nWerkzeug==2.2.3\nrequests==2.31.0\n",
            after=(
                "# web\nquart>=0.22,<0.23\nflask-to-quart>=0.1\nhypercorn>=0.18,<0.19\nWerkzeug>=3.1\nrequests==2.31.0\n"
            ),
            path="requirements.txt",
            others={
                "app.py": (_APP, _QUART_APP),
                "rates.py": ("import requests\n", "import requests\n"),
            },
        ),
        Example(
            before="certifi==2023.7.22\nidna==3.4\nrequests==2.31.0  # the rates\nurllib3==1.26.16\n",
            after=(
                "certifi>=2023.7.22\nidna>=3.4\nrequests==2.31.0  # the rates\nurllib3>=1.26.16,<2\n"
                "flask-to-quart>=0.1\n"
            ),
            path="requirements.txt",
            others={
                "app.py": (_APP, _QUART_APP),
                "rates.py": ("import requests\n", "import requests\n"),
            },
        ),
        Example(
            before=(
                '[project]\nname = "shop"\nrequires-python = ">=3.8"\n'
                'dependencies = [\n    "flask>=2",  # web\n    "Flask-SQLAlchemy",\n    "click",\n]\n'
            ),
            after=(
                '[project]\nname = "shop"\nrequires-python = ">=3.11"\n'
                'dependencies = [\n    "quart>=0.22,<0.23",  # web\n    "flask-to-quart>=0.1",\n    "click",\n]\n'
            ),
            path="pyproject.toml",
            others={"app.py": (_APP, _QUART_APP)},
        ),
        Example(
            before="[options]\npython_requires = >=3.7\ninstall_requires =\n    Flask\n    psycopg2-binary==2.8.6\n",
            after=(
                "[options]\npython_requires = >=3.11\ninstall_requires =\n"
                "    quart>=0.22,<0.23\n    flask-to-quart>=0.1\n    asyncpg>=0.30\n"
            ),
            path="setup.cfg",
            others={"app.py": (_APP, _QUART_APP)},
        ),
    ),
    left_alone=(
        "quart>=0.22,<0.23\nflask-to-quart>=0.1\nrequests>=2.31.0\nFaker~=1.0.0\nsetuptools==80.9.0\n",
    ),
    left_alone_path="requirements.txt",
)

OLDEST_PYTHON = "3.11"


def project(files: ProjectFiles) -> None:
    """Change every list of requirements by one plan."""
    if not files.is_migrated:
        return
    lists: list[Listed] = []

    def listen(listed: Listed) -> Outcome:
        lists.append(listed)
        return Outcome()

    for text in list(files.texts()):
        _rewrite(text, listen)
    for path in _setups(files):
        edit_setup(files.project.modules[path].source, EditSet(""), listen, RULE.code)
    plan = Plan(
        lists,
        files.after.imports,
        awaited_tests=any(True for _ in awaited_tests(files.project, files.colouring)),
        named=_named(files),
        called=_called(files),
        required=_required(files),
        locked=locked_versions(files.repository.root / path for path in _lock_files(files)),
    )
    for text in list(files.texts()):
        _report_refused(files, text)
        new = _raise_python(text.path, _rewrite(text, plan))
        if new != text.text:
            files.change(text.path, new)
            if is_hashed(text.text) and not is_hashed(new):
                hint = "run pip-compile --generate-hashes again"
                files.report(
                    text.path, 1, RULE.code, "hashes were left out: new names have none", "left", hint
                )
    for path in _setups(files):
        _setup(files, path, plan)
    _report(files, plan)
    _create(files, plan)
    _locks(files)


def _called(files: ProjectFiles) -> set[str]:
    """Which of the names are called that tell a distribution from the one it is mistaken for."""
    names = {name for mistaken in MISTAKEN.values() for name in mistaken.calls}
    return {name for name in names if any(files.project.calls.named(name))}


def _required(files: ProjectFiles) -> set[str]:
    """Which modules that newer distributions come without are imported, with nothing to fall back on, by what is installed."""
    found: set[str] = set()
    for path, module in files.project.modules.items():
        if path.name == "setup.py":
            continue  # what builds a package is installed for the building alone
        for node in module.of_type(ast.Import, ast.ImportFrom):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            roots = {name.partition(".")[0] for name in names} & TAKEN_OUT.keys()
            if roots and not _is_tried(module, node):
                found |= {root for root in roots if not files.project.is_own(root)}
    return found


def _is_tried(module: ModuleInfo, node: ast.AST) -> bool:
    """Whether ``node`` stands in a ``try``, so that another way is known."""
    above = module.parents.get(node)
    while above is not None and not isinstance(above, ast.Try):
        above = module.parents.get(above)
    return above is not None


def _rewrite(text: Text, decide: Decide) -> str:
    path, old = text.path, text.text
    if kinds.is_requirements(path):
        return rewrite_file(path, old, decide)
    if path.name in {"pyproject.toml", "Pipfile"}:
        return toml_requirements.rewrite_toml(path, old, decide)
    if path.name in {"setup.cfg", "tox.ini"}:
        return ini_requirements.rewrite_ini(path, old, decide)
    if names.is_environment(path):
        return conda.rewrite_environment(path, old, decide)
    return old


def _raise_python(path: PurePosixPath, text: str) -> str:
    if path.name in {"pyproject.toml", "Pipfile"}:
        return toml_requirements.raise_python(text, OLDEST_PYTHON)
    if path.name == "setup.cfg":
        return ini_requirements.raise_python(text, OLDEST_PYTHON)
    if names.is_environment(path):
        return conda.raise_python(text, OLDEST_PYTHON)
    return text


def _setups(files: ProjectFiles) -> list[PurePosixPath]:
    return [path for path in files.project.modules if path.name == "setup.py"]


def _setup(files: ProjectFiles, path: PurePosixPath, plan: Plan) -> None:
    source = files.project.modules[path].source
    edits = files.result.edits.get(path) or EditSet(source.text)
    edit_setup(source, edits, plan, RULE.code)
    edit_python(source, edits, OLDEST_PYTHON, RULE.code)
    if edits:
        files.result.edits[path] = edits


def _report(files: ProjectFiles, plan: Plan) -> None:
    for listed in plan.lists:
        outcome = plan.outcomes[id(listed)]
        _report_loosened(files, listed, outcome)
        for index, items in outcome.replaced.items():
            if index in outcome.loosened:
                continue
            old = listed.requirements[index]
            new = ", ".join(map(str, items)) or "nothing"
            message = f"{old} becomes {new}: {outcome.reasons[index]}"
            files.report(listed.path, _line(files, listed.path, old.name), RULE.code, message)
        for item in outcome.added:
            files.report(listed.path, 1, RULE.code, f"{item} is new: the migrated files need it")


def _report_refused(files: ProjectFiles, text: Text) -> None:
    """Name the lines that no version of pip reads: one of them is enough that nothing is installed, and none is replaced."""
    if kinds.is_requirements(text.path):
        for number, said in refused(text.text):
            message = f"pip refuses `{said}`, and with it the whole list"
            files.report(text.path, number, RULE.code, message, "left", "write it as name>=version")


def _report_loosened(files: ProjectFiles, listed: Listed, outcome: Outcome) -> None:
    """One line for a whole list: a frozen one has dozens of them."""
    if not outcome.loosened:
        return
    loosened = sorted({listed.requirements[index].name for index in outcome.loosened})
    message = f"the pins of {', '.join(loosened)} become floors: no module imports them, so they followed from pins that change"
    hint = "freeze the list again once the tests pass"
    line = _line(files, listed.path, listed.requirements[outcome.loosened[0]].name)
    files.report(listed.path, line, RULE.code, message, hint=hint)


def _named(files: ProjectFiles) -> set[str]:
    """What the project uses without importing it: named in texts, asked for by URLs, imported by files that do not parse."""
    found = set(files.after.named)
    for source in files.repository.python:
        found |= uses.drivers_in(source.text)
        if source.tree is None:
            found |= uses.imported_by_text(source.text)
    for text in files.texts():
        found |= uses.drivers_in(text.text)
    return found


def _line(files: ProjectFiles, path: PurePosixPath, name: str) -> int:
    module = files.project.modules.get(path)
    text = module.source.text if module is not None else files.original(path)
    spelled = text.lower().replace("_", "-")
    return line_at(text, max(spelled.find(name), 0))


def _create(files: ProjectFiles, plan: Plan) -> None:
    missing = plan.unplaced
    path = PurePosixPath("requirements.txt")
    if missing and not files.has(path):
        files.create(path, "".join(f"{item}\n" for item in missing))
        files.report(path, 1, RULE.code, "is new: no file said what the application needs")


def _lock_files(files: ProjectFiles) -> list[PurePosixPath]:
    return [path for path in sorted(files.repository.paths) if path.name in names.LOCKS]


def _locks(files: ProjectFiles) -> None:
    for path in _lock_files(files):
        if "flask-to-quart" not in _read(files.repository.root / path):
            message = f"locks the old requirements; write it again with `{names.LOCKS[path.name]}`"
            files.report(
                path, 1, RULE.code, message, "left", "it can't be written without asking the package index"
            )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
