// Calls of Linux that Swift's own view of the C library doesn't show.
#ifndef CLINUX_H
#define CLINUX_H

/// syncfs(2): flushes the file system that this descriptor is on. 0, or -1 with errno.
int linux_syncfs(int descriptor);

/// statfs(2): the kind of the file system that this descriptor is on, as in linux/magic.h; 0 when it can't be asked.
unsigned long linux_file_system_kind(int descriptor);

/// preadv2(2) with RWF_NOWAIT: so many octets of a file that are in memory, without waiting for its device. The number of octets, or -1
/// with errno: EAGAIN when they are not, EOPNOTSUPP where a file system can't tell.
long linux_read_at_hand(int descriptor, void *octets, unsigned long count, long offset);

/// Names the calling thread for tools that list threads; cut to 15 octets.
void linux_name_thread(const char *name);

/// Makes the calling thread nicer by so much. Where a sandbox forbids that, the thread is as good as any other.
void linux_lower_priority(int niceness);

/// pipe2(2), closed where another program takes this process's place. 0, or -1 with errno.
int linux_pipe(int ends[2]);

/// A program to start.
struct linux_program {
    /// An absolute path. No shell reads it, and no search path counts.
    const char *path;
    /// Both end with NULL.
    char *const *arguments;
    char *const *environment;
    /// Become its standard input, and its standard output and error.
    int input, output;
    /// Whether it is to run as another user, with that group alone: only root can.
    int changes_user;
    unsigned int user, group;
};

/// Starts a program in `/` and in a process group of its own, with three descriptors and no more, no signal ignored or blocked, no
/// capability handed down, and 1,024 open files at most. Where this process was told to ignore its children's ends (SIGCHLD), it isn't
/// any more. The process's number, or -errno when it couldn't be started.
int linux_start(const struct linux_program *program);

/// Whether a child has ended. It stays there to be waited for, and so does its process group's number. 1, 0, or -1 with errno.
int linux_has_ended(int process);

#endif
