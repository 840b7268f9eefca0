"""Native code for verified programs, through LLVM."""
