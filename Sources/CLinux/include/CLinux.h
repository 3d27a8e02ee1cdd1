// Calls of Linux that Swift's own view of the C library doesn't show.
#ifndef CLINUX_H
#define CLINUX_H

/// syncfs(2): flushes the file system that this descriptor is on. 0, or -1 with errno.
int linux_syncfs(int descriptor);

/// statfs(2): the kind of the file system that this descriptor is on, as in linux/magic.h; 0 when it can't be asked.
unsigned long linux_file_system_kind(int descriptor);

/// Names the calling thread for tools that list threads; cut to 15 octets.
void linux_name_thread(const char *name);

/// Makes the calling thread nicer by so much. Where a sandbox forbids that, the thread is as good as any other.
void linux_lower_priority(int niceness);

#endif
