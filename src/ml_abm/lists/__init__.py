"""Lists of real schools and teachers: read, checked, and mended where the user asks for it."""
