"""Pure functions that turn a request into facts or refuse it."""
