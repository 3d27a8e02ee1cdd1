#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// By their numbers: some C libraries' headers are older than the calls.
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4u
#endif
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

enum { OPEN_FILES = 1024, HIGHEST_SIGNAL = 64 };

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

// What follows runs between fork and exec in a process that has threads: nothing but calls that signal handlers may make.

static int keep_three_descriptors(const struct linux_program *program) {
    // Above the three first, so that none of them is overwritten before it is copied.
    int input = fcntl(program->input, F_DUPFD_CLOEXEC, 3), output = fcntl(program->output, F_DUPFD_CLOEXEC, 3);
    if (input < 0 || output < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return -1;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return 0;
#endif
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return -1;
    for (rlim_t number = 3; number < files.rlim_cur; number++) fcntl((int)number, F_SETFD, FD_CLOEXEC);
    return 0;
}

// The kernel's own calls: the C library's would have all threads of the process change, and here there is one.
static int become(unsigned int user, unsigned int group) {
#ifdef SYS_setresuid32
    gid_t groups[1] = {group};
    if (syscall(SYS_setgroups32, 1, groups) != 0 || syscall(SYS_setresgid32, group, group, group) != 0 ||
        syscall(SYS_setresuid32, user, user, user) != 0)
        return -1;
#else
    gid_t groups[1] = {group};
    if (syscall(SYS_setgroups, 1, groups) != 0 || syscall(SYS_setresgid, group, group, group) != 0 ||
        syscall(SYS_setresuid, user, user, user) != 0)
        return -1;
#endif
    uid_t real, effective, saved;
    if (getresuid(&real, &effective, &saved) == 0 && real == user && effective == user && saved == user) return 0;
    errno = EPERM;
    return -1;
}

// By the kernel's own call: the C library keeps signals 32 and 33 for itself, and whoever was started by posix_spawn may have been left
// to ignore them. All zeros is the default action, whatever the structure's form.
static void hear_all_signals(void) {
    static const unsigned long by_default[16];
    for (int number = 1; number <= HIGHEST_SIGNAL; number++)
        syscall(SYS_rt_sigaction, number, by_default, NULL, HIGHEST_SIGNAL / 8);
}

static void run(const struct linux_program *program) {
    hear_all_signals();
    sigset_t none;
    sigemptyset(&none);
    if (setpgid(0, 0) != 0 || keep_three_descriptors(program) != 0 || chdir("/") != 0) return;
    // Older kernels don't know them.
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (program->changes_user && become(program->user, program->group) != 0) return;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > OPEN_FILES) {
        files.rlim_cur = OPEN_FILES;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(program->path, program->arguments, program->environment);
}

// Whoever has started this process may have it ignore how its children end, and then that is lost.
static void hear_of_children(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) != 0 || action.sa_handler != SIG_IGN) return;
    action.sa_handler = SIG_DFL;
    action.sa_flags = 0;
    sigaction(SIGCHLD, &action, NULL);
}

int linux_start(const struct linux_program *program) {
    hear_of_children();
    int report[2];
    if (linux_pipe(report) != 0) return -errno;
    // No handler of ours runs in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t process = fork();
    if (process == 0) {
        // Not in the way of the three.
        int end = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
        if (end >= 0) run(program);
        int failure = errno;
        ssize_t written = write(end, &failure, sizeof failure);
        _exit(written == sizeof failure ? 127 : 126);
    }
    int failure = process < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (process > 0) {
        ssize_t count;
        do count = read(report[0], &failure, sizeof failure);
        while (count < 0 && errno == EINTR);
        // The end of it: exec has closed the other end, and nothing was reported.
        if (count == 0) failure = 0;
        else if (count != sizeof failure) failure = EIO;
        if (failure != 0)
            while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
    }
    close(report[0]);
    return failure != 0 ? -failure : process;
}

int linux_has_ended(int process) {
    siginfo_t facts = {0};
    if (waitid(P_PID, (id_t)process, &facts, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    return facts.si_pid == process;
}
