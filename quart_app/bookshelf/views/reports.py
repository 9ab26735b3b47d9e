"""Figures for everybody, and a member's reading goal."""

from __future__ import annotations

from quart import Blueprint, flash, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import func, select

from quart_app.auth import current_user, login_required

from ..extensions import db
from ..limits import MAX_INTEGER
from ..models import Book, ReadingGoal, Review

reports = Blueprint("reports", __name__)


@reports.route("/summary")
async def summary() -> ResponseReturnValue:
    """Tell how many books there are, and how good."""
    books = await db.session.scalar(select(func.count()).select_from(Book))
    average = await db.session.scalar(select(func.avg(Review.rating)))
    return await render_template("reports/summary.html", books=books, average=average)


@reports.route("/goal", methods=["GET", "POST"])
@login_required
async def goal() -> ResponseReturnValue:
    """Show and set the member's goal."""
    user = await current_user
    goal = await db.session.scalar(select(ReadingGoal).filter_by(user_id=user.id))
    if request.method == "GET":
        return await render_template("reports/goal.html", goal=goal, member=user)
    wanted = (await request.form).get("books", type=int)
    if not wanted or not 0 < wanted <= MAX_INTEGER:
        await flash("A number, please.", "error")
        return redirect(url_for("reports.goal"))
    if goal is None:
        db.session.add(ReadingGoal(user_id=user.id, books=wanted))
    else:
        goal.books = wanted
    await db.session.commit()
    await flash("A good goal.", "success")
    return redirect(url_for("reports.goal"))


@reports.route("/member")
@login_required
async def member() -> ResponseReturnValue:
    """Describe the member."""
    user = await current_user
    if not request.args.get("full"):
        return {"name": user.name, "email": user.email}
    titles = await db.session.scalars(select(Book.title).where(Book.owner_id == user.id).order_by(Book.id))
    return {"name": user.name, "books": titles.all()}
