"""What is made of a real conversion: it is checked, loaded, run and compared."""
