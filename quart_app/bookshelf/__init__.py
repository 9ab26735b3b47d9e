"""The bookshelf: a whole application in the style that a migration should end with.

What waits is awaited, what a page needs is loaded with the query that asks for it (``IMPLICIT_LOADING`` is ``raise``), and work
in the background is told whose it is. It has the features and the HTTP behaviour of the Flask application in
``tests/legacy/bookshelf``, and may serve the same database beside it.
"""
