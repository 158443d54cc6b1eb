"""The servers that Redress starts itself when it is given none: PostgreSQL and Temporal."""
