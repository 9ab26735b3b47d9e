"""The extension objects, made once and given the application by the factory."""

from __future__ import annotations

from quart_app.auth import LoginManager
from quart_app.auth.principal import Principal
from quart_app.db import SQLAlchemy
from quart_app.forms import CSRFProtect

from .models import Base

# What a commit has written stays readable: nothing is asked again without somebody asking.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
principal = Principal()

login_manager = LoginManager()
login_manager.login_view = "auth.login"
login_manager.login_message = "Please sign in first."
login_manager.login_message_category = "info"
login_manager.refresh_view = "auth.login"
login_manager.needs_refresh_message = "Please sign in again to change this."
