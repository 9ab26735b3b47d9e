"""Changes to text: nested span edits, and a file's imports."""
