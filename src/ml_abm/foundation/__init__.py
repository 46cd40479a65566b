"""Foundation: compiled kernels, machine code and threads; folders and atomic writes; strict TOML; numbers in words; provenance."""
