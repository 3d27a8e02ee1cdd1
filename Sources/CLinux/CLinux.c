#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

int linux_syncfs(int descriptor) { return syncfs(descriptor); }

unsigned long linux_file_system_kind(int descriptor) {
    struct statfs facts;
    return fstatfs(descriptor, &facts) == 0 ? (unsigned long)facts.f_type : 0;
}

long linux_read_at_hand(int descriptor, void *octets, unsigned long count, long offset) {
    struct iovec piece = {.iov_base = octets, .iov_len = count};
    return preadv2(descriptor, &piece, 1, offset, RWF_NOWAIT);
}

void linux_name_thread(const char *name) {
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(pthread_self(), cut);
}

// As in linux/sched/types.h, which some C libraries hide or repeat.
struct scheduling {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

// A short slice (Linux 6.12): a thread that wakes up doesn't have to wait for the end of a long one. On Linux 0 is the
// calling thread, not the process.
void linux_lower_priority(int niceness) {
    struct scheduling wanted = {.size = sizeof wanted, .nice = getpriority(PRIO_PROCESS, 0) + niceness,
                                .runtime = 100000};
    if (wanted.nice > 19) wanted.nice = 19;
    if (syscall(SYS_sched_setattr, 0, &wanted, 0) != 0) setpriority(PRIO_PROCESS, 0, wanted.nice);
}
