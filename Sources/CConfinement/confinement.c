#define _GNU_SOURCE
#include "CConfinement.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
int sandbox_init(const char *profile, uint64_t flags, char **error);
#endif

// MARK: Processes

int ccf_fork(void) {
  pid_t process = fork();
  return process < 0 ? -errno : (int)process;
}

int ccf_thread_count(void) {
#if defined(__linux__)
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) return 0;
  int count = 0;
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
#else
  return 0;
#endif
}

static void end_with_parent(void) {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

/// Moves a descriptor to number 3 and closes all others but the standard streams.
static void keep_only(int descriptor) {
  if (descriptor != 3) {
    dup2(descriptor, 3);
    descriptor = 3;
  }
  fcntl(3, F_SETFD, FD_CLOEXEC);
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, 4u, ~0u, 0u) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  if (limit < 0 || limit > 1 << 16) limit = 1 << 16;
  for (int number = 4; number < (int)limit; number++) close(number);
}

int ccf_become_keeper(int descriptor) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
  // What the keyboard sends goes to the whole group: the process that started this one decides what happens then.
  action.sa_handler = SIG_IGN;
  const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGPIPE, SIGXFSZ};
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) sigaction(ignored[index], &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int null = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3 && null >= 0; stream++) dup2(null, stream);
  keep_only(descriptor);
  // A crash that is expected leaves no file behind.
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  return 3;
}

int ccf_wait(int process, struct ccf_ending *ending) {
  int status;
  struct rusage usage;
  memset(ending, 0, sizeof *ending);
  while (wait4(process, &status, 0, &usage) < 0)
    if (errno != EINTR) return errno;
  ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ending->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
#if defined(__APPLE__)
  ending->peak_memory = (uint64_t)usage.ru_maxrss;
#else
  ending->peak_memory = (uint64_t)usage.ru_maxrss * 1024;
#endif
  return 0;
}

void ccf_kill(int process) { kill(process, SIGKILL); }

void ccf_exit(int code) { _exit(code); }

static int create_thread(pthread_t *thread, int state, void *(*body)(void *), void *context) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setdetachstate(&attributes, state);
  pthread_attr_setstacksize(&attributes, 8u << 20);
  error = pthread_create(thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  return error;
}

int ccf_start_thread(void *(*body)(void *), void *context) {
  pthread_t thread;
  return create_thread(&thread, PTHREAD_CREATE_DETACHED, body, context);
}

int ccf_run_thread(void *(*body)(void *), void *context) {
  pthread_t thread;
  int error = create_thread(&thread, PTHREAD_CREATE_JOINABLE, body, context);
  return error != 0 ? error : pthread_join(thread, NULL);
}

uint64_t ccf_machine_memory(void) {
  uint64_t memory = 0;
#if defined(__APPLE__)
  size_t size = sizeof memory;
  if (sysctlbyname("hw.memsize", &memory, &size, NULL, 0) != 0) memory = 0;
#else
  long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) memory = (uint64_t)pages * (uint64_t)page;
  FILE *file = fopen("/sys/fs/cgroup/memory.max", "r");
  unsigned long long limit;
  if (file != NULL) {
    if (fscanf(file, "%llu", &limit) == 1 && limit > 0 && (memory == 0 || limit < memory)) memory = limit;
    fclose(file);
  }
#endif
  return memory;
}

const char *ccf_signal_name(int number) {
  switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGABRT: return "SIGABRT";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGSYS: return "SIGSYS";
    case SIGXCPU: return "SIGXCPU";
    case SIGKILL: return "SIGKILL";
    case SIGTERM: return "SIGTERM";
    default: return "a signal";
  }
}

// MARK: Sockets and memory

int ccf_socket_pair(int descriptors[2]) {
#if defined(__linux__)
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors) == 0 ? 0 : errno;
#else
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, descriptors) != 0) return errno;
  for (int side = 0; side < 2; side++) {
    fcntl(descriptors[side], F_SETFD, FD_CLOEXEC);
#if defined(SO_NOSIGPIPE)
    int on = 1;
    setsockopt(descriptors[side], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  }
  return 0;
#endif
}

#if !defined(MSG_NOSIGNAL)
#define MSG_NOSIGNAL 0
#endif
#if !defined(MSG_CMSG_CLOEXEC)
#define MSG_CMSG_CLOEXEC 0
#endif

#define DESCRIPTOR_LIMIT 4

int ccf_send(int socket, const void *head, size_t head_count, const void *body, size_t body_count, const int *descriptors,
             int descriptor_count) {
  struct iovec parts[2] = {{(void *)head, head_count}, {(void *)body, body_count}};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(DESCRIPTOR_LIMIT * sizeof(int))];
  } control;
  if (descriptor_count > DESCRIPTOR_LIMIT) return EINVAL;
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (descriptor_count > 0) {
      memset(&control, 0, sizeof control);
      message.msg_control = control.space;
      message.msg_controllen = CMSG_SPACE((size_t)descriptor_count * sizeof(int));
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN((size_t)descriptor_count * sizeof(int));
      memcpy(CMSG_DATA(header), descriptors, (size_t)descriptor_count * sizeof(int));
    }
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno;
    size_t rest = (size_t)sent;
    for (int index = 0; index < 2; index++) {
      size_t count = rest < parts[index].iov_len ? rest : parts[index].iov_len;
      parts[index].iov_base = (char *)parts[index].iov_base + count;
      parts[index].iov_len -= count;
      rest -= count;
    }
    descriptor_count = 0;
  }
  return 0;
}

// Waits until there is something to receive. Seconds are counted one by one: a process that is stopped for an hour loses one.
static int wait_for(int socket, int seconds) {
  for (int left = seconds; left > 0; left--) {
    struct pollfd input = {socket, POLLIN, 0};
    int ready = poll(&input, 1, 1000);
    if (ready > 0) return 0;
    if (ready < 0 && errno == EINTR)
      left++;
    else if (ready < 0)
      return errno;
  }
  return ETIMEDOUT;
}

int ccf_receive(int socket, void *bytes, size_t count, int *descriptors, int descriptor_limit, int *descriptor_count,
                int seconds) {
  char *rest = bytes;
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(DESCRIPTOR_LIMIT * sizeof(int))];
  } control;
  int received_descriptors = 0;
  while (count > 0) {
    if (seconds > 0) {
      int error = wait_for(socket, seconds);
      if (error != 0) return error;
    }
    struct iovec part = {rest, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0 && errno != ECONNRESET) return errno;
    if (received <= 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
      size_t number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t index = 0; index < number; index++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
        if (received_descriptors < descriptor_limit)
          descriptors[received_descriptors++] = descriptor;
        else
          close(descriptor);
      }
    }
    rest += received;
    count -= (size_t)received;
  }
  if (descriptor_count != NULL) *descriptor_count = received_descriptors;
  return 0;
}

int ccf_shared_memory(size_t size) {
#if defined(__linux__)
  int descriptor = memfd_create("wtool", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -errno;
  if (ftruncate(descriptor, (off_t)size) != 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  // Whoever shares it must not make it shorter, or reading it would crash.
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
#else
  char name[64];
  static int serial;
  snprintf(name, sizeof name, "/wtool-%d-%d", (int)getpid(), __sync_fetch_and_add(&serial, 1));
  int descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (descriptor < 0) return -errno;
  shm_unlink(name);
  if (ftruncate(descriptor, (off_t)size) != 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
#endif
}

void *ccf_map(int descriptor, size_t size) {
  void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return address == MAP_FAILED ? NULL : address;
}

void ccf_unmap(void *address, size_t size) { munmap(address, size); }

void ccf_close(int descriptor) { close(descriptor); }

_Bool ccf_release(int process) {
  pid_t result;
  do result = waitpid(process, NULL, WNOHANG);
  while (result < 0 && errno == EINTR);
  return result != 0;
}

#if defined(__linux__)

void ccf_end_children(int socket, int seconds) {
  // The cells become this process's own when the keeper ends: all of them end at the same time.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  shutdown(socket, SHUT_WR);
  const struct timespec pause = {0, 50000};
  for (int left = seconds * 20000; left > 0; left--) {
    pid_t ended;
    do ended = waitpid(-1, NULL, WNOHANG);
    while (ended > 0 || (ended < 0 && errno == EINTR));
    if (ended < 0) return;
    nanosleep(&pause, NULL);
  }
}

#else

void ccf_end_children(int socket, int seconds) {
  (void)seconds;
  shutdown(socket, SHUT_WR);
}

#endif

// MARK: Giving up rights

static void limit(int resource, uint64_t value) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return;
  rlim_t wanted = (rlim_t)value;
  if (limit.rlim_max != RLIM_INFINITY && wanted > limit.rlim_max) wanted = limit.rlim_max;
  limit.rlim_cur = limit.rlim_max = wanted;
  setrlimit(resource, &limit);
}

#if defined(__linux__)

/// Reads a small file of /proc; the text is empty if it cannot.
static void read_text(const char *path, char *text, size_t size) {
  text[0] = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t count = read(file, text, size - 1);
  text[count > 0 ? count : 0] = 0;
  close(file);
}

/// How much memory this process could write to when it gave up files.
static uint64_t memory_before;

/// How much memory this process could write to already.
static uint64_t writable_memory(void) {
  char text[256];
  read_text("/proc/self/statm", text, sizeof text);
  unsigned long long total, resident, shared, code, library, data;
  if (sscanf(text, "%llu %llu %llu %llu %llu %llu", &total, &resident, &shared, &code, &library, &data) != 6) return 0;
  return data * (uint64_t)sysconf(_SC_PAGESIZE);
}

// Landlock's numbers, which older headers lack.
struct landlock_ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scoped;
};
#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_RESTRICT_SELF 446

/// Denies everything that Landlock knows of: this process may use what it has open, and nothing else.
static int give_up_other_files(void) {
  long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, 1u);
  if (version < 1) return 0;
  struct landlock_ruleset rules = {(1ull << 13) - 1, 0, 0};
  size_t size = sizeof rules.files;
  if (version >= 2) rules.files |= 1ull << 13;
  if (version >= 3) rules.files |= 1ull << 14;
  if (version >= 4) {
    rules.network = 3;
    size += sizeof rules.network;
  }
  if (version >= 5) rules.files |= 1ull << 15;
  if (version >= 6) {
    rules.scoped = 3;
    size += sizeof rules.scoped;
  }
  int set = (int)syscall(LANDLOCK_CREATE_RULESET, &rules, size, 0u);
  if (set < 0) return 0;
  int result = (int)syscall(LANDLOCK_RESTRICT_SELF, set, 0u);
  close(set);
  return result == 0;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(ARCHITECTURE)

// The calls that computing, threads and the sockets and files that are open already need.
static const int allowed_calls[] = {
    SYS_read, SYS_pread64, SYS_write, SYS_sendmsg, SYS_recvmsg, SYS_close, SYS_fstat, SYS_lseek, SYS_futex, SYS_munmap,
    SYS_mremap, SYS_brk, SYS_madvise, SYS_set_robust_list, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    SYS_gettid, SYS_getpid, SYS_exit, SYS_exit_group, SYS_sched_yield, SYS_sched_getaffinity,
    SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_getrandom, SYS_restart_syscall, SYS_gettimeofday,
    SYS_getrusage,
#if defined(SYS_rseq)
    SYS_rseq,
#endif
};
#define ALLOWED_COUNT (sizeof allowed_calls / sizeof *allowed_calls)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), yes, no)
#define IF_ANY_BIT(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(value), yes, no)

/// Lets the kernel refuse all threads every call but those of the list: with an error, so that libraries that try go on without.
static int give_up_other_calls(void) {
  struct sock_filter filter[ALLOWED_COUNT * 2 + 40];
  size_t count = 0;
#define ADD(...)                                                    \
  do {                                                              \
    const struct sock_filter part[] = {__VA_ARGS__};                \
    memcpy(filter + count, part, sizeof part);                      \
    count += sizeof part / sizeof *part;                            \
  } while (0)
  const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
  // Calls of another machine's numbering mean other things.
  ADD(LOAD(arch), IF_EQUAL(ARCHITECTURE, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS), LOAD(nr));
#if defined(__x86_64__)
  ADD(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1), RETURN(SECCOMP_RET_KILL_PROCESS));
#endif
  for (size_t index = 0; index < ALLOWED_COUNT; index++)
    ADD(IF_EQUAL(allowed_calls[index], 0, 1), RETURN(SECCOMP_RET_ALLOW));
  // Threads, but no processes. The flags of clone3 cannot be seen: the C library goes on with clone.
  ADD(IF_EQUAL(SYS_clone3, 0, 1), RETURN(SECCOMP_RET_ERRNO | ENOSYS));
  ADD(IF_EQUAL(SYS_clone, 0, 4), LOAD(args[0]), IF_ANY_BIT(0x00010000 /* CLONE_THREAD */, 0, 1),
      RETURN(SECCOMP_RET_ALLOW), RETURN(refuse));
  // Signals to itself alone, as abort sends them.
  ADD(IF_EQUAL(SYS_tgkill, 0, 4), LOAD(args[0]), IF_EQUAL(getpid(), 0, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(refuse));
  // Memory that holds no instructions.
  ADD(IF_EQUAL(SYS_mmap, 1, 0), IF_EQUAL(SYS_mprotect, 0, 4), LOAD(args[2]), IF_ANY_BIT(PROT_EXEC, 1, 0),
      RETURN(SECCOMP_RET_ALLOW), RETURN(refuse));
  ADD(RETURN(refuse));
#undef ADD
  struct sock_fprog program = {(unsigned short)count, filter};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

#else
static int give_up_other_calls(void) { return 0; }
#endif
#endif

/// Has memory ready that nearly every file takes: libhdf5 clears half a megabyte whenever it opens one.
static void get_memory(void) {
#if defined(__GLIBC__)
  // The memory of threads would grow by a call for each page, and what is released be fetched again at once.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
#if defined(MADV_POPULATE_WRITE)
  const size_t size = 1 << 20;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  char *memory = malloc(size);
  if (memory == NULL) return;
  char *start = (char *)(((uintptr_t)memory + page - 1) / page * page);
  (void)madvise(start, size - page, MADV_POPULATE_WRITE);
  free(memory);
#endif
#endif
}

int ccf_give_up_files(int descriptor) {
  get_memory();
  end_with_parent();
  keep_only(descriptor);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#if defined(__linux__)
  // If memory runs out for all, this process is the one to go.
  int adjustment = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (adjustment >= 0) {
    (void)!write(adjustment, "1000", 4);
    close(adjustment);
  }
  memory_before = writable_memory();
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && give_up_other_files();
#else
  return 0;
#endif
}

int ccf_give_up_calls(const struct ccf_limits *limits) {
  // The first limit tells what it was with its signal; the second one just ends the process.
  struct rlimit time = {(rlim_t)limits->processor_seconds, (rlim_t)limits->processor_seconds + 1};
  setrlimit(RLIMIT_CPU, &time);
#if defined(__linux__)
  limit(RLIMIT_DATA, memory_before + limits->memory);
  return give_up_other_calls();
#elif defined(__APPLE__)
  limit(RLIMIT_AS, limits->memory + (4ull << 30));
  char *error = NULL;
  return sandbox_init("pure-computation", 1, &error) == 0;
#else
  return 0;
#endif
}
