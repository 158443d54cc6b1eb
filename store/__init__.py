"""Memory: the only package that speaks SQL."""
