"""What a stream must remember in order to decide."""
