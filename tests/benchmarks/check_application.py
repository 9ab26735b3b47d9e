"""Made-up Flask applications of any size, for the growth of what ``check`` costs."""

from __future__ import annotations

from pathlib import Path

_BASE = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
"""
#: One package of about 50 lines: a model, a service, views, and a helper that calls the package before it.
_PART = '''\
from flask import Blueprint, abort, jsonify, render_template, request

from base import db
{neighbour}

bp = Blueprint("part{n}", __name__)


class Thing{n}(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)
    size = db.Column(db.Integer, default=0)

    def describe(self, prefix=""):
        words = [prefix, self.name, str(self.size)]
        return " ".join(word for word in words if word)


def load{n}(name, *, missing=None):
    """One thing by its name."""
    thing = Thing{n}.query.filter_by(name=name).first()
    return thing if thing is not None else missing


def total{n}(names):
    result = {{}}
    for name in names:
        thing = load{n}(name)
        if thing is None:
            continue
        result[name] = thing.size * 2 + len(thing.describe(prefix="x"))
    return sum(result.values()) + {call}


@bp.route("/part{n}/<name>")
def show{n}(name):
    thing = load{n}(name)
    if thing is None:
        abort(404)
    return render_template("thing.html", thing=thing, total=total{n}([name, "other"]))


@bp.route("/part{n}", methods=["POST"])
def create{n}():
    thing = Thing{n}(name=request.form["name"], size=int(request.form.get("size", 0)))
    db.session.add(thing)
    db.session.commit()
    return jsonify({{"id": thing.id, "text": thing.describe()}})
'''


def write(folder: Path, lines: int) -> None:
    """An application of about ``lines`` lines in ``folder``; ten parts call each other in a row."""
    (folder / "base.py").write_text(_BASE)
    length = _PART.count("\n")
    for n in range(max(lines // length, 1)):
        first = n % 10 == 0
        neighbour = "" if first else f"from part{n - 1} import total{n - 1}"
        call = "0" if first else f"total{n - 1}(names[1:])"
        (folder / f"part{n}.py").write_text(_PART.format(n=n, neighbour=neighbour, call=call))
