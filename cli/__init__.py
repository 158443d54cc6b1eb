"""Door for people at a terminal: the program redress."""
