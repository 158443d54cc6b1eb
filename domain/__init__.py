"""Rules: pure functions from state and command to events, with time and policy as arguments."""
