/* What faults.c decides, and shim.c carries out. */
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

enum slot {
    COUNT,       /* storage calls so far */
    KILL_AT,     /* SIGKILL before this call executes */
    FAIL_AT,     /* this call, of those that FAIL_ERRNO can happen to, fails */
    FAIL_ERRNO,
    FAIL_ON,     /* all later ones fail too, until this is 0 again */
    CANDIDATES,  /* calls so far that FAIL_ERRNO can happen to */
    SHORT_AT,    /* this write takes half; -1: every write */
    WRITES,      /* writes so far */
    DELAY_US,    /* before each flush */
    LIES,        /* see enum lie */
    LIE_EVERY,   /* every n-th call of its kind lies; 0 means all */
    FIRED,       /* faults so far */
    FIRED_CALL,  /* the last one's call */
    RESYNCED,    /* flushes of a descriptor whose flush had failed */
    KILL_KIND,   /* KILL_AT counts the calls of this kind alone; 0: all; else the kind, and 1 */
    AHEAD_S,     /* the wall clock is ahead by so many seconds */
    KINDS = 32,  /* calls so far by kind */
    SLOTS = 64
};

/* What a server that neglects something does, or a disk that lies: for the harness to find. */
enum lie {
    FILE_SYNC_IS_NOTHING = 1,
    DIRECTORY_SYNC_IS_NOTHING = 2,
    HALF_WRITES_COUNT_AS_WHOLE = 4,
    WRITES_ARE_SWALLOWED = 8,
    SYNC_COMES_LATER = 16,
    LINKS_GET_NEW_NAMES = 32,
    LINKS_ARE_SWALLOWED = 64
};

enum kind { OPEN, WRITE, SYNC, SYNCFS, RENAME, LINK, UNLINK, TRUNCATE, ALLOCATE, MKDIR, CLOSE };

enum { OURS = 1, WRITABLE = 2, DIRECTORY = 4, SYNC_FAILED = 8 };
enum { DESCRIPTORS = 1 << 16 };

/* Our names must not stand in for the server's. */
#pragma GCC visibility push(hidden)
typedef _Atomic long long Slot;
extern Slot *slots;
extern _Atomic unsigned char descriptors[DESCRIPTORS];

/* What we know of a descriptor: OURS and so on. */
unsigned char marks(int file);
int is_ours_at(int directory, const char *path);
/* Before each storage call: 0, or -1 with errno when it has to fail. Doesn't return when it is the call to die at. */
int before(enum kind kind);
/* Whether this call does less than it says. */
int lies(enum lie lie, enum kind kind);
/* How many octets of a write to let through; -1: fail; *told: what to answer, 0 for the kernel's own answer. */
ssize_t admit(int file, size_t size, ssize_t *told);
/* 0: flush; 1: say that it was flushed; -1: fail. */
int before_sync(int file, enum kind kind);
/* The kernel's own. */
int real_fsync(int file);
#pragma GCC visibility pop
