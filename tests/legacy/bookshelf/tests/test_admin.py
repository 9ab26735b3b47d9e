from unittest import mock

import pytest

from bookshelf import jobs
from bookshelf.audit import store, wait_for_writers
from bookshelf.extensions import db
from bookshelf.models import Role, User

from .helpers import ADMIN, READER, login

PAGES = ["/admin/users", "/admin/users/1", "/admin/audit", "/admin/stats"]


@pytest.mark.parametrize("path", PAGES)
def test_anonymous(client, path):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("path", PAGES)
def test_reader(reader, path):
    assert reader.get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_admin(admin, path):
    assert admin.get(path).status_code == 200


def test_users(admin):
    page = admin.get("/admin/users").text
    assert "<td>librarian</td>" in page
    assert "7 books, 0 reviews" in page
    assert "0 books, 1 reviews" in page


def test_give_a_role(app, admin):
    with app.app_context():
        role_id = Role.query.filter_by(name="librarian").one().id
    rv = admin.post("/admin/users/3", data={"role": role_id}, follow_redirects=True)
    assert b"Rita is now librarian." in rv.data
    with app.app_context():
        assert db.session.get(User, 3).has_role("librarian")


def test_unknown_role(admin):
    assert b"Not a valid choice." in admin.post("/admin/users/3", data={"role": "77"}).data


def test_switch_off(app, client):
    other = app.test_client()
    login(other, *READER)
    login(client, *ADMIN)
    client.post("/admin/users/3/toggle")
    with app.app_context():
        assert User.by_email(READER[0]).active is False
    assert b"This account is switched off." in login(app.test_client(), *READER).data


def test_not_oneself(admin):
    rv = admin.post("/admin/users/1/toggle", follow_redirects=True)
    assert b"You cannot switch yourself off." in rv.data


def test_audit_page(admin):
    wait_for_writers()
    page = admin.get("/admin/audit?action=user.login").text
    assert "<td>user.login</td><td>127.0.0.1</td><td>admin@example.com</td>" in page
    assert "user.login" not in admin.get("/admin/audit?action=other").text


def test_stats(admin):
    page = admin.get("/admin/stats").text
    assert "3 users, 7 books, 0 on loan" in page
    assert "Best: Emma (4.0)" in page


def test_digest(admin):
    admin.post("/admin/digest")
    assert jobs.outbox == [(ADMIN[0], "Dear Ada: Kim, Dracula, Villette")]


def test_save_with_an_actor(app):
    with app.app_context():
        store.save("test", "x", actor="me")
        assert store.entries()[0].actor == "me"


def test_save_asks_for_the_actor(app):
    with app.app_context(), mock.patch("bookshelf.audit.store.current_actor", return_value="somebody"):
        store.save("test", "x")
        assert store.entries()[0].actor == "somebody"


def test_anonymous_actor(app):
    with app.test_request_context("/"):
        store.save("test", "x")
        assert store.entries()[0].actor == "anonymous"
