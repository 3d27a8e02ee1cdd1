/*
 * Counts the storage calls of a process below one directory and makes chosen ones go wrong. Loaded with LD_PRELOAD.
 *
 * STATE_DIR is the directory. DURABILITY_CONTROL names a file of 64 eight-byte integers, shared with the harness, that
 * can be read and changed while the process runs; see `enum slot` in faults.h, and control.py for the other side.
 * Without it the environment sets them by the same names: KILL_AT=7, FAIL_AT=9 FAIL_ERRNO=28, SHORT_AT=3, LIES=1 …
 *
 * Calls that libc makes inside itself don't pass here: their outer names (posix_fallocate) do. io_uring would not.
 */
#define _GNU_SOURCE
#include "faults.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static _Atomic unsigned long long links;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int opened(int file, int ours, int flags) {
    if (file >= 0 && file < DESCRIPTORS) {
        unsigned char mark = 0;
        if (ours) {
            struct stat status;
            mark = OURS | ((flags & O_ACCMODE) != O_RDONLY ? WRITABLE : 0);
            if (!fstat(file, &status) && S_ISDIR(status.st_mode)) mark |= DIRECTORY;
        }
        descriptors[file] = mark;
    }
    return file;
}

static int makes(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

#define OPEN_MODE(flags) \
    mode_t mode = 0; \
    if (makes(flags)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

#define DEFINE_OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        OPEN_MODE(flags) \
        int ours = is_ours_at(AT_FDCWD, path); \
        if (ours && makes(flags) && before(OPEN)) return -1; \
        return opened(real(path, flags, mode), ours, flags); \
    }

#define DEFINE_OPENAT(name) \
    int name(int directory, const char *path, int flags, ...) { \
        REAL(name); \
        OPEN_MODE(flags) \
        int ours = is_ours_at(directory, path); \
        if (ours && makes(flags) && before(OPEN)) return -1; \
        return opened(real(directory, path, flags, mode), ours, flags); \
    }

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

int close(int file) {
    REAL(close);
    unsigned char mark = marks(file);
    if (file >= 0 && file < DESCRIPTORS) descriptors[file] = 0;
    int failed = (mark & WRITABLE) && before(CLOSE) ? errno : 0;
    int result = real(file);
    /* On Linux the descriptor is gone whatever close says. */
    if (!failed) return result;
    errno = failed;
    return -1;
}

int closedir(DIR *stream) {
    REAL(closedir);
    int file = dirfd(stream);
    if (file >= 0 && file < DESCRIPTORS) descriptors[file] = 0;
    return real(stream);
}

ssize_t write(int file, const void *octets, size_t size) {
    REAL(write);
    ssize_t told, admitted = admit(file, size, &told);
    if (admitted < 0) return -1;
    ssize_t result = admitted || !told ? real(file, octets, (size_t)admitted) : 0;
    return result >= 0 && told ? told : result;
}

#define DEFINE_PWRITE(name, offset_type) \
    ssize_t name(int file, const void *octets, size_t size, offset_type offset) { \
        REAL(name); \
        ssize_t told, admitted = admit(file, size, &told); \
        if (admitted < 0) return -1; \
        ssize_t result = admitted || !told ? real(file, octets, (size_t)admitted, offset) : 0; \
        return result >= 0 && told ? told : result; \
    }

DEFINE_PWRITE(pwrite, off_t)
DEFINE_PWRITE(pwrite64, off64_t)

static size_t total(const struct iovec *vectors, int count) {
    size_t size = 0;
    for (int n = 0; n < count; n++) size += vectors[n].iov_len;
    return size;
}

/* The vectors of the first `size` octets; the number of them. */
static int first(struct iovec *some, const struct iovec *vectors, int count, size_t size) {
    int used = 0;
    for (; used < count && used < IOV_MAX && size; used++) {
        some[used] = vectors[used];
        if (some[used].iov_len > size) some[used].iov_len = size;
        size -= some[used].iov_len;
    }
    return used;
}

ssize_t writev(int file, const struct iovec *vectors, int count) {
    REAL(writev);
    if (!(marks(file) & OURS)) return real(file, vectors, count);
    struct iovec some[IOV_MAX];
    ssize_t told, admitted = admit(file, total(vectors, count), &told);
    if (admitted < 0) return -1;
    ssize_t result = admitted || !told ? real(file, some, first(some, vectors, count, (size_t)admitted)) : 0;
    return result >= 0 && told ? told : result;
}

#define DEFINE_PWRITEV(name, offset_type) \
    ssize_t name(int file, const struct iovec *vectors, int count, offset_type offset) { \
        REAL(name); \
        if (!(marks(file) & OURS)) return real(file, vectors, count, offset); \
        struct iovec some[IOV_MAX]; \
        ssize_t told, admitted = admit(file, total(vectors, count), &told); \
        if (admitted < 0) return -1; \
        ssize_t result = \
            admitted || !told ? real(file, some, first(some, vectors, count, (size_t)admitted), offset) : 0; \
        return result >= 0 && told ? told : result; \
    }

DEFINE_PWRITEV(pwritev, off_t)
DEFINE_PWRITEV(pwritev64, off64_t)

int real_fsync(int file) {
    REAL(fsync);
    return real(file);
}

#define DEFINE_SYNC(name, kind) \
    int name(int file) { \
        REAL(name); \
        int answer = before_sync(file, kind); \
        return answer < 0 ? -1 : answer ? 0 : real(file); \
    }

DEFINE_SYNC(fsync, SYNC)
DEFINE_SYNC(fdatasync, SYNC)
DEFINE_SYNC(syncfs, SYNCFS)

#define IF_OURS(condition, kind) \
    if ((condition) && before(kind)) return -1

int rename(const char *from, const char *to) {
    REAL(rename);
    IF_OURS(is_ours_at(AT_FDCWD, to), RENAME);
    return real(from, to);
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) {
    REAL(renameat);
    IF_OURS(is_ours_at(to_directory, to), RENAME);
    return real(from_directory, from, to_directory, to);
}

int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
    REAL(renameat2);
    IF_OURS(is_ours_at(to_directory, to), RENAME);
    return real(from_directory, from, to_directory, to, flags);
}

int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
    REAL(linkat);
    if (!is_ours_at(to_directory, to)) return real(from_directory, from, to_directory, to, flags);
    if (before(LINK)) return -1;
    if (lies(LINKS_ARE_SWALLOWED, LINK)) return 0;
    if (!lies(LINKS_GET_NEW_NAMES, LINK)) return real(from_directory, from, to_directory, to, flags);
    char name[PATH_MAX];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, sizeof name, "%s,X=%lld%09ld-%llu", to, (long long)now.tv_sec, now.tv_nsec, ++links);
    return real(from_directory, from, to_directory, name, flags);
}

int link(const char *from, const char *to) {
    REAL(link);
    if (!is_ours_at(AT_FDCWD, to)) return real(from, to);
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
    REAL(unlink);
    IF_OURS(is_ours_at(AT_FDCWD, path), UNLINK);
    return real(path);
}

int unlinkat(int directory, const char *path, int flags) {
    REAL(unlinkat);
    IF_OURS(is_ours_at(directory, path), UNLINK);
    return real(directory, path, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    IF_OURS(is_ours_at(AT_FDCWD, path), MKDIR);
    return real(path, mode);
}

int mkdirat(int directory, const char *path, mode_t mode) {
    REAL(mkdirat);
    IF_OURS(is_ours_at(directory, path), MKDIR);
    return real(directory, path, mode);
}

#define DEFINE_TRUNCATE(name, offset_type) \
    int name(int file, offset_type size) { \
        REAL(name); \
        IF_OURS(marks(file) & OURS, TRUNCATE); \
        return real(file, size); \
    }

DEFINE_TRUNCATE(ftruncate, off_t)
DEFINE_TRUNCATE(ftruncate64, off64_t)

#define DEFINE_FALLOCATE(name, offset_type) \
    int name(int file, int mode, offset_type start, offset_type size) { \
        REAL(name); \
        IF_OURS(marks(file) & OURS, ALLOCATE); \
        return real(file, mode, start, size); \
    }

DEFINE_FALLOCATE(fallocate, off_t)
DEFINE_FALLOCATE(fallocate64, off64_t)

/* Answers the error itself and leaves errno alone. */
#define DEFINE_POSIX_FALLOCATE(name, offset_type) \
    int name(int file, offset_type start, offset_type size) { \
        REAL(name); \
        if ((marks(file) & OURS) && before(ALLOCATE)) return errno; \
        return real(file, start, size); \
    }

DEFINE_POSIX_FALLOCATE(posix_fallocate, off_t)
DEFINE_POSIX_FALLOCATE(posix_fallocate64, off64_t)

/* Days that nobody waits for. */
int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (!result && clock == CLOCK_REALTIME) time->tv_sec += (time_t)slots[AHEAD_S];
    return result;
}
