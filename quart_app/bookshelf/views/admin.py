"""What administrators do."""

from __future__ import annotations

from quart import Blueprint, abort, flash, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from quart_app.auth import current_user, login_required

from .. import audit, mail, shelf
from ..accounts import admin_permission
from ..extensions import db
from ..forms import RoleForm
from ..limits import page_number
from ..models import Book, Loan, Review, Role, User

admin = Blueprint("admin", __name__)

#: How many lines of the audit log a page shows.
ENTRIES = 50


async def user_or_404(user_id: int) -> User:
    """Return an account with its roles."""
    user: User = await db.first_or_404(
        select(User).where(User.id == user_id).options(selectinload(User.roles))
    )
    return user


async def count(model: type[User | Book]) -> int:
    """Return how many there are."""
    return await db.session.scalar(select(func.count()).select_from(model)) or 0


@admin.route("/users")
@login_required
@admin_permission.require(403)
async def list_users() -> ResponseReturnValue:
    """List all accounts."""
    books = select(func.count()).where(Book.owner_id == User.id).scalar_subquery()
    reviews = select(func.count()).where(Review.user_id == User.id).scalar_subquery()
    statement = select(User, books, reviews).options(selectinload(User.roles)).order_by(User.id)
    rows = await db.session.execute(statement)
    return await render_template("admin/users.html", rows=rows.all())


@admin.route("/users/<int:user_id>", methods=["GET", "POST"])
@login_required
@admin_permission.require(403)
async def edit_user(user_id: int) -> ResponseReturnValue:
    """Give somebody a role."""
    user = await user_or_404(user_id)
    roles = {role.id: role for role in await db.session.scalars(select(Role).order_by(Role.name))}
    form = await RoleForm.create_form()
    form.role.choices = [(role.id, role.name) for role in roles.values()]
    if await form.validate_on_submit():
        role = roles[form.role.data]
        if not user.has_role(role.name):
            user.roles.append(role)
        await db.session.commit()
        audit.log_event("user.role", f"{user.email} {role.name}", user_id=(await current_user).id)
        await flash(f"{user.name} is now {role.name}.", "success")
        return redirect(url_for("admin.list_users"))
    return await render_template("admin/user.html", user=user, form=form)


@admin.route("/users/<int:user_id>/roles/<int:role_id>/take", methods=["POST"])
@login_required
@admin_permission.require(403)
async def take_role(user_id: int, role_id: int) -> ResponseReturnValue:
    """Take a role away from somebody."""
    user = await user_or_404(user_id)
    role = next((role for role in user.roles if role.id == role_id), None)
    if role is None:
        abort(404)
    if user == await current_user and role.name == "admin":
        await flash("You cannot take this from yourself.", "error")
        return redirect(url_for("admin.edit_user", user_id=user.id))
    user.roles.remove(role)
    await db.session.commit()
    audit.log_event("user.role.take", f"{user.email} {role.name}", user_id=(await current_user).id)
    await flash(f"{user.name} is no longer {role.name}.", "success")
    return redirect(url_for("admin.list_users"))


@admin.route("/users/<int:user_id>/toggle", methods=["POST"])
@login_required
@admin_permission.require(403)
async def toggle_user(user_id: int) -> ResponseReturnValue:
    """Switch an account off, or on again."""
    user = await user_or_404(user_id)
    if user == await current_user:
        await flash("You cannot switch yourself off.", "error")
        return redirect(url_for("admin.list_users"))
    user.active = not user.active
    await db.session.commit()
    audit.log_event("user.toggle", user.email, user_id=(await current_user).id)
    return redirect(url_for("admin.list_users"))


@admin.route("/audit")
@login_required
@admin_permission.require(403)
async def audit_log() -> ResponseReturnValue:
    """Show who did what, the last first, one page at a time."""
    action, page = request.args.get("action", ""), max(request.args.get("page", 1, type=page_number), 1)
    # One more than is shown tells whether there is another page.
    found = await audit.entries(ENTRIES + 1, action, skip=(page - 1) * ENTRIES)
    return await render_template(
        "admin/audit.html",
        entries=found[:ENTRIES],
        older=len(found) > ENTRIES,
        action=action,
        page=page,
    )


@admin.route("/stats")
@login_required
@admin_permission.require(403)
async def stats() -> ResponseReturnValue:
    """Show some figures."""
    rating = func.avg(Review.rating)
    best = await db.session.execute(
        select(Book.title, rating.label("rating"))
        .join(Review, Review.book_id == Book.id)
        .group_by(Book.id, Book.title)
        .order_by(rating.desc(), Book.title)
        .limit(1)
    )
    loans = await db.session.scalar(select(func.count()).select_from(Loan).where(Loan.returned.is_(False)))
    return await render_template(
        "admin/stats.html", users=await count(User), books=await count(Book), loans=loans, best=best.first()
    )


@admin.route("/digest", methods=["POST"])
@login_required
@admin_permission.require(403)
async def digest() -> ResponseReturnValue:
    """Send what is new."""
    user = await current_user
    titles = ", ".join(book.title for book in await shelf.newest(3))
    mail.send(user.email, f"Dear {user.name}: {titles}", user_id=user.id)
    await flash("The digest is on its way.")
    return redirect(url_for("admin.stats"))
