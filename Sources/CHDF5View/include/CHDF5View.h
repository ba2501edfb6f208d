// A driver of libhdf5 that reads a part of an open file, and opens no other.
#ifndef CHDF5_VIEW_H
#define CHDF5_VIEW_H

#include <stdint.h>

/// Makes a file access property list that reads `size` bytes from `offset` of a descriptor, which must be open as long as
/// the file is. The name that H5Fopen gets with it is for messages only; of other files, which external links and virtual
/// datasets name, those can be opened that ch5v_lend_file has lent.
///
/// Returns the list, or a negative number with an error on libhdf5's stack.
int64_t ch5v_access(int descriptor, uint64_t offset, uint64_t size);

/// Lets files that are opened by this driver name another one, until ch5v_take_files_back. Returns 0, or -1 without memory.
int ch5v_lend_file(const char *name, int descriptor, uint64_t size);
void ch5v_take_files_back(void);

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
