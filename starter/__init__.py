"""Door for programs: the typed client, the dispatcher and the import of files."""
