"""The machinery that every decision shares: the command under decision, who may, the general checks, the envelope."""
