"""One page for each rule, made of the rule's own file."""

from __future__ import annotations

import textwrap

from migrate_tool.rules.registry import all_rules
from migrate_tool.rules.rule import Example, Rule, Safety

from .markdown import block, table

GROUPS = {
    "FQ1": "Flask to Quart",
    "FQ2": "Sign-in and roles",
    "FQ3": "Database and sessions",
    "FQ4": "Background work",
    "FQ5": "Tests",
    "FQ6": "Templates",
    "FQ7": "Project and deployment files",
    "FQ8": "Blocking calls",
    "FQ9": "Colour and bridge",
}
SAFETY = {
    Safety.SAFE: "**safe**: the behaviour stays the same.",
    Safety.REVIEW: "**review**: applied; the behaviour may differ in the way described. Look at the places.",
    Safety.MANUAL: "**manual**: never applied; a mark in the code says what to do.",
}
LANGUAGES = {
    ".py": "python",
    ".html": "html+jinja",
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "ini",
    ".yml": "yaml",
    ".yaml": "yaml",
}


def pages() -> dict[str, str]:
    """The pages by path, the index included."""
    rules = all_rules()
    return {"rules/index.md": index(rules)} | {f"rules/{rule.code}.md": page(rule) for rule in rules}


def index(rules: list[Rule]) -> str:
    """The list of all rules, by group."""
    parts = [
        "# Rules",
        "Every change that `flask-to-quart migrate` makes has a code. The report names it, a mark in the code names it, and"
        " `flask-to-quart rules CODE` prints its page. Each example on these pages is run by the tests.",
        "To switch a rule off for a line, write `# migrate: ignore FQ104 <reason>` at its end; on a line of its own at the top of a file it"
        " holds for the file.",
    ]
    for prefix, title in GROUPS.items():
        rows = [
            [f"[{rule.code}]({rule.code}.md)", rule.name, rule.safety.value, rule.summary]
            for rule in rules
            if rule.code.startswith(prefix)
        ]
        if rows:
            parts += [f"## {title}", table(["code", "name", "safety", "what it does"], rows)]
    listed = "\n".join(rule.code for rule in rules)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{listed}\n```")
    return "\n\n".join(parts) + "\n"


def page(rule: Rule) -> str:
    """What the rule's file says, as a page."""
    parts = [f"# {rule.code} {rule.name}", rule.summary, rule.why, f"Safety: {SAFETY[rule.safety]}"]
    for example in rule.examples:
        parts += _example(example)
    for code in rule.left_alone:
        parts += ["## Left alone", block(textwrap.dedent(code).strip("\n"), _language(rule.left_alone_path))]
    if rule.references:
        parts += ["## See", "\n".join(f"- <{reference}>" for reference in rule.references)]
    return "\n\n".join(parts) + "\n"


def _example(example: Example) -> list[str]:
    parts = ["## Example"]
    files = [(example.path, example.before, example.after)]
    files += [(path, before or "", after or "") for path, (before, after) in example.others.items()]
    for path, before, after in files:
        language = _language(path)
        parts += [f"`{path}` before:", block(before, language)]
        parts += ["after:", block(after, language)] if after != before else ["which stays as it is."]
    return parts


def _language(path: str) -> str:
    return next((language for end, language in LANGUAGES.items() if path.endswith(end)), "text")
