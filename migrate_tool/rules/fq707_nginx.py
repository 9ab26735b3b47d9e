"""nginx in front of the application."""

from __future__ import annotations

import re

from .project_files import ProjectFiles, line_at
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ707",
    name="nginx-proxy",
    summary="nginx speaks HTTP to the application: proxy_pass instead of uwsgi_pass.",
    why=(
        "hypercorn does not speak uwsgi's protocol. The headers that uwsgi_params gave are set with proxy_set_header; "
        "hypercorn's ProxyFixMiddleware reads them."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "server {\n    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/run/web.sock;\n"
                "        uwsgi_read_timeout 300;\n    }\n}\n"
            ),
            after=(
                "server {\n    location / {\n        proxy_set_header Host $host;\n"
                "        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
                "        proxy_set_header X-Forwarded-Proto $scheme;\n"
                "        proxy_pass http://unix:/run/web.sock;\n        proxy_read_timeout 300;\n    }\n}\n"
            ),
            path="nginx.conf",
        ),
    ),
    left_alone=("location / {\n    proxy_pass http://127.0.0.1:8000;\n}\n",),
    left_alone_path="nginx.conf",
)

_HEADERS = (
    "proxy_set_header Host $host;",
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
)
_PASS = re.compile(r"\buwsgi_pass(\s+)(?:s?uwsgi://)?([^;]+);")
_PARAMS = re.compile(r"(?m)^([ \t]*)include\s+\S*uwsgi_params\s*;[ \t]*$")
_SAME = re.compile(
    r"\buwsgi_(connect_timeout|read_timeout|send_timeout|buffering|buffers|buffer_size|busy_buffers_size|next_upstream|cache\w*)\b"
)
_OTHER = re.compile(r"\buwsgi_\w+")


def project(files: ProjectFiles) -> None:
    """Change the directives, and name those that have no counterpart."""
    if not files.is_migrated:
        return
    for text in list(files.texts()):
        if "uwsgi_pass" not in text.text or text.path.suffix in {".md", ".rst"}:
            continue
        new = _PARAMS.sub(lambda match: "\n".join(match[1] + header for header in _HEADERS), text.text)
        new = _PASS.sub(lambda match: f"proxy_pass{match[1]}http://{match[2].strip()};", new)
        new = _SAME.sub(r"proxy_\1", new)
        files.change(text.path, new)
        line = line_at(text.text, text.text.index("uwsgi_pass"))
        files.report(text.path, line, RULE.code, "nginx speaks HTTP to hypercorn")
        for match in _OTHER.finditer(new):
            files.report(
                text.path,
                line_at(new, match.start()),
                RULE.code,
                f"{match[0]} has no counterpart for HTTP",
                "left",
            )
