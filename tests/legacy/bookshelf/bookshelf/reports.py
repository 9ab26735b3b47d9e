"""The reports are the first part of the site that was moved to async."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from .database import ReadingGoal
from .models import Book, Review, User

reports = Blueprint("reports", __name__)

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}

async_session = async_sessionmaker(expire_on_commit=False)


def init_app(app):
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    url = url.set(drivername=DRIVERS[url.get_backend_name()])
    # every async view of Flask has an event loop of its own, so connections cannot be kept
    async_session.configure(bind=create_async_engine(url, poolclass=NullPool))


async def load_member(user_id):
    async with async_session() as session:
        return await session.get(User, int(user_id))


@reports.route("/summary")
async def summary():
    async with async_session() as session:
        books = (await session.execute(select(func.count(Book.id)))).scalar()
        average = await session.scalar(select(func.avg(Review.rating)))
    return render_template("reports/summary.html", books=books, average=average)


@reports.route("/goal", methods=["GET", "POST"])
@login_required
async def goal():
    if request.method == "POST":
        wanted = request.form.get("books", type=int)
        if not wanted or wanted < 1:
            flash("A number, please.", "error")
            return redirect(url_for("reports.goal"))
        async with async_session() as session:
            found = await session.scalar(select(ReadingGoal).filter_by(user_id=current_user.id))
            if found is None:
                session.add(ReadingGoal(user_id=current_user.id, books=wanted))
            else:
                found.books = wanted
            await session.commit()
        flash("A good goal.", "success")
        return redirect(url_for("reports.goal"))
    async with async_session() as session:
        found = await session.scalar(select(ReadingGoal).filter_by(user_id=current_user.id))
    member = await load_member(current_user.id)
    return render_template("reports/goal.html", goal=found, member=member)


@reports.route("/member")
@login_required
async def member():
    if current_app.config["ASYNC_LOADER"]:
        user = await current_user._get_current_object()
    else:
        user = await load_member(current_user.id)
    if user is None:
        abort(404)
    if request.args.get("full"):
        return {"name": user.name, "books": [book.title for book in user.books]}
    return {"name": user.name, "email": user.email}
