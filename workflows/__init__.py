"""Time: durable workflows that carry commands to the rules and wait."""
