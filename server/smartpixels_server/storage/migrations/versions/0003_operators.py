"""Operators, their sessions, and what they did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "operators",
        sa.Column("operator_id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("totp_secret", sa.String(64)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "operator_locations",
        sa.Column(
            "operator_id", sa.String(64), sa.ForeignKey("operators.operator_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "location_id", sa.String(64), sa.ForeignKey("locations.location_id", ondelete="CASCADE"), primary_key=True
        ),
    )
    op.create_table(
        "operator_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "operator_id", sa.String(64), sa.ForeignKey("operators.operator_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_table(
        "audit_log",
        sa.Column("entry_id", sa.String(64), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("location_id", sa.String(64)),
        sa.Column("detail", sa.String(200), nullable=False),
    )
    op.create_index("audit_log_at", "audit_log", ["at"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("audit_log", "operator_sessions", "operator_locations", "operators"):
        op.drop_table(table)
