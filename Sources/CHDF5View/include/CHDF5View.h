// A driver of libhdf5 that reads a part of an open file, and opens no other.
#ifndef CHDF5_VIEW_H
#define CHDF5_VIEW_H

#include <stdint.h>

/// Makes a file access property list that reads `size` bytes from `offset` of a descriptor, which must be open as long as
/// the file is. The name that H5Fopen gets with it is for messages only; other files, which external links and virtual
/// datasets name, cannot be opened.
///
/// Returns the list, or a negative number with an error on libhdf5's stack.
int64_t ch5v_access(int descriptor, uint64_t offset, uint64_t size);

/// Opens a regular file for reading and tells its size. Returns the descriptor or a negated error number.
int ch5v_open(const char *path, uint64_t *size);
int ch5v_close(int descriptor);

/// The system's words for an error number.
const char *ch5v_error_text(int number);

/// Registers the filters that are plug-ins in the folders of HDF5_PLUGIN_PATH, for a process that will not be able to
/// open them later. Returns their number.
int ch5v_register_plugins(const char *folders);

/// H5Fclose for a file that was written. If it fails because nothing more can be written, libhdf5's error stack says so:
/// some of libhdf5's drivers forget the error of the system.
int ch5v_close_written(int64_t file);

#endif
