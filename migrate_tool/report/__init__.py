"""What is told to people and programs: findings, the terminal summary, diffs, an HTML page, JSON."""
