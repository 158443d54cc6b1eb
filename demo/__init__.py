"""The demonstration: cases as data, their player and the stand-in department systems."""
