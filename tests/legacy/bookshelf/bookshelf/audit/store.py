from ..database import AuditEntry, db_session
from .actor import current_actor


def save(action, subject, actor=None):
    entry = AuditEntry(action=action, subject=str(subject)[:200], actor=actor or current_actor())
    db_session.add(entry)
    db_session.commit()
    return entry.id


def entries(limit=50, action=None):
    query = AuditEntry.query
    if action:
        query = query.filter(AuditEntry.action == action)
    return query.order_by(AuditEntry.id.desc()).limit(limit).all()
