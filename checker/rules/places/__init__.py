"""Rules over the places in which a model is to be used: they read a file, and the models of a script alike."""
