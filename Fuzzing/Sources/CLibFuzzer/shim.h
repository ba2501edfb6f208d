// The functions of libFuzzer that the harness calls, and a file in memory.
#ifndef CLIBFUZZER_SHIM_H
#define CLIBFUZZER_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static inline int fuzz_memory_file(void) { return (int)syscall(SYS_memfd_create, "fuzz", 0); }

#endif
