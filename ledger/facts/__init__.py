"""What happened: one module of facts for each process of the market."""
