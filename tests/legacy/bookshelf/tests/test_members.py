"""Loans, notes and reports."""

from unittest.mock import patch

import pytest
from flask import g

from bookshelf import jobs, notes
from bookshelf.database import Loan, Note, ReadingGoal, db_session

from .helpers import ADMIN, READER, login


def borrow(client, book_id):
    return client.post("/loans/borrow", data={"book_id": book_id}, follow_redirects=True)


@pytest.fixture(autouse=True)
def no_timer(monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "expire_later", started.append)
    return started


class TestLoans:
    def test_members_only(self, client):
        assert client.get("/loans/").status_code == 302

    def test_borrow(self, reader, emma, no_timer):
        rv = borrow(reader, emma)
        assert b"You have borrowed Emma." in rv.data
        assert b"Emma," in rv.data
        assert no_timer == [1]

    def test_somebody_else_has_it(self, app, client, emma):
        login(client, *READER)
        borrow(client, emma)
        other = app.test_client()
        login(other, *ADMIN)
        assert b"Somebody else has it." in borrow(other, emma).data

    def test_unknown_book(self, reader):
        assert reader.post("/loans/borrow", data={"book_id": 99}).status_code == 404

    def test_return(self, app, reader, emma):
        borrow(reader, emma)
        rv = reader.post("/loans/1/return", follow_redirects=True)
        assert b"returned" in rv.data
        with app.app_context():
            assert Loan.query.filter_by(returned=True).count() == 1

    def test_foreign_loan(self, app, reader, emma):
        with app.app_context():
            db_session.add(Loan(book_id=emma, user_id=1))
            db_session.commit()
        assert reader.post("/loans/1/return").status_code == 404

    def test_expire(self, app, reader, emma):
        borrow(reader, emma)
        assert jobs.expire_loan(app, 1) is True
        assert jobs.expire_loan(app, 1) is False
        assert b"returned" in reader.get("/loans/").data


class TestNotes:
    def test_add_and_remove(self, app, reader):
        rv = reader.post("/notes/", data={"text": "Buy a lamp"}, follow_redirects=True)
        assert b"Buy a lamp" in rv.data
        reader.post("/notes/1/delete")
        with app.app_context():
            assert Note.query.count() == 0

    def test_empty_note(self, reader):
        assert b"This field is required." in reader.post("/notes/", data={"text": ""}).data

    def test_foreign_note(self, app, reader):
        with app.app_context():
            db_session.add(Note(user_id=1, text="mine"))
            db_session.commit()
        assert b"mine" not in reader.get("/notes/").data
        assert reader.post("/notes/1/delete").status_code == 404

    def test_session_in_g(self, app):
        with app.test_request_context("/notes/"):
            notes.open_session()
            g.session.add(Note(user_id=3, text="direct"))
            g.session.commit()
            assert g.session.query(Note).count() == 1
            notes.close_session(app.make_response(""))
            assert "session" not in g


class TestReports:
    def test_summary(self, client):
        page = client.get("/reports/summary").text
        assert "Books: 7. Average: 4.0" in page

    def test_goal_needs_login(self, client):
        assert client.get("/reports/goal").status_code == 302

    def test_goal(self, app, reader):
        assert b"No goal yet" in reader.get("/reports/goal").data
        rv = reader.post("/reports/goal", data={"books": "12"}, follow_redirects=True)
        assert b"A good goal." in rv.data
        assert b"12 books this year" in rv.data
        reader.post("/reports/goal", data={"books": "13"})
        with app.app_context():
            assert [goal.books for goal in ReadingGoal.query] == [13]

    @pytest.mark.parametrize("value", ["", "many", "0"])
    def test_bad_goal(self, reader, value):
        rv = reader.post("/reports/goal", data={"books": value}, follow_redirects=True)
        assert b"A number, please." in rv.data

    def test_member(self, reader):
        assert reader.get("/reports/member").get_json() == {"name": "Rita", "email": READER[0]}


def test_who_borrows_is_asked_once(reader, emma):
    with patch("bookshelf.loans.open_loan", return_value=None) as open_loan:
        borrow(reader, emma)
    open_loan.assert_called_once_with(emma)
