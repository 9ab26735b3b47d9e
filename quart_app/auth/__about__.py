"""The names that Flask-Login keeps in its ``__about__``, for code that prints them."""

from importlib.metadata import version

__title__ = "quart_app.auth"
__description__ = "Awaited user session management for Quart, in the words of Flask-Login"
__url__ = ""
__version__ = version("flask-to-quart")
__version_info__ = tuple(__version__.split("."))
__author__ = "The flask-to-quart developers"
__author_email__ = ""
__maintainer__ = __author__
__license__ = "MIT"
__copyright__ = f"(c) {__author__}"
