#include "CHDF5View.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#include <H5PLextern.h>
#else
#include <H5PLextern.h>
#endif

// What a property list carries: the part of the file.
typedef struct {
  int descriptor;
  uint64_t offset;
  uint64_t size;
} view_info;

typedef struct {
  H5FD_t base;
  view_info info;
  haddr_t end_of_addresses;
} view_file;

#define VIEW_NAME_PREFIX "wtool-view:"

static hid_t driver = H5I_INVALID_HID;

// Other files, as those that are read name them. Who opens files holds the lock of libhdf5.
static struct lent_file {
  char *name;
  view_info info;
} *lent = NULL;
static size_t lent_count = 0;

static const view_info *lent_file(const char *name) {
  for (size_t index = 0; index < lent_count; index++)
    if (strcmp(lent[index].name, name) == 0) return &lent[index].info;
  return NULL;
}

static void fail(hid_t minor, int line, const char *text, int error) {
  if (error != 0)
    H5Epush2(H5E_DEFAULT, "view.c", "view", (unsigned)line, H5E_ERR_CLS, H5E_IO, minor, "%s: errno = %d, error message = '%s'",
             text, error, strerror(error));
  else
    H5Epush2(H5E_DEFAULT, "view.c", "view", (unsigned)line, H5E_ERR_CLS, H5E_IO, minor, "%s", text);
}

static void *copy_info(const void *info) {
  view_info *copy = malloc(sizeof *copy);
  if (copy != NULL) *copy = *(const view_info *)info;
  return copy;
}

// What opens the files that an open one refers to.
static void *view_access(H5FD_t *file) { return copy_info(&((view_file *)file)->info); }

static herr_t free_info(void *info) {
  free(info);
  return 0;
}

static H5FD_t *view_open(const char *name, unsigned flags, hid_t access, haddr_t maxaddr) {
  (void)maxaddr;
  const view_info *info = H5Pget_driver_info(access);
  // libhdf5 opens the files that links and virtual datasets name by the same driver, under their own names.
  if (info != NULL && name != NULL && strncmp(name, VIEW_NAME_PREFIX, strlen(VIEW_NAME_PREFIX)) != 0) info = lent_file(name);
  if (info == NULL || name == NULL) {
    fail(H5E_CANTOPENFILE, __LINE__, "it refers to another file, which is not opened", 0);
    return NULL;
  }
  if (flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) {
    fail(H5E_CANTOPENFILE, __LINE__, "the file is open for reading alone", 0);
    return NULL;
  }
  view_file *file = calloc(1, sizeof *file);
  if (file == NULL) {
    fail(H5E_CANTOPENFILE, __LINE__, "no memory", ENOMEM);
    return NULL;
  }
  file->info = *info;
  return &file->base;
}

static herr_t view_close(H5FD_t *file) {
  free(file);
  return 0;
}

static int view_compare(const H5FD_t *first, const H5FD_t *second) {
  const view_info *one = &((const view_file *)first)->info, *other = &((const view_file *)second)->info;
  if (one->descriptor != other->descriptor) return one->descriptor < other->descriptor ? -1 : 1;
  if (one->offset != other->offset) return one->offset < other->offset ? -1 : 1;
  return 0;
}

static herr_t view_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  if (flags != NULL) *flags = H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE;
  return 0;
}

static haddr_t view_end_of_addresses(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const view_file *)file)->end_of_addresses;
}

static herr_t view_set_end_of_addresses(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((view_file *)file)->end_of_addresses = address;
  return 0;
}

static haddr_t view_end_of_file(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const view_file *)file)->info.size;
}

static herr_t view_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  const view_info *info = &((view_file *)file)->info;
  if (address > info->size || size > info->size - address) {
    fail(H5E_READERROR, __LINE__, "an address is beyond the end of the file", 0);
    return -1;
  }
  char *rest = buffer;
  off_t offset = (off_t)(info->offset + address);
  while (size > 0) {
    ssize_t count = pread(info->descriptor, rest, size > (1u << 30) ? 1u << 30 : size, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      fail(H5E_READERROR, __LINE__, "file read failed", errno);
      return -1;
    }
    if (count == 0) {
      fail(H5E_READERROR, __LINE__, "the file became shorter while it was read", EIO);
      return -1;
    }
    rest += count;
    offset += count;
    size -= (size_t)count;
  }
  return 0;
}

static herr_t view_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  fail(H5E_WRITEERROR, __LINE__, "the file is open for reading alone", 0);
  return -1;
}

static const H5FD_class_t view_class = {
#if H5_VERSION_GE(1, 14, 0)
    .version = H5FD_CLASS_VERSION,
    // One of those that are left to programs; it is never stored.
    .value = (H5FD_class_value_t)511,
#endif
    .name = "view",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_SEMI,
    .fapl_size = sizeof(view_info),
    .fapl_get = view_access,
    .fapl_copy = copy_info,
    .fapl_free = free_info,
    .open = view_open,
    .close = view_close,
    .cmp = view_compare,
    .query = view_query,
    .get_eoa = view_end_of_addresses,
    .set_eoa = view_set_end_of_addresses,
    .get_eof = view_end_of_file,
    .read = view_read,
    .write = view_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int64_t ch5v_access(int descriptor, uint64_t offset, uint64_t size) {
  if (driver < 0) driver = H5FDregister(&view_class);
  if (driver < 0) return -1;
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return -1;
  view_info info = {descriptor, offset, size};
  // Once open, a file that is closed while something in it is open is an error, not half-open.
  if (H5Pset_driver(access, driver, &info) < 0 || H5Pset_fclose_degree(access, H5F_CLOSE_SEMI) < 0) {
    H5Pclose(access);
    return -1;
  }
  return access;
}

int ch5v_lend_file(const char *name, int descriptor, uint64_t size) {
  struct lent_file *files = realloc(lent, (lent_count + 1) * sizeof *files);
  if (files == NULL) return -1;
  lent = files;
  char *copy = strdup(name);
  if (copy == NULL) return -1;
  lent[lent_count++] = (struct lent_file){copy, {descriptor, 0, size}};
  return 0;
}

void ch5v_take_files_back(void) {
  for (size_t index = 0; index < lent_count; index++) free(lent[index].name);
  free(lent);
  lent = NULL;
  lent_count = 0;
}

int ch5v_open(const char *path, uint64_t *size) {
  int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  struct stat status;
  int error = fstat(descriptor, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
  if (error != 0) {
    close(descriptor);
    return -error;
  }
  *size = (uint64_t)status.st_size;
  return descriptor;
}

int ch5v_close(int descriptor) { return close(descriptor); }

const char *ch5v_error_text(int number) { return strerror(number); }

static int register_plugin(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return 0;
  H5PL_type_t (*type)(void) = (H5PL_type_t(*)(void))dlsym(library, "H5PLget_plugin_type");
  const void *(*info)(void) = (const void *(*)(void))dlsym(library, "H5PLget_plugin_info");
  if (type != NULL && info != NULL && type() == H5PL_TYPE_FILTER && H5Zregister(info()) >= 0) return 1;
  dlclose(library);
  return 0;
}

int ch5v_register_plugins(const char *folders) {
  int count = 0;
  char *list = strdup(folders), *rest = list, *folder;
  while (list != NULL && (folder = strsep(&rest, ":")) != NULL) {
    DIR *directory = *folder != 0 ? opendir(folder) : NULL;
    if (directory == NULL) continue;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
      if (strstr(entry->d_name, ".so") == NULL && strstr(entry->d_name, ".dylib") == NULL) continue;
      char path[4096];
      int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      if (length > 0 && (size_t)length < sizeof path) count += register_plugin(path);
    }
    closedir(directory);
  }
  free(list);
  return count;
}

int ch5v_close_written(int64_t file) {
  errno = 0;
  herr_t result = H5Fclose((hid_t)file);
  int error = errno;
  if (result < 0 && (error == EFBIG || error == ENOSPC || error == EDQUOT || error == EIO))
    fail(H5E_CANTCLOSEFILE, __LINE__, "cannot write", error);
  return (int)result;
}
