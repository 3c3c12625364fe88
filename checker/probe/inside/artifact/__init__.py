"""What a training made, loaded and run where it is to be used."""
