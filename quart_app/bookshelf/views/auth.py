"""Register, sign in, sign out; the profile."""

from __future__ import annotations

from quart import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from quart.typing import ResponseReturnValue
from quart.wrappers import Response
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from quart_app.auth import (
    current_user,
    fresh_login_required,
    login_required,
    login_user,
    logout_user,
    next_url,
)
from quart_app.auth.principal import AnonymousIdentity, Identity, identity_changed

from .. import accounts, audit
from ..extensions import db
from ..forms import LoginForm, PasswordForm, ProfileForm, RegisterForm, typed
from ..models import Book, Review

auth = Blueprint("auth", __name__)

#: Who asks for these is not interested in who asks.
IMPERSONAL = frozenset({"static", "main.health", "metrics.show", "api.describe"})


@auth.after_app_request
async def add_user_header(response: Response) -> Response:
    """Tell who is signed in, where that matters to anybody."""
    if request.endpoint not in IMPERSONAL:
        user = await current_user
        if user.is_authenticated:
            response.headers["X-Bookshelf-User"] = str(user.id)
    return response


@auth.route("/register", methods=["GET", "POST"])
async def register() -> ResponseReturnValue:
    """Make an account."""
    if (await current_user).is_authenticated:
        return redirect(url_for("main.index"))
    form = await RegisterForm.create_form()
    if await form.validate_on_submit():
        user = await accounts.new_user(typed(form.email), typed(form.name), typed(form.password))
        await db.session.commit()
        audit.log_event("user.register", user.email, user_id=user.id)
        await flash("You are registered. Please sign in.", "success")
        return redirect(url_for("auth.login"))
    return await render_template("auth/register.html", form=form)


@auth.route("/login", methods=["GET", "POST"])
async def login() -> ResponseReturnValue:
    """Sign in."""
    form = await LoginForm.create_form()
    if await form.validate_on_submit():
        user = await accounts.user_by_email(typed(form.email))
        if user is None or not await accounts.check_password(user, typed(form.password)):
            await flash("Wrong e-mail or password.", "error")
        elif not await login_user(user, remember=form.remember.data):
            await flash("This account is switched off.", "error")
        else:
            await db.session.commit()
            await identity_changed.send_async(current_app, identity=Identity(user.id))
            audit.log_event("user.login", accounts.client_address(), user_id=user.id)
            await flash(f"Welcome, {user.name}!", "success")
            return redirect(await next_url(url_for("main.index")))
    return await render_template("auth/login.html", form=form)


@auth.route("/logout")
@login_required
async def logout() -> ResponseReturnValue:
    """Sign out."""
    user = await current_user
    audit.log_event("user.logout", user.email, user_id=user.id)
    await logout_user()
    for key in ("identity.id", "identity.auth_type"):
        session.pop(key, None)
    await identity_changed.send_async(current_app, identity=AnonymousIdentity())
    await flash("Signed out.")
    return redirect(url_for("main.index"))


@auth.route("/profile", methods=["GET", "POST"])
@login_required
async def profile() -> ResponseReturnValue:
    """Show and change what the member is called."""
    user = await current_user
    form = await ProfileForm.create_form(obj=user)
    if await form.validate_on_submit():
        form.populate_obj(user)
        await db.session.commit()
        await flash("Saved.", "success")
        return redirect(url_for("auth.profile"))
    statement = select(Review).where(Review.user_id == user.id).order_by(Review.id.desc()).limit(3)
    reviews = await db.session.scalars(statement.options(joinedload(Review.book).joinedload(Book.author)))
    count = await db.session.scalar(select(func.count()).select_from(Book).where(Book.owner_id == user.id))
    return await render_template("auth/profile.html", form=form, reviews=reviews.all(), book_count=count)


@auth.route("/password", methods=["GET", "POST"])
@fresh_login_required
async def password() -> ResponseReturnValue:
    """Change the password."""
    form = await PasswordForm.create_form()
    if await form.validate_on_submit():
        user = await current_user
        user.password_hash = await accounts.hashed(typed(form.new))
        await db.session.commit()
        audit.log_event("user.password", user_id=user.id)
        await flash("Password changed.", "success")
        return redirect(url_for("auth.profile"))
    return await render_template("auth/password.html", form=form)


@auth.route("/token", methods=["POST"])
@login_required
async def token() -> ResponseReturnValue:
    """Give the member a new API token."""
    value = accounts.new_token(await current_user)
    await db.session.commit()
    await flash(f"Your token: {value}")
    return redirect(url_for("auth.profile"))
