import logging

from flask import request

from ..database import AuditEntry, db_session
from ..models import User

logger = logging.getLogger(__name__)


class AuditService:
    @staticmethod
    def get_identity():
        header = request.headers.get("Authorization", "")
        token = header.partition(" ")[2]
        user = User.query.filter_by(api_token=token).first()
        return user.email if user else "anonymous"

    @staticmethod
    def record(action, subject):
        try:
            identity = AuditService.get_identity()
            db_session.add(AuditEntry(action=action, subject=subject, actor=identity))
            db_session.commit()
        except Exception:
            logger.debug("audit line lost: %s %s", action, subject)
