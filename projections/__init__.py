"""What can be read: everything here can be rebuilt from the log."""
