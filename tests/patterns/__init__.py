"""Legacy programs that show a trouble on Flask, what the codemod makes of them, and that the trouble is gone."""
