import os
from datetime import timedelta

basedir = os.path.abspath(os.path.dirname(os.path.dirname(__file__)))


def database_url():
    url = os.environ.get("DATABASE_URL") or "sqlite:///" + os.path.join(basedir, "bookshelf.db")
    # Heroku still hands out the old scheme
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql://", 1)
    return url


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY", "not-a-secret")
    SQLALCHEMY_DATABASE_URI = database_url()
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    VISITS_DATABASE = os.environ.get("VISITS_DATABASE") or os.path.join(basedir, "visits.db")

    BOOKS_PER_PAGE = int(os.environ.get("BOOKS_PER_PAGE", 5))
    MAX_CONTENT_LENGTH = 512 * 1024
    PASSWORD_METHOD = os.environ.get("PASSWORD_METHOD", "scrypt")
    REMEMBER_COOKIE_DURATION = timedelta(days=30)
    LOAN_SECONDS = int(os.environ.get("LOAN_SECONDS", 14 * 24 * 3600))

    TASK_BACKEND = os.environ.get("TASK_BACKEND", "pool")
    USER_CACHE_URL = os.environ.get("USER_CACHE_URL")
    LOG_USERS = os.environ.get("LOG_USERS") == "1"
    ASYNC_LOADER = os.environ.get("ASYNC_LOADER") == "1"
    DEBUG_ROUTES = os.environ.get("DEBUG_ROUTES") == "1"


class TestConfig(Config):
    TESTING = True
    SECRET_KEY = "test"
    WTF_CSRF_ENABLED = False
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    PASSWORD_METHOD = "pbkdf2:sha256:1"
