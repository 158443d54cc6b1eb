"""Outside: one small port for each outside system, with its adapters and twins."""
