"""Flask-RESTful and Flask-RESTX with resources whose methods are awaited.

:mod:`quart_app.rest.restful` and :mod:`quart_app.rest.restx` have the few classes of those libraries that call the
application's methods; fields, parsers, models and documentation stay the libraries' own and find Flask's context through
the bridge. The libraries must be installed; nothing here imports them before it is asked to.
"""
