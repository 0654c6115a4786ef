"""The SQLite file: its shape, what is new, changed, gone or a copy, search, proof and ways out. The only writer."""
