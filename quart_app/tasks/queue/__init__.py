"""The queue for several machines: procrastinate's table of jobs, in the application's own PostgreSQL database.

A job is a row that is written in the transaction that sends it, so that there is nothing to keep in step: no second server that
may have the message without the commit, or the commit without the message. Web processes need nothing of procrastinate,
they call one function in the database; workers do (``pip install flask-to-quart[queue]``).
"""
