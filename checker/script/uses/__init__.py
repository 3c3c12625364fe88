"""What a script asks for: models, conversions, logging, installations."""
