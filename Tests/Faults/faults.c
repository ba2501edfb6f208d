// Makes one call of a process fail, to be loaded before its libraries (LD_PRELOAD).
//
//   WTOOL_FAULT=pwrite:7:ENOSPC   the 7th call of pwrite fails with that error number
//   WTOOL_FAULT=pread:3:SHORT     it does half of what it was asked to
//   WTOOL_FAULT=rename:1:KILL     the process is killed before the call, with KILLED after it
//   WTOOL_FAULT_NAMED=1           files without names cannot be had
//   WTOOL_FAULT_COUNTS=FILE       the number of calls of each function is written there in the end
//
// It is built and used by scripts/faults; nothing of it is in the tool.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

// The names that libraries call the same function by share one counter.
#define FUNCTIONS(X) \
  X(open) X(read) X(pread) X(write) X(pwrite) X(ftruncate) X(posix_fallocate) X(fsync) X(rename) X(link) X(linkat) \
  X(close) X(unlink) X(stat) X(lstat) X(fstat) X(mmap) X(fork) X(sync_file_range) X(fchmod) X(fchown) X(flock) \
  X(fopen) X(fwrite) X(fread) X(fclose) X(fseeko) X(opendir) X(readdir)

enum function {
#define X(name) F_##name,
  FUNCTIONS(X)
#undef X
      FUNCTION_COUNT
};

static const char *const names[] = {
#define X(name) #name,
    FUNCTIONS(X)
#undef X
};

static atomic_long counters[FUNCTION_COUNT];
static int faulty = -1;
static long faulty_call;
enum { FAIL, SHORT, KILL, KILLED };
static int action;
static int number;
static int is_quiet = 1;

static const struct {
  const char *name;
  int number;
} numbers[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EINTR", EINTR}, {"EDQUOT", EDQUOT},         {"EACCES", EACCES},
               {"EPERM", EPERM},   {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN},       {"EROFS", EROFS},
               {"EXDEV", EXDEV},   {"EFBIG", EFBIG},   {"EINVAL", EINVAL}, {"EOPNOTSUPP", EOPNOTSUPP}, {"EEXIST", EEXIST},
               {"ENOLCK", ENOLCK}};

__attribute__((constructor)) static void prepare(void) {
  const char *text = getenv("WTOOL_FAULT");
  char function[32], what[32];
  if (text != NULL && sscanf(text, "%31[^:]:%ld:%31s", function, &faulty_call, what) == 3) {
    for (int index = 0; index < FUNCTION_COUNT; index++)
      if (strcmp(names[index], function) == 0) faulty = index;
    static const char *const actions[] = {"FAIL", "SHORT", "KILL", "KILLED"};
    for (int index = SHORT; index <= KILLED; index++)
      if (strcmp(actions[index], what) == 0) action = index;
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++)
      if (strcmp(numbers[index].name, what) == 0) number = numbers[index].number;
    if (faulty < 0 || (action == FAIL && number == 0)) {
      fprintf(stderr, "WTOOL_FAULT is malformed: %s\n", text);
      abort();
    }
  }
  is_quiet = 0;
}

__attribute__((destructor)) static void finish(void) {
  is_quiet = 1;
  const char *path = getenv("WTOOL_FAULT_COUNTS");
  FILE *file = path == NULL ? NULL : fopen(path, "w");
  if (file == NULL) return;
  for (int index = 0; index < FUNCTION_COUNT; index++)
    fprintf(file, "%s %ld\n", names[index], atomic_load(&counters[index]));
  fclose(file);
}

// Counts a call; whether it is the one that fails.
static int is_due(enum function function) {
  if (is_quiet) return 0;
  long call = atomic_fetch_add(&counters[function], 1) + 1;
  if ((int)function != faulty || call != faulty_call) return 0;
  if (action == KILL) {
    raise(SIGKILL);
    for (;;) pause();
  }
  return 1;
}

// libdispatch looks at its threads under /proc now and then, and gives up the process if it cannot.
static atomic_char foreign[1024];

static int is_foreign(int descriptor) {
  return descriptor >= 0 && descriptor < (int)sizeof foreign && atomic_load(&foreign[descriptor]);
}

static void *real(const char *name) {
  void *address = dlsym(RTLD_NEXT, name);
  if (address == NULL) abort();
  return address;
}

static void end_if_due(int due) {
  if (due && action == KILLED) {
    raise(SIGKILL);
    for (;;) pause();
  }
}

// A function that returns -1 when it fails, under one of its names.
#define WRAP(type, function, name, parameters, arguments, failure) \
  type name parameters { \
    static type(*next) parameters; \
    if (next == NULL) next = (type(*) parameters)real(#name); \
    int due = is_due(F_##function); \
    if (due && action == FAIL) { \
      errno = number; \
      return failure; \
    } \
    type result = next arguments; \
    end_if_due(due); \
    return result; \
  }

// One that moves bytes.
#define WRAP_BYTES(function, name, parameters, arguments) \
  ssize_t name parameters { \
    static ssize_t(*next) parameters; \
    if (next == NULL) next = (ssize_t(*) parameters)real(#name); \
    int due = is_due(F_##function); \
    if (due && action == FAIL) { \
      errno = number; \
      return -1; \
    } \
    if (due && action == SHORT && count > 1) count /= 2; \
    ssize_t result = next arguments; \
    end_if_due(due); \
    return result; \
  }

ssize_t read(int descriptor, void *buffer, size_t count) {
  static ssize_t (*next)(int, void *, size_t);
  if (next == NULL) next = (ssize_t(*)(int, void *, size_t))real("read");
  int due = !is_foreign(descriptor) && is_due(F_read);
  if (due && action == FAIL) {
    errno = number;
    return -1;
  }
  if (due && action == SHORT && count > 1) count /= 2;
  ssize_t result = next(descriptor, buffer, count);
  end_if_due(due);
  return result;
}

WRAP_BYTES(write, write, (int descriptor, const void *buffer, size_t count), (descriptor, buffer, count))
WRAP_BYTES(pread, pread, (int descriptor, void *buffer, size_t count, off_t offset), (descriptor, buffer, count, offset))
WRAP_BYTES(pread, pread64, (int descriptor, void *buffer, size_t count, off64_t offset), (descriptor, buffer, count, offset))
WRAP_BYTES(pwrite, pwrite, (int descriptor, const void *buffer, size_t count, off_t offset), (descriptor, buffer, count, offset))
WRAP_BYTES(pwrite, pwrite64, (int descriptor, const void *buffer, size_t count, off64_t offset), (descriptor, buffer, count, offset))

WRAP(int, ftruncate, ftruncate, (int descriptor, off_t size), (descriptor, size), -1)
WRAP(int, ftruncate, ftruncate64, (int descriptor, off64_t size), (descriptor, size), -1)
WRAP(int, posix_fallocate, posix_fallocate, (int descriptor, off_t offset, off_t size), (descriptor, offset, size), number)
WRAP(int, posix_fallocate, posix_fallocate64, (int descriptor, off64_t offset, off64_t size), (descriptor, offset, size), number)
WRAP(int, fsync, fsync, (int descriptor), (descriptor), -1)
WRAP(int, rename, rename, (const char *from, const char *to), (from, to), -1)
WRAP(int, link, link, (const char *from, const char *to), (from, to), -1)
WRAP(int, linkat, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags), -1)
WRAP(int, unlink, unlink, (const char *path), (path), -1)
WRAP(int, stat, stat, (const char *path, struct stat *status), (path, status), -1)
WRAP(int, lstat, lstat, (const char *path, struct stat *status), (path, status), -1)
WRAP(int, fstat, fstat, (int descriptor, struct stat *status), (descriptor, status), -1)
WRAP(int, stat, stat64, (const char *path, struct stat64 *status), (path, status), -1)
WRAP(int, lstat, lstat64, (const char *path, struct stat64 *status), (path, status), -1)
WRAP(int, fstat, fstat64, (int descriptor, struct stat64 *status), (descriptor, status), -1)
WRAP(void *, mmap, mmap, (void *at, size_t size, int protection, int flags, int descriptor, off_t offset),
     (at, size, protection, flags, descriptor, offset), MAP_FAILED)
WRAP(void *, mmap, mmap64, (void *at, size_t size, int protection, int flags, int descriptor, off64_t offset),
     (at, size, protection, flags, descriptor, offset), MAP_FAILED)
WRAP(pid_t, fork, fork, (void), (), -1)
WRAP(int, sync_file_range, sync_file_range, (int descriptor, off64_t offset, off64_t size, unsigned flags),
     (descriptor, offset, size, flags), -1)
WRAP(int, fchmod, fchmod, (int descriptor, mode_t mode), (descriptor, mode), -1)
WRAP(int, fchown, fchown, (int descriptor, uid_t owner, gid_t group), (descriptor, owner, group), -1)
WRAP(int, flock, flock, (int descriptor, int operation), (descriptor, operation), -1)
WRAP(FILE *, fopen, fopen, (const char *path, const char *mode), (path, mode), NULL)
WRAP(FILE *, fopen, fopen64, (const char *path, const char *mode), (path, mode), NULL)
WRAP(size_t, fwrite, fwrite, (const void *buffer, size_t size, size_t count, FILE *file), (buffer, size, count, file), 0)
WRAP(size_t, fread, fread, (void *buffer, size_t size, size_t count, FILE *file), (buffer, size, count, file), 0)
WRAP(int, fseeko, fseeko, (FILE *file, off_t offset, int whence), (file, offset, whence), -1)
WRAP(int, fseeko, fseeko64, (FILE *file, off64_t offset, int whence), (file, offset, whence), -1)
WRAP(void *, opendir, opendir, (const char *path), (path), NULL)
WRAP(void *, readdir, readdir, (void *directory), (directory), NULL)
WRAP(void *, readdir, readdir64, (void *directory), (directory), NULL)

// What fails here has happened all the same, as in the kernel.
int close(int descriptor) {
  static int (*next)(int);
  if (next == NULL) next = (int (*)(int))real("close");
  int due = !is_foreign(descriptor) && is_due(F_close);
  if (descriptor >= 0 && descriptor < (int)sizeof foreign) atomic_store(&foreign[descriptor], 0);
  int result = next(descriptor);
  end_if_due(due);
  if (!due || action != FAIL) return result;
  errno = number;
  return -1;
}

int fclose(FILE *file) {
  static int (*next)(FILE *);
  if (next == NULL) next = (int (*)(FILE *))real("fclose");
  int due = is_due(F_fclose);
  int result = next(file);
  end_if_due(due);
  if (!due || action != FAIL) return result;
  errno = number;
  return EOF;
}

#define WRAP_OPEN(name) \
  int name(const char *path, int flags, ...) { \
    static int (*next)(const char *, int, ...); \
    if (next == NULL) next = (int (*)(const char *, int, ...))real(#name); \
    mode_t mode = 0; \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
      va_list list; \
      va_start(list, flags); \
      mode = va_arg(list, mode_t); \
      va_end(list); \
    } \
    if ((flags & O_TMPFILE) == O_TMPFILE && getenv("WTOOL_FAULT_NAMED") != NULL) { \
      errno = EOPNOTSUPP; \
      return -1; \
    } \
    int is_other = strncmp(path, "/proc/", 6) == 0; \
    int due = !is_other && is_due(F_open); \
    if (due && action == FAIL) { \
      errno = number; \
      return -1; \
    } \
    int result = next(path, flags, mode); \
    if (is_other && result >= 0 && result < (int)sizeof foreign) atomic_store(&foreign[result], 1); \
    end_if_due(due); \
    return result; \
  }
WRAP_OPEN(open)
WRAP_OPEN(open64)
