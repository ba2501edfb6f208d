// Processes that can do nothing but compute: forking, passing descriptors, sharing memory, giving up rights.
#ifndef CCONFINEMENT_H
#define CCONFINEMENT_H

#include <stddef.h>
#include <stdint.h>

/// What a confined process may use.
struct ccf_limits {
  /// How many bytes it may allocate on top of what it has.
  uint64_t memory;
  /// How many seconds of processor time it may take.
  uint64_t processor_seconds;
};

/// How a process ended.
struct ccf_ending {
  /// The number of the signal that ended it; 0 if it ended by itself.
  int signal;
  /// The exit code if it ended by itself.
  int code;
  /// The most memory that it had at a time, in bytes.
  uint64_t peak_memory;
};

/// Starts a copy of this process, which must have one thread. Returns the copy's identifier, 0 in the copy itself, or a
/// negated error number.
int ccf_fork(void);

/// The number of threads of this process; 0 if the system does not tell.
int ccf_thread_count(void);

/// Makes this process fit for starting others: it ignores the keyboard's signals, has the default handlers of all others,
/// and holds no file but one descriptor. Returns the number that the descriptor has then.
int ccf_become_keeper(int descriptor);

/// Gives up other people's files: it holds no file but one descriptor, which has number 3 then, and opens none. It does as much
/// of that as the system can; the result says whether that was all.
int ccf_give_up_files(int descriptor);

/// Gives up everything else that a process needs to do harm: it talks to nobody, starts nothing, and allocates and computes no
/// more than the limits allow. It does as much of that as the system can; the result says whether that was all.
int ccf_give_up_calls(const struct ccf_limits *limits);

/// Waits for a process that this one started. Returns 0 or an error number.
int ccf_wait(int process, struct ccf_ending *ending);

/// Ends a process at once; one that is ending already ends as it did.
void ccf_kill(int process);

/// Releases what is left of a process that this one started, if it has ended. Returns whether there is nothing left.
_Bool ccf_release(int process);

/// Tells the keeper at the other side of a socket to end, and waits until it and its cells have; longer than some
/// seconds for none. Elsewhere than on Linux it does not wait.
void ccf_end_children(int socket, int seconds);

/// Ends this process at once, past all handlers.
_Noreturn void ccf_exit(int code);

/// Makes two sockets that are connected with each other. Returns 0 or an error number.
int ccf_socket_pair(int descriptors[2]);

/// Sends a head (at least one byte), a body and, with the first byte, descriptors. Returns 0 or an error number.
int ccf_send(int socket, const void *head, size_t head_count, const void *body, size_t body_count, const int *descriptors,
             int descriptor_count);

/// Receives exactly `count` bytes, and the descriptors that come with them (at most `descriptor_limit`; further ones are
/// closed). Returns 0, an error number, or -1 if the other side is gone.
///
/// Waits for `seconds` at most, in which time nothing comes, or without a limit if that is 0; then the error is ETIMEDOUT.
/// While this process is stopped no time passes.
int ccf_receive(int socket, void *bytes, size_t count, int *descriptors, int descriptor_limit, int *descriptor_count,
                int seconds);

/// Makes memory that processes can share, of a size that nobody can change. Returns its descriptor or a negated error number.
int ccf_shared_memory(size_t size);

/// Maps shared memory. Returns NULL if it cannot be.
void *ccf_map(int descriptor, size_t size);
void ccf_unmap(void *address, size_t size);

/// Closes a descriptor.
void ccf_close(int descriptor);

/// Runs `body` on a thread of its own. Returns 0 or an error number.
int ccf_start_thread(void *(*body)(void *), void *context);

/// Runs `body` on a thread of its own and waits for its end. Returns 0 or an error number.
///
/// For a process that forking made: its first thread has another number than it had before, and locks that have noted the old
/// one would name a thread that is not there.
int ccf_run_thread(void *(*body)(void *), void *context);

/// The memory of this machine in bytes, or of the group of processes that this one is limited with; 0 if it is unknown.
uint64_t ccf_machine_memory(void);

/// The name of a signal.
const char *ccf_signal_name(int number);

#endif
