// Linux's sync_file_range, which glibc declares to those alone who ask for all that is GNU's.
#ifndef CWRITEBACK_SHIM_H
#define CWRITEBACK_SHIM_H

#include <stdint.h>

#if defined(__linux__)
extern int sync_file_range(int descriptor, int64_t offset, int64_t count, unsigned flags);
#endif

/// Starts to write a part of a file to its disk, and does not wait for it. It may do nothing.
static inline __attribute__((__always_inline__, __unused__)) void cw_start_write_back(int descriptor, int64_t offset,
                                                                                      int64_t count) {
#if defined(__linux__)
  (void)sync_file_range(descriptor, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
#endif
}

#endif
