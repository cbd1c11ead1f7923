"""Plumbing of the HTTP edge: errors, headers, limits. Knows no feature."""
