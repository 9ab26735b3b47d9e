from functools import partial

from flask import session
from flask_login import current_user
from flask_principal import (
    AnonymousIdentity,
    Identity,
    ItemNeed,
    Permission,
    RoleNeed,
    UserNeed,
    identity_changed,
    identity_loaded,
)

from .extensions import principal

EditBookNeed = partial(ItemNeed, "edit", "book")

admin_permission = Permission(RoleNeed("admin"))
librarian_permission = Permission(RoleNeed("librarian"), RoleNeed("admin"))


class EditBookPermission(Permission):
    def __init__(self, book_id):
        super().__init__(EditBookNeed(book_id), RoleNeed("librarian"), RoleNeed("admin"))


@principal.identity_loader
def identity_of_token():
    """Somebody who came with a token has no identity in the session."""
    if current_user.is_authenticated:
        return Identity(current_user.id)
    return None


def on_identity_loaded(sender, identity):
    identity.user = current_user
    if hasattr(current_user, "id"):
        identity.provides.add(UserNeed(current_user.id))
    if hasattr(current_user, "roles"):
        for role in current_user.roles:
            identity.provides.add(RoleNeed(role.name))
    if hasattr(current_user, "books"):
        for book in current_user.books:
            identity.provides.add(EditBookNeed(book.id))


def announce(app, user):
    identity_changed.send(app, identity=Identity(user.id))


def forget_identity(app):
    for key in ("identity.name", "identity.id", "identity.auth_type"):
        session.pop(key, None)
    identity_changed.send(app, identity=AnonymousIdentity())


def init_app(app):
    identity_loaded.connect(on_identity_loaded, app)
