"""Hands: the side effects that a workflow asks for, each safe to repeat."""
