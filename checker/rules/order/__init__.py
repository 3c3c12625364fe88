"""What calls ask of each other: a fit before a conversion, runs, addresses of models, names of the registry."""
