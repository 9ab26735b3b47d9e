import click
from flask.cli import AppGroup, with_appcontext

from . import database, visits
from .extensions import db
from .models import Author, Book, Review, Role, User

user_cli = AppGroup("user", help="Accounts.")

SHELF = [
    ("Emma", "Jane Austen", 1815),
    ("Persuasion", "Jane Austen", 1817),
    ("Middlemarch", "George Eliot", 1871),
    ("Silas Marner", "George Eliot", 1861),
    ("Villette", "Charlotte Brontë", 1853),
    ("Dracula", "Bram Stoker", 1897),
    ("Kim", "Rudyard Kipling", 1901),
]


def create_all():
    db.create_all()
    database.create_tables()
    visits.init_visits()


def seed_shelf():
    for name in ("reader", "librarian", "admin"):
        Role.named(name)
    admin = User(email="admin@example.com", name="Ada", password="admin-password")
    librarian = User(email="librarian@example.com", name="Lin", password="librarian-password")
    reader = User(email="reader@example.com", name="Rita", password="reader-password")
    db.session.add_all([admin, librarian, reader])
    db.session.commit()
    admin.add_role("admin")
    librarian.add_role("librarian")
    reader.add_role("reader")
    for title, author, year in SHELF:
        book = Book(title=title, author=Author.get_or_create(author), year=year, owner=librarian)
        db.session.add(book)
        db.session.flush()
    emma = Book.query.filter_by(title="Emma").one()
    emma.reviews.append(Review(user=reader, rating=4, text="Clever."))
    db.session.commit()


@click.command("init-db")
@click.option("--drop", is_flag=True, help="Remove what is there.")
@with_appcontext
def init_db(drop):
    """Create the tables."""
    if drop:
        db.drop_all()
        database.drop_tables()
    create_all()
    click.echo("The tables are there.")


@click.command("seed")
@with_appcontext
def seed():
    """Some books and three accounts."""
    if User.query.count():
        click.echo("There is something already.")
        return
    seed_shelf()
    click.echo(f"{Book.query.count()} books, {User.query.count()} users.")


@user_cli.command("create")
@click.argument("email")
@click.option("--name", default="")
@click.option("--role", default="reader")
@click.password_option()
def create_user(email, name, role, password):
    """Create an account."""
    if User.by_email(email):
        raise click.ClickException(f"{email} is there already.")
    user = User(email=email.lower(), name=name or email.split("@")[0], password=password)
    user.add_role(role)
    db.session.add(user)
    db.session.commit()
    click.echo(f"{user.name} ({', '.join(user.role_names)})")


@user_cli.command("list")
def list_users():
    """All accounts."""
    for user in User.query.order_by(User.email):
        click.echo(f"{user.email}: {', '.join(user.role_names)}")


def init_app(app):
    app.cli.add_command(init_db)
    app.cli.add_command(seed)
    app.cli.add_command(user_cli)

    @app.shell_context_processor
    def shell():
        return {"db": db, "User": User, "Book": Book, "Author": Author}
