"""SQL for the features: connections in threads, the tables, their migrations."""
