"""Register, sign in, be remembered, be led back, sign out."""

from __future__ import annotations

import time
from http.cookiejar import Cookie

import pytest

from tests.blackbox.visitor import ADMIN, LIBRARIAN, READER, Visitor, flashes, location, typed, unique


def registration(**changes: str) -> dict[str, str]:
    return {
        "name": "Nora",
        "email": f"{unique('nora')}@example.com",
        "password": "secret1",
        "confirm": "secret1",
        **changes,
    }


def jar_cookie(visitor: Visitor, name: str) -> Cookie:
    return next(cookie for cookie in visitor.http.cookies.jar if cookie.name == name)


class TestRegister:
    def test_a_new_member_registers_and_signs_in(self, visitor: Visitor) -> None:
        data = registration()
        answer = visitor.submit("/auth/register", data)
        assert location(answer) == "/auth/login"
        answer = visitor.get("/auth/login")
        assert flashes(answer) == [("success", "You are registered. Please sign in.")]
        assert visitor.sign_in(data["email"], data["password"]).status_code == 302
        assert visitor.signed_in_as() == data["email"]

    def test_an_address_is_taken_only_once(self, visitor: Visitor, member: tuple[str, str]) -> None:
        answer = visitor.submit("/auth/register", registration(email=member[0].upper()))
        assert answer.status_code == 200
        assert "This address is already registered." in answer.text

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"name": ""}, "This field is required."),
            ({"email": "nobody"}, "Invalid email address."),
            ({"password": "x", "confirm": "x"}, "Field must be at least 6 characters long."),
            ({"confirm": "another"}, "The passwords differ."),
        ],
    )
    def test_errors_are_told(self, visitor: Visitor, changes: dict[str, str], message: str) -> None:
        answer = visitor.submit("/auth/register", registration(**changes))
        assert answer.status_code == 200
        assert message in answer.text

    def test_a_form_with_errors_keeps_what_was_typed_but_no_password(self, visitor: Visitor) -> None:
        answer = visitor.submit("/auth/register", registration(name='Zoë "Z"', email="nobody"))
        assert typed(answer.text, "name") == 'Zoë "Z"'
        assert typed(answer.text, "email") == "nobody"
        assert typed(answer.text, "password") == ""

    def test_a_member_is_sent_home(self, reader: Visitor) -> None:
        assert location(reader.get("/auth/register")) == "/"


class TestSignIn:
    def test_a_stranger_is_greeted_as_one(self, visitor: Visitor) -> None:
        assert "Hello, stranger!" in visitor.page("/")

    def test_signing_in_leads_home_and_greets(self, visitor: Visitor) -> None:
        assert location(visitor.sign_in(READER)) == "/"
        answer = visitor.get("/")
        assert flashes(answer) == [("success", "Welcome, Rita!")]
        assert "Hello, Rita!" in answer.text

    def test_a_message_is_flashed_once(self, reader: Visitor) -> None:
        assert flashes(reader.get("/"))
        assert not flashes(reader.get("/"))

    @pytest.mark.parametrize(
        ("email", "password"), [(READER, "wrong"), ("ghost@example.com", "reader-password"), ("é", "ü")]
    )
    def test_a_wrong_answer_signs_nobody_in(self, visitor: Visitor, email: str, password: str) -> None:
        answer = visitor.sign_in(email, password)
        assert answer.status_code == 200
        assert flashes(answer) == [("error", "Wrong e-mail or password.")]
        assert typed(answer.text, "email") == email
        assert visitor.signed_in_as() is None

    def test_the_address_may_be_written_otherwise(self, visitor: Visitor) -> None:
        assert visitor.sign_in(" Reader@Example.com ", "reader-password").status_code == 302

    def test_a_member_that_is_switched_off_is_refused(
        self, visitor: Visitor, admin: Visitor, member: tuple[str, str]
    ) -> None:
        number = user_number(admin, member[0])
        answer = admin.submit(f"/admin/users/{number}/toggle", form="/admin/users")
        assert location(answer) == "/admin/users"
        answer = visitor.sign_in(*member)
        assert flashes(answer) == [("error", "This account is switched off.")]
        assert visitor.signed_in_as() is None

    def test_two_visitors_are_two(self, reader: Visitor, another: Visitor) -> None:
        assert another.signed_in_as() is None
        another.sign_in(LIBRARIAN)
        assert (reader.signed_in_as(), another.signed_in_as()) == (READER, LIBRARIAN)

    def test_the_session_cookie_is_kept_from_scripts(self, reader: Visitor) -> None:
        cookie = jar_cookie(reader, "session")
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.path == "/"
        assert cookie.expires is None

    def test_pages_that_depend_on_the_visitor_say_so(self, reader: Visitor) -> None:
        assert "Cookie" in reader.get("/").headers["Vary"]

    def test_a_header_names_the_user(self, visitor: Visitor) -> None:
        assert "X-Bookshelf-User" not in visitor.get("/").headers
        visitor.sign_in(ADMIN)
        assert visitor.get("/").headers["X-Bookshelf-User"] == "1"

    @pytest.mark.parametrize("value", ["nonsense", "a.b.c", "é", "x" * 3000])
    def test_a_forged_session_is_a_strangers(self, visitor: Visitor, value: str) -> None:
        answer = visitor.http.get("/", headers=[(b"Cookie", f"session={value}".encode())])
        assert answer.status_code == 200
        assert "Hello, stranger!" in answer.text


class TestNext:
    def test_a_guarded_page_leads_to_the_sign_in_and_back(self, visitor: Visitor) -> None:
        there = location(visitor.get("/auth/profile"))
        assert there == "/auth/login?next=%2Fauth%2Fprofile"
        assert flashes(visitor.get(there)) == [("info", "Please sign in first.")]
        assert location(visitor.sign_in(READER, path=there)) == "/auth/profile"

    def test_the_query_is_kept(self, visitor: Visitor) -> None:
        there = location(visitor.get("/loans/?page=2&q=a%20b"))
        assert location(visitor.sign_in(READER, path=there)).startswith("/loans/?page=2&q=a")

    @pytest.mark.parametrize(
        "target",
        [
            "http://evil.example/",
            "//evil.example",
            "/%5Cevil.example",
            "https:evil.example",
            "javascript:alert(1)",
        ],
    )
    def test_nobody_is_led_elsewhere(self, visitor: Visitor, target: str) -> None:
        assert location(visitor.sign_in(READER, path=f"/auth/login?next={target}")) == "/"


class TestRemember:
    def test_without_the_box_there_is_no_cookie(self, reader: Visitor) -> None:
        assert reader.cookie("remember_token") is None

    def test_the_cookie_lasts_a_month(self, visitor: Visitor) -> None:
        visitor.sign_in(READER, remember=True)
        cookie = jar_cookie(visitor, "remember_token")
        assert cookie.value is not None
        assert cookie.value.strip('"').startswith("3|")
        assert cookie.expires is not None
        assert abs(cookie.expires - time.time() - 30 * 24 * 3600) < 3600
        assert cookie.has_nonstandard_attr("HttpOnly")

    def test_it_outlives_the_session(self, visitor: Visitor) -> None:
        visitor.sign_in(READER, remember=True)
        visitor.drop_cookie("session")
        assert visitor.signed_in_as() == READER

    def test_a_remembered_member_must_sign_in_again_for_the_password(self, visitor: Visitor) -> None:
        visitor.sign_in(READER, remember=True)
        visitor.drop_cookie("session")
        visitor.get("/")
        there = location(visitor.get("/auth/password"))
        assert there == "/auth/login?next=%2Fauth%2Fpassword"
        assert "Please sign in again to change this." in [text for _, text in flashes(visitor.get(there))]
        visitor.sign_in(READER, path=there)
        assert visitor.get("/auth/password").status_code == 200

    @pytest.mark.parametrize("value", ["1|abcdef", "1", "|", "x" * 3000, "1|" + "0" * 128])
    def test_a_forged_cookie_is_a_strangers(self, visitor: Visitor, value: str) -> None:
        answer = visitor.get("/auth/profile", headers={"Cookie": f"remember_token={value}"})
        assert answer.status_code == 302


class TestSignOut:
    def test_it_ends_the_session(self, reader: Visitor) -> None:
        answer = reader.sign_out()
        assert location(answer) == "/"
        answer = reader.get("/")
        assert ("message", "Signed out.") in flashes(answer)
        assert "Hello, stranger!" in answer.text
        assert reader.signed_in_as() is None

    def test_it_ends_being_remembered(self, visitor: Visitor) -> None:
        visitor.sign_in(READER, remember=True)
        visitor.sign_out()
        assert not visitor.cookie("remember_token")
        visitor.drop_cookie("session")
        assert visitor.signed_in_as() is None

    def test_a_stranger_cannot(self, visitor: Visitor) -> None:
        assert location(visitor.sign_out()).startswith("/auth/login?next=")


class TestProfile:
    def test_a_new_name_is_shown_at_once_and_elsewhere(
        self, visitor: Visitor, another: Visitor, member: tuple[str, str]
    ) -> None:
        visitor.sign_in(*member)
        answer = visitor.submit("/auth/profile", {"name": "Ella"})
        assert location(answer) == "/auth/profile"
        assert "<h1>Ella</h1>" in visitor.page("/auth/profile")
        another.sign_in(*member)
        assert "Hello, Ella!" in another.page("/")

    def test_the_password_changes(self, visitor: Visitor, another: Visitor, member: tuple[str, str]) -> None:
        email, password = member
        visitor.sign_in(email, password)
        answer = visitor.submit("/auth/password", {"old": "wrong", "new": "another-one"})
        assert "That is not your password." in answer.text
        answer = visitor.submit("/auth/password", {"old": password, "new": "another-one"})
        assert location(answer) == "/auth/profile"
        assert another.sign_in(email, password).status_code == 200
        assert another.sign_in(email, "another-one").status_code == 302

    def test_roles_and_reviews_are_shown(self, reader: Visitor) -> None:
        page = reader.page("/auth/profile")
        assert f"{READER}, reader; 0 books" in page
        assert "Emma, Jane Austen: ★★★★" in page


def user_number(admin: Visitor, email: str) -> int:
    """The number of an account, as the list of users has it."""
    page = admin.page("/admin/users")
    before = page[: page.index(f">{email}</a>")]
    return int(before.rsplit("/admin/users/", 1)[1].rstrip('"'))
