/* Which storage call goes wrong, and how: the shim's numbers, and what it knows of descriptors. */
#define _GNU_SOURCE
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static Slot private_slots[SLOTS];
Slot *slots = private_slots;
static char state[PATH_MAX];
static size_t state_length;
_Atomic unsigned char descriptors[DESCRIPTORS];

static void set_from_environment(const char *name, enum slot slot) {
    const char *value = getenv(name);
    if (value) slots[slot] = atoll(value);
}

__attribute__((constructor)) static void begin(void) {
    const char *control = getenv("DURABILITY_CONTROL"), *directory = getenv("STATE_DIR");
    if (control) {
        int file = open(control, O_RDWR | O_CLOEXEC);
        void *shared = file < 0 ? MAP_FAILED
                                : mmap(NULL, SLOTS * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (shared == MAP_FAILED) {
            perror(control);
            _exit(70);
        }
        close(file);
        slots = shared;
    } else {
        static const struct { const char *name; enum slot slot; } names[] = {
            {"KILL_AT", KILL_AT}, {"KILL_KIND", KILL_KIND}, {"FAIL_AT", FAIL_AT}, {"FAIL_ERRNO", FAIL_ERRNO},
            {"FAIL_ON", FAIL_ON}, {"SHORT_AT", SHORT_AT}, {"DELAY_US", DELAY_US}, {"LIES", LIES}, {"LIE_EVERY", LIE_EVERY},
            {"AHEAD_S", AHEAD_S}};
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) set_from_environment(names[n].name, names[n].slot);
    }
    if (directory && strlen(directory) < sizeof state) {
        strcpy(state, directory);
        state_length = strlen(state);
    }
}

static int path_is_ours(const char *path) {
    return state_length && path && !strncmp(path, state, state_length) &&
           (path[state_length] == 0 || path[state_length] == '/');
}

unsigned char marks(int file) { return file >= 0 && file < DESCRIPTORS ? descriptors[file] : 0; }

int is_ours_at(int directory, const char *path) {
    if (path && path[0] == '/') return path_is_ours(path);
    if (directory != AT_FDCWD) return marks(directory) & OURS;
    char here[PATH_MAX];
    return getcwd(here, sizeof here) && path_is_ours(here);
}

/* Whether the kernel could answer this call so. */
static int can_happen(int error, enum kind kind) {
    switch (error) {
    case EINTR: return kind == OPEN || kind == WRITE || kind == SYNC || kind == ALLOCATE || kind == TRUNCATE;
    case EMFILE: case ENFILE: return kind == OPEN;
    case EACCES: return kind == OPEN || kind == MKDIR || kind == LINK || kind == UNLINK || kind == RENAME;
    case EROFS: return kind != CLOSE && kind != SYNC;
    case ENOSPC: case EDQUOT: return kind != UNLINK && kind != TRUNCATE;
    default: return 1;
    }
}

static int fail(enum kind kind, int error) {
    slots[FIRED]++;
    slots[FIRED_CALL] = kind;
    errno = error;
    return -1;
}

int before(enum kind kind) {
    long long number = ++slots[COUNT];
    long long of_kind = ++slots[KINDS + kind], only = slots[KILL_KIND];
    if (slots[KILL_AT] && (only ? only == kind + 1 && of_kind == slots[KILL_AT] : number == slots[KILL_AT])) {
        slots[FIRED]++;
        slots[FIRED_CALL] = kind;
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    int error = (int)slots[FAIL_ERRNO];
    if (error && can_happen(error, kind)) {
        long long candidate = ++slots[CANDIDATES], at = slots[FAIL_AT];
        if (at && (candidate == at || (slots[FAIL_ON] && candidate >= at))) return fail(kind, error);
    }
    return 0;
}

int lies(enum lie lie, enum kind kind) {
    if (!(slots[LIES] & lie)) return 0;
    long long every = slots[LIE_EVERY];
    if (every > 1 && slots[KINDS + kind] % every) return 0;
    slots[FIRED]++;
    slots[FIRED_CALL] = kind;
    return 1;
}

ssize_t admit(int file, size_t size, ssize_t *told) {
    *told = 0;
    if (!(marks(file) & OURS)) return (ssize_t)size;
    long long number = ++slots[WRITES];
    if (before(WRITE)) return -1;
    if (lies(WRITES_ARE_SWALLOWED, WRITE)) {
        *told = (ssize_t)size;
        return 0;
    }
    if (size > 1 && lies(HALF_WRITES_COUNT_AS_WHOLE, WRITE)) {
        *told = (ssize_t)size;
        return (ssize_t)(size / 2);
    }
    if (size > 1 && (slots[SHORT_AT] == -1 || slots[SHORT_AT] == number)) {
        slots[FIRED]++;
        slots[FIRED_CALL] = WRITE;
        return (ssize_t)(size / 2);
    }
    return (ssize_t)size;
}

static void *sync_later(void *file) {
    struct timespec pause = {.tv_sec = 0, .tv_nsec = 400 * 1000 * 1000};
    nanosleep(&pause, NULL);
    real_fsync((int)(long)file);
    close((int)(long)file);
    return NULL;
}

/* Says in the server's log what was done to a descriptor. */
static void tell(const char *what, int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    dprintf(STDERR_FILENO, "shim: %s (descriptor %d) %s\n", path, file, what);
}

static void wait_as_told(void) {
    long long delay = slots[DELAY_US];
    if (delay <= 0) return;
    struct timespec pause = {.tv_sec = delay / 1000000, .tv_nsec = delay % 1000000 * 1000};
    while (nanosleep(&pause, &pause) && errno == EINTR) {}
}

int before_sync(int file, enum kind kind) {
    unsigned char mark = marks(file);
    if (!(mark & OURS)) return 0;
    wait_as_told();
    if (mark & SYNC_FAILED) {
        slots[RESYNCED]++;
        tell("was flushed again after a flush failed", file);
    }
    if (before(kind)) {
        int error = errno;
        if (error != EINTR) descriptors[file] |= SYNC_FAILED;
        tell("could not be flushed", file);
        errno = error;
        return -1;
    }
    if (lies(mark & DIRECTORY ? DIRECTORY_SYNC_IS_NOTHING : FILE_SYNC_IS_NOTHING, kind)) return 1;
    if (lies(SYNC_COMES_LATER, kind)) {
        pthread_t thread;
        int own = fcntl(file, F_DUPFD_CLOEXEC, 0);
        if (own >= 0 && !pthread_create(&thread, NULL, sync_later, (void *)(long)own)) pthread_detach(thread);
        return 1;
    }
    return 0;
}

