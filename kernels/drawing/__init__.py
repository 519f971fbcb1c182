"""Drawing into pictures for people."""
