"""Files of pickled objects, read without being loaded: their instructions are followed on paper."""
