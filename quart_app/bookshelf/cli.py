"""``quart --app quart_app init-db``, ``seed`` and ``user``."""

from __future__ import annotations

import click
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from quart_app import Quart
from quart_app.cli import AppGroup

from . import accounts, shelf, visits
from .extensions import db
from .models import Book, Review, Role, User

SHELF = [
    ("Emma", "Jane Austen", 1815),
    ("Persuasion", "Jane Austen", 1817),
    ("Middlemarch", "George Eliot", 1871),
    ("Silas Marner", "George Eliot", 1861),
    ("Villette", "Charlotte Brontë", 1853),
    ("Dracula", "Bram Stoker", 1897),
    ("Kim", "Rudyard Kipling", 1901),
]

ACCOUNTS = [
    ("admin@example.com", "Ada", "admin"),
    ("librarian@example.com", "Lin", "librarian"),
    ("reader@example.com", "Rita", "reader"),
]


async def make_tables() -> None:
    """Create what does not exist."""
    await db.create_all()
    await visits.make_table()


async def fill_shelf() -> None:
    """Add some books and three accounts; the password is the role's name and ``-password``."""
    db.session.add_all([Role(name=name) for name in ("reader", "librarian", "admin")])
    users = {}
    for email, name, role in ACCOUNTS:
        users[role] = await accounts.new_user(email, name, f"{role}-password", role)
        await db.session.flush()
    for title, author, year in SHELF:
        book = await shelf.add_book(title, author, users["librarian"], year=year)
        await db.session.flush()
        if title == "Emma":
            book.reviews.append(Review(user=users["reader"], rating=4, text="Clever."))
    await db.session.commit()


@click.option("--drop", is_flag=True, help="Remove what is there.")
async def init_db(drop: bool) -> None:
    """Create the tables."""
    if drop:
        await db.drop_all()
    await make_tables()
    click.echo("The tables are there.")


async def seed() -> None:
    """Add some books and three accounts."""
    if await db.session.scalar(select(func.count()).select_from(User)):
        click.echo("There is something already.")
        return
    await fill_shelf()
    books = await db.session.scalar(select(func.count()).select_from(Book))
    users = await db.session.scalar(select(func.count()).select_from(User))
    click.echo(f"{books} books, {users} users.")


@click.argument("email")
@click.option("--name", default="")
@click.option("--role", default="reader")
@click.password_option()
async def create_user(email: str, name: str, role: str, password: str) -> None:
    """Create an account."""
    if await accounts.user_by_email(email):
        raise click.ClickException(f"{email} is there already.")
    user = await accounts.new_user(email, name or email.split("@")[0], password, role)
    await db.session.commit()
    click.echo(f"{user.name} ({', '.join(user.role_names)})")


async def list_users() -> None:
    """List all accounts."""
    statement = select(User).options(selectinload(User.roles)).order_by(User.email)
    for user in await db.session.scalars(statement):
        click.echo(f"{user.email}: {', '.join(user.role_names)}")


def init_app(app: Quart) -> None:
    """Register the commands."""
    app.cli.command("init-db")(init_db)
    app.cli.command("seed")(seed)
    users = AppGroup("user", help="Accounts.")
    users.command("list")(list_users)
    users.command("create")(create_user)
    app.cli.add_command(users)
