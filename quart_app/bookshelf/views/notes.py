"""What members want to remember."""

from __future__ import annotations

from quart import Blueprint, abort, flash, redirect, render_template, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import select

from quart_app.auth import current_user, login_required

from ..extensions import db
from ..forms import NoteForm
from ..models import Note

notes = Blueprint("notes", __name__)


@notes.route("/", methods=["GET", "POST"])
@login_required
async def index() -> ResponseReturnValue:
    """Show the member's notes; take a new one."""
    user = await current_user
    form = await NoteForm.create_form()
    if await form.validate_on_submit():
        db.session.add(Note(user_id=user.id, text=form.text.data))
        await db.session.commit()
        await flash("Noted.", "success")
        return redirect(url_for("notes.index"))
    found = await db.session.scalars(select(Note).filter_by(user_id=user.id).order_by(Note.id))
    return await render_template("notes/index.html", notes=found.all(), form=form)


@notes.route("/<int:note_id>/delete", methods=["POST"])
@login_required
async def delete(note_id: int) -> ResponseReturnValue:
    """Remove a note."""
    note = await db.session.get(Note, note_id)
    if note is None or note.user_id != (await current_user).id:
        abort(404)
    await db.session.delete(note)
    await db.session.commit()
    await flash("Gone.")
    return redirect(url_for("notes.index"))
