"""Files of strangers: opened as they lie there, never followed out of their folder, never read whole."""
