import pytest
from flask import g, session
from flask_login import current_user

from bookshelf.audit import wait_for_writers
from bookshelf.audit.store import entries
from bookshelf.extensions import db
from bookshelf.models import User

from .helpers import READER, login, logout


class TestRegister:
    data = {"name": "Nora", "email": "Nora@example.com", "password": "secret1", "confirm": "secret1"}

    def test_form(self, client):
        rv = client.get("/auth/register")
        assert rv.status_code == 200
        assert b"Repeat" in rv.data

    def test_register(self, app, client):
        rv = client.post("/auth/register", data=self.data)
        assert rv.status_code == 302
        assert rv.headers["Location"] == "/auth/login"
        with app.app_context():
            user = User.query.filter_by(email="nora@example.com").first()
            assert user is not None
            assert user.role_names == ["reader"]
            assert user.check_password("secret1")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"name": ""}, b"This field is required."),
            ({"email": "nobody"}, b"Invalid email address."),
            ({"email": READER[0]}, b"This address is already registered."),
            ({"password": "x", "confirm": "x"}, b"Field must be at least 6 characters long."),
            ({"confirm": "other"}, b"The passwords differ."),
        ],
    )
    def test_errors(self, client, changes, message):
        rv = client.post("/auth/register", data={**self.data, **changes})
        assert rv.status_code == 200
        assert message in rv.data

    def test_what_was_typed_is_kept(self, client):
        rv = client.post("/auth/register", data={**self.data, "email": "nobody"})
        assert b'value="nobody"' in rv.data
        assert b'value="Nora"' in rv.data

    def test_signed_in_is_sent_home(self, reader):
        rv = reader.get("/auth/register")
        assert rv.status_code == 302
        assert rv.location == "/"


class TestLogin:
    def test_login_and_logout(self, client):
        rv = login(client, *READER, follow_redirects=True)
        assert b"Welcome, Rita!" in rv.data
        assert b"Hello, Rita!" in rv.data
        rv = logout(client)
        assert b"Signed out." in rv.data
        assert b"Hello, stranger!" in rv.data

    @pytest.mark.parametrize(
        ("email", "password"),
        [("reader@example.com", "wrong"), ("ghost@example.com", "reader-password")],
    )
    def test_wrong(self, client, email, password):
        rv = login(client, email, password)
        assert b"Wrong e-mail or password." in rv.data
        assert b"Set-Cookie: remember_token" not in str(rv.headers).encode()

    def test_inactive(self, app, client):
        with app.app_context():
            User.by_email(READER[0]).active = False
            db.session.commit()
        rv = login(client, *READER)
        assert b"This account is switched off." in rv.data

    def test_session(self, client):
        with client:
            login(client, *READER)
            assert session["_user_id"] == str(current_user.id)
            assert session["_fresh"] is True
            assert session["sign_ins"] == 1
            assert current_user.email == READER[0]
            assert g.identity.id == current_user.id

    def test_next(self, client):
        rv = client.get("/auth/profile")
        assert rv.status_code == 302
        assert rv.location == "/auth/login?next=%2Fauth%2Fprofile"
        rv = client.post(rv.location, data={"email": READER[0], "password": READER[1]})
        assert rv.location == "/auth/profile"

    @pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example", "/\\evil.example"])
    def test_next_elsewhere(self, client, target):
        rv = client.post(
            "/auth/login", query_string={"next": target}, data={"email": READER[0], "password": READER[1]}
        )
        assert rv.location == "/"

    def test_message_of_the_guard(self, client):
        rv = client.get("/loans/", follow_redirects=True)
        assert b"Please sign in first." in rv.data
        assert len(rv.history) == 1
        assert rv.request.path == "/auth/login"


class TestRemember:
    def test_cookie(self, client):
        login(client, *READER, remember=True)
        cookie = client.get_cookie("remember_token")
        assert cookie is not None
        assert cookie.value.startswith("3|")

    def test_survives_the_session(self, client):
        login(client, *READER, remember=True)
        client.delete_cookie("session")
        rv = client.get("/auth/profile")
        assert rv.status_code == 200
        assert READER[0].encode() in rv.data

    def test_is_not_fresh(self, client):
        login(client, *READER, remember=True)
        client.delete_cookie("session")
        client.get("/")
        rv = client.get("/auth/password", follow_redirects=True)
        assert b"Please sign in again to change this." in rv.data

    def test_forged_cookie(self, client):
        client.set_cookie("remember_token", "1|abcdef")
        assert client.get("/auth/profile").status_code == 302

    def test_logout_clears_it(self, client):
        login(client, *READER, remember=True)
        logout(client)
        assert client.get_cookie("remember_token") is None


class TestProfile:
    def test_change_of_name(self, app, reader):
        rv = reader.post("/auth/profile", data={"name": "Rosa"}, follow_redirects=True)
        assert b"Saved." in rv.data
        assert b"<h1>Rosa</h1>" in rv.data
        with app.app_context():
            assert User.by_email(READER[0]).name == "Rosa"

    def test_password(self, client):
        login(client, *READER)
        rv = client.post("/auth/password", data={"old": "wrong", "new": "another-one"})
        assert b"That is not your password." in rv.data
        client.post("/auth/password", data={"old": READER[1], "new": "another-one"})
        logout(client)
        assert b"Wrong e-mail" in login(client, *READER).data
        assert login(client, READER[0], "another-one").status_code == 302

    def test_token(self, app, reader):
        rv = reader.post("/auth/token", follow_redirects=True)
        with app.app_context():
            value = User.by_email(READER[0]).api_token
        assert f"Your token: {value}" in rv.get_data(as_text=True)

    def test_reviews(self, reader):
        assert "Emma, Jane Austen: ★★★★" in reader.get("/auth/profile").text


def test_last_seen(app, reader):
    reader.get("/")
    with app.app_context():
        assert User.by_email(READER[0]).last_seen is not None


def test_header(client):
    assert "X-Bookshelf-User" not in client.get("/").headers
    login(client, *READER)
    assert client.get("/").headers["X-Bookshelf-User"] == "3"


def test_sign_in_is_audited(app, client):
    login(client, *READER)
    wait_for_writers()
    with app.app_context():
        entry = entries(action="user.login")[0]
        assert entry.actor == READER[0]
        assert entry.subject == "127.0.0.1"


def test_tampered_session(client):
    login(client, *READER)
    with client.session_transaction() as sess:
        sess["_user_id"] = "999"
    assert client.get("/auth/profile").status_code == 302
