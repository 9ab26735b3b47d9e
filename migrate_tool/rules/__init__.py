"""What is done about it: one file per rule."""
