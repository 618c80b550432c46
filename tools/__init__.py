"""What ``dev.py`` needs beside itself; not part of the program."""
