// The C library of every platform (glibc, musl, Darwin's) under one import, and the few calls that Swift cannot import or
// that differ between the platforms.
#ifndef CPLATFORM_SHIM_H
#define CPLATFORM_SHIM_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <copyfile.h>
#elif defined(__linux__)
#include <sys/xattr.h>
#endif

#define CP_INLINE static inline __attribute__((__always_inline__, __unused__))

/// The error number of the last call that failed on this thread.
CP_INLINE int cp_errno(void) { return errno; }

/// Whether the process was started to ignore a signal, as `nohup` starts it.
CP_INLINE int cp_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Sets the handler of a signal back to the system's.
CP_INLINE void cp_reset_handler(int number) { signal(number, SIG_DFL); }

/// What kind of file a mode tells.
CP_INLINE int cp_is_regular_file(mode_t mode) { return S_ISREG(mode); }
CP_INLINE int cp_is_directory(mode_t mode) { return S_ISDIR(mode); }
/// A pipe or a socket.
CP_INLINE int cp_is_stream(mode_t mode) { return S_ISFIFO(mode) || S_ISSOCK(mode); }

#if defined(__linux__)
// glibc declares it to those alone who ask for all that is GNU's.
extern int sync_file_range(int descriptor, int64_t offset, int64_t count, unsigned flags);
#endif

/// Starts to write a part of a file to its disk, and does not wait for it. It may do nothing.
CP_INLINE void cp_start_write_back(int descriptor, int64_t offset, int64_t count) {
#if defined(__linux__)
  (void)sync_file_range(descriptor, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
#else
  (void)descriptor;
  (void)offset;
  (void)count;
#endif
}

/// Reserves the blocks of a file where its file system can.
///
/// Returns 0, or the error number if the disk has no room for them.
CP_INLINE int cp_reserve(int descriptor, int64_t count) {
#if defined(__linux__)
  if (count <= 0) return 0;
  int error = posix_fallocate(descriptor, 0, (off_t)count);
  // Not every file system can reserve.
  return error == EOPNOTSUPP || error == EINVAL ? 0 : error;
#else
  (void)descriptor;
  (void)count;
  return 0;
#endif
}

/// Makes written bytes survive a loss of power. Returns 0 on success.
CP_INLINE int cp_synchronize(int descriptor) {
#if defined(__APPLE__)
  if (fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
#endif
  return fsync(descriptor);
}

/// The number of columns of the terminal that a descriptor leads to; 0 if it leads to none, or if it does not say.
CP_INLINE int cp_terminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Ignores a signal.
CP_INLINE void cp_ignore(int number) { signal(number, SIG_IGN); }

/// Sets a handler that runs on the thread's own stack for handlers, and that no other signal interrupts.
CP_INLINE void cp_handle_on_own_stack(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_ONSTACK;
  action.sa_handler = handler;
  sigfillset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

/// Gives the thread a stack for handlers, which is never freed, unless it has one.
CP_INLINE void cp_use_own_stack(size_t size) {
  stack_t stack;
  if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = malloc(size);
  stack.ss_size = size;
  if (stack.ss_sp != NULL) sigaltstack(&stack, NULL);
}

/// Opens /dev/null in place of a standard stream that is closed, so that what is done with it fails as before.
CP_INLINE void cp_hold_place(int stream) {
  if (fcntl(stream, F_GETFD) == -1) (void)open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
}

// Files that have no name yet, locks, and what a file has beside its bytes.

/// Opens a new file in a folder that has no name. Returns -1, with EOPNOTSUPP where the system has no such files.
CP_INLINE int cp_open_unnamed(const char *folder, mode_t mode) {
#if defined(O_TMPFILE)
  return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
#elif defined(__O_TMPFILE)
  return open(folder, __O_TMPFILE | O_DIRECTORY | O_RDWR | O_CLOEXEC, mode);
#else
  (void)folder;
  (void)mode;
  errno = EOPNOTSUPP;
  return -1;
#endif
}

/// Gives a file without a name one that nobody has. Returns 0 on success.
CP_INLINE int cp_name(int descriptor, const char *path) {
#if defined(__linux__)
  char source[32];
  snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
#else
  (void)descriptor;
  (void)path;
  errno = EOPNOTSUPP;
  return -1;
#endif
}

/// Locks a file until its descriptor is closed, also by the end of the process. Returns -1 if another has locked it.
CP_INLINE int cp_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

/// Gives up the lock of a file.
CP_INLINE void cp_unlock(int descriptor) { (void)flock(descriptor, LOCK_UN); }

/// Opens a file to lock it, and nothing but the file itself: no link is followed, and no pipe is waited for.
CP_INLINE int cp_open_to_lock(const char *path) {
  return open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/// The name of an entry of a folder.
CP_INLINE const char *cp_entry_name(const struct dirent *entry) { return entry->d_name; }

/// Lets the process open so many files at once, as far as the system does.
CP_INLINE void cp_allow_open_files(unsigned long count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
  limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/// Gives a file the access control list and the users' attributes of another one. Returns 0, or the error number of the
/// first that could not be copied.
CP_INLINE int cp_copy_attributes(const char *from, int to) {
#if defined(__APPLE__)
  int source = open(from, O_RDONLY | O_CLOEXEC);
  if (source < 0) return errno;
  int error = fcopyfile(source, to, NULL, COPYFILE_ACL | COPYFILE_XATTR) == 0 ? 0 : errno;
  close(source);
  return error;
#elif defined(__linux__)
  static const char list[] = "system.posix_acl_access";
  // A folder can give its files a list that the other one does not have.
  (void)fremovexattr(to, list);
  ssize_t length = listxattr(from, NULL, 0);
  if (length <= 0) return 0;
  char *names = (char *)malloc((size_t)length + 1);
  if (names == NULL) return ENOMEM;
  length = listxattr(from, names, (size_t)length);
  int error = 0;
  if (length > 0) names[length] = 0;
  for (const char *name = names; length > 0 && name < names + length; name += strlen(name) + 1) {
    if (strcmp(name, list) != 0 && strncmp(name, "user.", 5) != 0) continue;
    ssize_t size = getxattr(from, name, NULL, 0);
    char *value = size < 0 ? NULL : (char *)malloc((size_t)size + 1);
    if (value != NULL) size = getxattr(from, name, value, (size_t)size);
    int isCopied = value != NULL && size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) == 0;
    if (!isCopied && error == 0) error = errno;
    free(value);
  }
  free(names);
  return error;
#else
  (void)from;
  (void)to;
  return 0;
#endif
}

#endif
