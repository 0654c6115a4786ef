"""What each page shows, read from the archive: pure functions from a connection to a frozen value."""
