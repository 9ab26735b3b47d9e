from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user, login_required
from sqlalchemy.orm import scoped_session, sessionmaker

from . import database
from .database import Note
from .forms import NoteForm

notes = Blueprint("notes", __name__, url_prefix="/notes")


@notes.before_request
def open_session():
    g.session = scoped_session(sessionmaker(database.engine))()


@notes.after_request
def close_session(response):
    session = g.pop("session", None)
    if session is not None:
        session.close()
    return response


def own_note(note_id):
    note = g.session.query(Note).get(note_id)
    if note is None or note.user_id != current_user.id:
        abort(404)
    return note


@notes.route("/", methods=["GET", "POST"])
@login_required
def index():
    form = NoteForm()
    if form.validate_on_submit():
        g.session.add(Note(user_id=current_user.id, text=form.text.data))
        g.session.commit()
        flash("Noted.", "success")
        return redirect(url_for("notes.index"))
    found = g.session.query(Note).filter_by(user_id=current_user.id).order_by(Note.id).all()
    return render_template("notes/index.html", notes=found, form=form)


@notes.route("/<int:note_id>/delete", methods=["POST"])
@login_required
def delete(note_id):
    g.session.delete(own_note(note_id))
    g.session.commit()
    flash("Gone.")
    return redirect(url_for("notes.index"))
