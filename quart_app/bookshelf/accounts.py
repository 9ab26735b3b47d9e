"""Who somebody is: loading users, checking passwords, roles as permissions."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

from quart import current_app, request
from quart.wrappers.base import BaseRequestWebsocket
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload
from werkzeug.security import check_password_hash, generate_password_hash

from quart_app import Quart
from quart_app.auth import current_user
from quart_app.auth.passwords import authenticate, hash_password
from quart_app.auth.principal import Identity, Permission, RoleNeed, UserNeed, identity_loaded
from quart_app.tasks import acting_user_id, spawn

from .extensions import db, login_manager, principal
from .models import Book, Role, User, now

admin_permission = Permission(RoleNeed("admin"))
librarian_permission = Permission(RoleNeed("librarian"), RoleNeed("admin"))

#: How often it is noted that a user was here.
SEEN_EVERY = timedelta(minutes=1)


@login_manager.user_loader
async def load_user(user_id: str) -> User | None:
    """Load a user with the roles: they are asked for in every second line.

    Not with ``session.get()``: that takes a user whom the view has met, as the owner of a book, without the roles.
    """
    statement = select(User).where(User.id == int(user_id)).options(selectinload(User.roles))
    user = await db.session.scalar(statement)
    if user is not None and (user.last_seen is None or now() - user.last_seen >= SEEN_EVERY):
        # Not here: the view may have begun something that a commit would end, and a second connection that is waited
        # for while the first one is held is how a crowd empties the pool for good.
        spawn(note_seen, user_id=user.id)
    return user


@login_manager.request_loader
async def load_user_from_request(incoming: BaseRequestWebsocket) -> User | None:
    """Load the user whose API token the request carries."""
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return None
    statement = select(User).filter_by(api_token=token, active=True).options(selectinload(User.roles))
    return await db.session.scalar(statement)


async def note_seen() -> None:
    """Note that the user was here for whom this task acts."""
    await db.session.execute(update(User).where(User.id == acting_user_id()).values(last_seen=now()))
    await db.session.commit()


@principal.identity_loader
async def identity_of_user() -> Identity | None:
    """Say who it is who came with a token: the session does not."""
    user = await current_user
    return Identity(user.id) if user.is_authenticated else None


async def provide_roles(_sender: object, identity: Identity) -> None:
    """Give an identity what the user's roles provide."""
    user = await current_user
    if user.is_authenticated:
        identity.provides.add(UserNeed(user.id))
        identity.provides.update(RoleNeed(role.name) for role in user.roles)


def init_app(app: Quart) -> None:
    """Let the identities of this application, and of no other in the process, have the roles of their users."""
    identity_loaded.connect(provide_roles, app)


async def may_edit(book: Book) -> bool:
    """Whether the current user may change a book: its owner may, and librarians."""
    user = await current_user
    return bool(user.is_authenticated and (book.owner_id == user.id or await librarian_permission.can()))


async def user_by_email(email: str) -> User | None:
    """Find an account by its address, however it is written."""
    statement = select(User).where(func.lower(User.email) == email.strip().lower())
    return await db.session.scalar(statement.options(selectinload(User.roles)))


async def role_named(name: str) -> Role:
    """Find a role; make it if it does not exist."""
    role = await db.session.scalar(select(Role).filter_by(name=name))
    if role is None:
        role = Role(name=name)
        db.session.add(role)
    return role


async def new_user(email: str, name: str, password: str, role: str = "reader") -> User:
    """Add an account; committing is the caller's."""
    user = User(
        email=email.lower(), name=name, password_hash=await hashed(password), roles=[await role_named(role)]
    )
    db.session.add(user)
    return user


async def hashed(password: str) -> str:
    """Hash a password as ``PASSWORD_METHOD`` says."""
    method = current_app.config["PASSWORD_METHOD"]
    if method == "argon2":
        return await hash_password(password)
    return await asyncio.to_thread(generate_password_hash, password, method)


async def check_password(user: User | None, password: str) -> bool:
    """Check the password of somebody who may not exist, in the same time for everybody."""
    method = current_app.config["PASSWORD_METHOD"]
    if method == "argon2":
        return await authenticate(user, password)
    # A Flask process reads these hashes too, so they stay what they are.
    stored = user.password_hash if user else await asyncio.to_thread(generate_password_hash, "", method)
    return await asyncio.to_thread(check_password_hash, stored, password) and user is not None


def new_token(user: User) -> str:
    """Give the user a new API token."""
    user.api_token = secrets.token_urlsafe(24)
    return user.api_token


def client_address() -> str:
    """Return where the request comes from."""
    return request.headers.get("X-Real-IP") or request.remote_addr or ""
