#pragma once

// Put before a function with a plain loop over bytes: the compiler makes it for AVX-512, AVX2 and the least that every
// processor has, and the program takes at its start the one that the machine can run. A call costs an indirection, so
// it pays for loops over hundreds of bytes only. Nothing where the compiler, the processor or a sanitizer (whose
// runtime isn't there yet when the choice is made) can't have it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CHAT_WIDE_VECTORS __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CHAT_WIDE_VECTORS
#endif
