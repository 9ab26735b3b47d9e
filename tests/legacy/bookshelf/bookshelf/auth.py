from datetime import datetime, timedelta
from urllib.parse import urljoin, urlparse

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import (
    current_user,
    fresh_login_required,
    login_required,
    login_user,
    logout_user,
    user_logged_in,
)

from . import audit, permissions, users
from .extensions import db
from .forms import LoginForm, PasswordForm, ProfileForm, RegisterForm
from .models import User

auth = Blueprint("auth", __name__)


def is_safe_url(target):
    host = urlparse(request.host_url)
    test = urlparse(urljoin(request.host_url, target))
    return test.scheme in ("http", "https") and host.netloc == test.netloc and "\\" not in target


def next_url():
    target = request.args.get("next")
    if target and is_safe_url(target):
        return target
    return url_for("main.index")


@auth.before_app_request
def touch_last_seen():
    if current_user.is_authenticated:
        now = datetime.utcnow()
        if current_user.last_seen is None or now - current_user.last_seen > timedelta(minutes=1):
            current_user.last_seen = now
            db.session.commit()


@auth.after_app_request
def add_user_header(response):
    if current_user.is_authenticated:
        response.headers["X-Bookshelf-User"] = str(current_user.id)
    return response


@user_logged_in.connect
def count_sign_in(sender, user, **extra):
    session["sign_ins"] = session.get("sign_ins", 0) + 1


@auth.route("/register", methods=["GET", "POST"])
def register():
    if current_user.is_authenticated:
        return redirect(url_for("main.index"))
    form = RegisterForm()
    if form.validate_on_submit():
        user = User(name=form.name.data, email=form.email.data.lower(), password=form.password.data)
        user.add_role("reader")
        db.session.add(user)
        db.session.commit()
        audit.log_event("user.register", user.email, actor=user.email)
        flash("You are registered. Please sign in.", "success")
        return redirect(url_for("auth.login"))
    return render_template("auth/register.html", form=form)


@auth.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm()
    if form.validate_on_submit():
        user = User.by_email(form.email.data)
        if user is None or not user.check_password(form.password.data):
            flash("Wrong e-mail or password.", "error")
        elif not login_user(user, remember=form.remember.data):
            flash("This account is switched off.", "error")
        else:
            permissions.announce(current_app._get_current_object(), user)
            audit.log_event("user.login", users.client_address(), actor=user.email)
            flash(f"Welcome, {user.name}!", "success")
            return redirect(next_url())
    return render_template("auth/login.html", form=form)


@auth.route("/logout")
@login_required
def logout():
    users.forget(current_user.id)
    audit.log_event("user.logout", current_user.email)
    logout_user()
    permissions.forget_identity(current_app._get_current_object())
    flash("Signed out.")
    return redirect(url_for("main.index"))


@auth.route("/profile", methods=["GET", "POST"])
@login_required
def profile():
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        user = current_user._get_current_object()
        form.populate_obj(user)
        db.session.commit()
        users.forget(user.id)
        flash("Saved.", "success")
        return redirect(url_for("auth.profile"))
    return render_template("auth/profile.html", form=form, reviews=current_user.last_reviews())


@auth.route("/password", methods=["GET", "POST"])
@fresh_login_required
def password():
    form = PasswordForm()
    if form.validate_on_submit():
        current_user.password = form.new.data
        db.session.commit()
        users.forget(current_user.id)
        audit.log_event("user.password")
        flash("Password changed.", "success")
        return redirect(url_for("auth.profile"))
    return render_template("auth/password.html", form=form)


@auth.route("/token", methods=["POST"])
@login_required
def token():
    user = User.query.get_or_404(current_user.id)
    value = user.new_token()
    db.session.commit()
    users.forget(user.id)
    flash(f"Your token: {value}")
    return redirect(url_for("auth.profile"))
