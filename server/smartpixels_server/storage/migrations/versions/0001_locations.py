"""Locations and their pairing codes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "locations",
        sa.Column("location_id", sa.String(64), primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("token_hash", sa.String(64), unique=True),
        sa.Column("last_seen", _TIME),
    )
    op.create_table(
        "pairing_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column(
            "location_id", sa.String(64), sa.ForeignKey("locations.location_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("pairing_codes")
    op.drop_table("locations")
