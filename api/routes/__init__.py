"""To go."""
