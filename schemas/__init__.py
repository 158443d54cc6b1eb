"""Words: the values that cross a border, as frozen models without rules."""
