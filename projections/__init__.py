"""The read side: everything here can be rebuilt from the log."""
