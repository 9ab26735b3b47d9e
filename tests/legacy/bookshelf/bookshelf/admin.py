from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from sqlalchemy import func

from . import audit, queue, users
from .audit.store import entries
from .database import Loan, with_session
from .extensions import db
from .forms import RoleForm
from .models import Book, Review, Role, User
from .permissions import admin_permission

admin = Blueprint("admin", __name__)


@admin.route("/users")
@login_required
@admin_permission.require(403)
def list_users():
    return render_template("admin/users.html", users=User.query.order_by(User.id).all())


@admin.route("/users/<int:user_id>", methods=["GET", "POST"])
@login_required
@admin_permission.require(403)
def edit_user(user_id):
    user = User.query.get_or_404(user_id)
    form = RoleForm()
    form.role.choices = [(role.id, role.name) for role in Role.query.order_by(Role.name)]
    if form.validate_on_submit():
        role = Role.query.get(form.role.data)
        user.add_role(role.name)
        db.session.commit()
        audit.log_event("user.role", f"{user.email} {role.name}")
        flash(f"{user.name} is now {role.name}.", "success")
        return redirect(url_for("admin.list_users"))
    return render_template("admin/user.html", user=user, form=form)


@admin.route("/users/<int:user_id>/toggle", methods=["POST"])
@login_required
@admin_permission.require(403)
def toggle_user(user_id):
    user = User.query.get_or_404(user_id)
    if user == current_user:
        flash("You cannot switch yourself off.", "error")
        return redirect(url_for("admin.list_users"))
    user.active = not user.active
    db.session.commit()
    users.forget(user.id)
    audit.log_event("user.toggle", user.email)
    return redirect(url_for("admin.list_users"))


@admin.route("/audit")
@login_required
@admin_permission.require(403)
def audit_log():
    return render_template("admin/audit.html", entries=entries(action=request.args.get("action")))


@admin.route("/stats")
@login_required
@admin_permission.require(403)
@with_session
def stats(session):
    loans = session.query(Loan).filter_by(returned=False).count()
    best = (
        db.session.query(Book.title, func.avg(Review.rating).label("rating"))
        .join(Review)
        .group_by(Book.id, Book.title)
        .order_by(func.avg(Review.rating).desc(), Book.title)
        .first()
    )
    return render_template(
        "admin/stats.html", users=User.query.count(), books=Book.query.count(), loans=loans, best=best
    )


@admin.route("/digest", methods=["POST"])
@login_required
@admin_permission.require(403)
def digest():
    queue.send_digest()
    flash("The digest is on its way.")
    return redirect(url_for("admin.stats"))
