"""The rounds: what a stranger, a reader, a librarian and an administrator do, page by page, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Called on each page with a name for it.
Look = Callable[[str], None]

LONG = "A title without an end " * 9
CSV = "title,author,year,isbn\nUlysses,James Joyce,1922,9780140185584\nMoby-Dick,Herman Melville,1851,\n"

#: Long enough to be cancelled: nearly all that the served bookshelf takes.
MANY = "title,author\n" + "".join(f"Many {number},A\n" for number in range(35_000))


class Person:
    """Somebody with a browser window."""

    def __init__(self, page: Any, url: str, look: Look) -> None:
        self.page, self.url, self.look = page, url, look

    def open(self, path: str, name: str = "") -> None:
        """Open a page and look at it."""
        self.page.goto(self.url + path)
        self.look(name or path)

    def sign_in(self, email: str) -> None:
        """Sign in with the keyboard alone: the first stop leads past the navigation."""
        self.page.goto(f"{self.url}/auth/login")
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.className") == "skip"
        self.page.keyboard.press("Enter")
        for text in (email, email.replace("@example.com", "-password")):
            self.page.keyboard.press("Tab")
            self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        assert self.page.is_checked("[name=remember]")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("text=Sign out")
        self.look(f"after signing in as {email}")

    def press(self, name: str, *, look: str = "") -> None:
        """Press a button and look at where it leads."""
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        self.look(look or f"after {name}")

    def fill(self, **fields: str) -> None:
        """Type into fields."""
        for name, text in fields.items():
            self.page.fill(f"main [name={name}]", text)

    def trust(self) -> None:
        """Let the browser send what it would stop itself, so that the server must."""
        self.page.evaluate(
            """() => { for (const form of document.forms) form.noValidate = true;
                for (const e of document.querySelectorAll('[maxlength]')) e.removeAttribute('maxlength'); }"""
        )

    def told(self, text: str) -> None:
        """Make sure that the page says something."""
        assert text in self.page.inner_text("main"), (self.page.url, text, self.page.inner_text("main"))

    def kept(self, **fields: str) -> None:
        """Make sure that a form has kept what was typed."""
        for name, text in fields.items():
            assert self.page.input_value(f"main [name={name}]") == text, (self.page.url, name)


def stranger(person: Person, email: str) -> None:
    """Look around, find a book, register."""
    for path in ("/", "/books/", "/books/?page=2", "/books/1", "/books/authors/1", "/reports/summary"):
        person.open(path)
    person.open("/nothing", "an address that is not there")
    person.open("/debug/error", "a failure")
    person.open("/debug/page", "the page of the debug routes")
    person.open("/books/")
    person.fill(q="austen")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**q=austen*")
    person.told("2 found")
    person.kept(q="austen")
    person.look("a search")
    person.open("/books/?q=nowhere", "a search that finds nothing")
    person.open("/auth/login")
    person.fill(email="somebody@example.com", password="wrong")
    person.press("Sign in", look="a wrong password")
    person.told("Wrong e-mail or password.")
    person.kept(email="somebody@example.com")
    person.open("/auth/register")
    person.fill(name="Nora", email=email, password="a password", confirm="another")
    person.press("Register", look="a form with an error")
    person.told("The passwords differ.")
    person.kept(name="Nora", email=email)
    person.fill(password="a password", confirm="a password")
    person.press("Register", look="after registering")
    person.told("You are registered.")


def reader(person: Person) -> None:
    """Borrow, review, note, set a goal, change what can be changed."""
    person.sign_in("reader@example.com")
    person.open("/auth/profile")
    person.press("New API token")
    person.open("/auth/password")
    person.fill(old="wrong", new="a new password")
    person.press("Change", look="a wrong old password")
    person.open("/books/2")
    person.fill(rating="5", text="Read it twice.")
    person.press("Send", look="after a review")
    person.trust()
    person.press("Send", look="a review without a rating")
    person.told("This field is required.")
    person.open("/books/3")
    person.press("Borrow")
    person.press("Return: Middlemarch")
    person.open("/notes/")
    person.fill(text="Buy a lamp")
    person.press("Add")
    person.press("Remove: Buy a lamp")
    person.open("/reports/goal")
    person.fill(books="12")
    person.press("Set")
    person.told("12 books this year")
    person.open("/books/new", "a page for others")
    person.told("Sorry, Rita, this is not for you.")


def librarian(person: Person) -> None:
    """Put books on the shelf, one by one and as a file."""
    person.sign_in("librarian@example.com")
    person.open("/books/new")
    person.trust()
    person.fill(title=LONG, author="Somebody", year="1900", isbn="12", summary="Two\nlines")
    person.press("Save", look="a form with two errors")
    person.kept(title=LONG, author="Somebody", year="1900", isbn="12", summary="Two\nlines")
    person.fill(title=LONG[:200].strip(), isbn="")
    person.press("Save", look="a book with a long title")
    person.page.get_by_role("link", name="Edit").click()
    person.look("editing a book")
    person.press("Save", look="an edited book")
    person.open("/books/import")
    person.page.set_input_files(
        "main [name=file]", {"name": "books.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    person.press("Import", look="an import")
    person.open("/books/import")
    person.page.set_input_files(
        "main [name=file]", {"name": "many.csv", "mimeType": "text/csv", "buffer": MANY.encode()}
    )
    # It goes on while it is looked at: only where it stands still the checks look, too.
    person.page.get_by_role("button", name="Import").click()
    person.page.wait_for_selector("#bar")
    # The server tells the page; it is not loaded again.
    person.page.evaluate("window.sameLoad = true")
    while person.page.evaluate("window.sameLoad && document.getElementById('bar').value") < 1000:
        person.page.wait_for_timeout(50)  # not wait_for_function(), which the Content-Security-Policy forbids
    person.press("Cancel", look="a cancelled import")
    person.told("cancelled")
    person.page.get_by_role("button", name="Resume").click()
    person.page.wait_for_selector("b:text-is('done')", timeout=120_000)
    person.page.wait_for_load_state()
    person.look("an import that was resumed")
    person.told(f"done, {MANY.count(chr(10)) - 1} books, by Lin")


def admin(person: Person, email: str) -> None:
    """Give roles and take them, switch accounts, read the log."""
    person.sign_in("admin@example.com")
    person.open("/admin/users")
    person.page.get_by_role("link", name=email).click()
    person.look("an account")
    person.page.select_option("main [name=role]", label="librarian")
    person.press("Give")
    person.told("Nora is now librarian.")
    person.page.get_by_role("link", name=email).click()
    person.press("Take away: librarian")
    person.told("Nora is no longer librarian.")
    person.press(f"Switch: {email}")
    person.open("/admin/audit")
    person.fill(action="user.role")
    person.press("Show", look="a part of the log")
    person.told(f"{email} librarian")
    person.open("/admin/stats")
    person.press("Send the digest")


def pictures(person: Person, folder: Path, width: int) -> None:
    """Take the pictures that the guide shows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in (("books", "/books/"), ("book", "/books/1"), ("users", "/admin/users")):
        person.page.goto(person.url + path)
        person.page.screenshot(path=folder / f"bookshelf-{name}-{width}.png")
