#pragma once

// Put before a function with a plain loop over bytes: the compiler makes versions of it for AVX-512, for AVX2 and for
// every x86-64 processor, and the program chooses at its start the one for the machine. A call costs an indirection, so
// this pays only for loops over hundreds of bytes. Empty if the compiler or the processor doesn't support it, and with
// a sanitizer, whose runtime isn't ready yet when the choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CHAT_WIDE_VECTORS __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CHAT_WIDE_VECTORS
#endif
