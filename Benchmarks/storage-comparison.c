// Three ways to keep 10 KiB messages so that they survive a power cut, for clients that each wait for their message:
//
//   files    each client writes a file into tmp, flushes it, renames it into new, and flushes that folder (Maildir)
//   sqlite   one transaction for all that wait: WAL, synchronous=FULL (read back), one row a message
//   append   one write after another into a file that was written before, one fdatasync for all that wait
//
//   storage-comparison FOLDER SECONDS CLIENTS files|sqlite|append
//
// Prints: messages a second, processor microseconds a message (user and system, all threads), messages.
// For sqlite and append one thread stands for all clients: a batch is a message of each. For files each client is a thread.
// Nothing is removed, so that no run pays for the files of the one before.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 10 << 10, MOST_CLIENTS = 256, MOST_MESSAGES = 1000000, SEGMENT = 16 << 20, SEGMENTS = 4 };

static const char *folder;
static char message[MESSAGE];
static int clients;
static double seconds;
static atomic_long count;
static double deadline;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double processor(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *what) {
    fprintf(stderr, "storage-comparison: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void write_all(int file, const char *octets, size_t length, off_t offset) {
    while (length) {
        ssize_t written = pwrite(file, octets, length, offset);
        if (written <= 0) fail("write");
        octets += written;
        offset += written;
        length -= written;
    }
}

static int goes_on(void) { return now() < deadline && count < MOST_MESSAGES; }

static int open_folder(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (mkdir(path, 0700) && errno != EEXIST) fail(path);
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) fail(path);
    return descriptor;
}

static int temporary_folder, new_folder;

static void *keep_files(void *number) {
    char name[64];
    for (long sequence = 0; goes_on(); sequence++) {
        snprintf(name, sizeof name, "%ld.M%ldR%d.mx.our.test", sequence, (long)number, getpid());
        int file = openat(temporary_folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0) fail("open");
        write_all(file, message, MESSAGE, 0);
        if (fsync(file) || close(file)) fail("fsync");
        if (renameat(temporary_folder, name, new_folder, name)) fail("rename");
        if (fsync(new_folder)) fail("fsync of the folder");
        atomic_fetch_add(&count, 1);
    }
    return NULL;
}

static void run_files(void) {
    pthread_t threads[MOST_CLIENTS];
    for (long number = 0; number < clients; number++)
        if (pthread_create(&threads[number], NULL, keep_files, (void *)number)) fail("thread");
    for (int number = 0; number < clients; number++) pthread_join(threads[number], NULL);
}

static sqlite3 *database;
static sqlite3_stmt *insertion;

static void must(int result) {
    if (result != SQLITE_OK) {
        fprintf(stderr, "storage-comparison: SQLite: %s\n", sqlite3_errmsg(database));
        exit(1);
    }
}

// Sets a pragma, and reads it back: SQLite keeps quiet about one that it didn't take.
static void set(const char *pragma, const char *value, const char *expected) {
    char text[100];
    sqlite3_stmt *statement;
    snprintf(text, sizeof text, "PRAGMA %s = %s", pragma, value);
    must(sqlite3_exec(database, text, NULL, NULL, NULL));
    snprintf(text, sizeof text, "PRAGMA %s", pragma);
    must(sqlite3_prepare_v2(database, text, -1, &statement, NULL));
    const char *found = sqlite3_step(statement) == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (!found || strcmp(found, expected)) {
        fprintf(stderr, "storage-comparison: PRAGMA %s is %s, not %s\n", pragma, found ? found : "nothing", expected);
        exit(1);
    }
    sqlite3_finalize(statement);
}

static void prepare_sqlite(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/messages.sqlite", folder);
    must(sqlite3_open(path, &database));
    set("journal_mode", "WAL", "wal");
    set("synchronous", "FULL", "2");
    must(sqlite3_exec(database, "CREATE TABLE message (id INTEGER PRIMARY KEY, content BLOB NOT NULL)", NULL, NULL, NULL));
    must(sqlite3_prepare_v2(database, "INSERT INTO message (content) VALUES (?)", -1, &insertion, NULL));
    must(sqlite3_bind_blob(insertion, 1, message, MESSAGE, SQLITE_STATIC));
}

static void run_sqlite(void) {
    while (goes_on()) {
        must(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        for (int number = 0; number < clients; number++) {
            if (sqlite3_step(insertion) != SQLITE_DONE) must(sqlite3_errcode(database));
            must(sqlite3_reset(insertion));
        }
        must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL));
        atomic_fetch_add(&count, clients);
    }
}

static int segments[SEGMENTS];

// As a journal recycles its segments: their blocks were written once, so a flush is one of data alone.
static void prepare_append(void) {
    static char zeros[1 << 20];
    char path[4096];
    for (int number = 0; number < SEGMENTS; number++) {
        snprintf(path, sizeof path, "%s/segment-%d", folder, number);
        segments[number] = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (segments[number] < 0) fail(path);
        for (off_t offset = 0; offset < SEGMENT; offset += sizeof zeros)
            write_all(segments[number], zeros, sizeof zeros, offset);
        if (fsync(segments[number])) fail("fsync");
    }
}

static void run_append(void) {
    int current = 0;
    off_t place = 0;
    while (goes_on()) {
        if (place + (off_t)clients * MESSAGE > SEGMENT) {
            current = (current + 1) % SEGMENTS;
            place = 0;
        }
        for (int number = 0; number < clients; number++, place += MESSAGE)
            write_all(segments[current], message, MESSAGE, place);
        if (fdatasync(segments[current])) fail("fdatasync");
        atomic_fetch_add(&count, clients);
    }
}

int main(int arguments_count, char **arguments) {
    if (arguments_count != 5 || (clients = atoi(arguments[3])) < 1 || clients > MOST_CLIENTS)
        return fprintf(stderr, "usage: storage-comparison FOLDER SECONDS CLIENTS files|sqlite|append\n"), 64;
    folder = arguments[1];
    seconds = atof(arguments[2]);
    void (*run)(void) = NULL;
    for (int index = 0; index < MESSAGE; index++) message[index] = index % 72 == 71 ? '\n' : 'X';
    if (!strcmp(arguments[4], "files")) {
        temporary_folder = open_folder("tmp");
        new_folder = open_folder("new");
        run = run_files;
    } else if (!strcmp(arguments[4], "sqlite")) {
        prepare_sqlite();
        run = run_sqlite;
    } else if (!strcmp(arguments[4], "append")) {
        prepare_append();
        run = run_append;
    }
    if (!run) return fprintf(stderr, "storage-comparison: %s?\n", arguments[4]), 64;
    double started = now(), used = processor();
    deadline = started + seconds;
    run();
    double wall = now() - started;
    used = processor() - used;
    if (!count) return fprintf(stderr, "storage-comparison: no message in %s s\n", arguments[2]), 1;
    printf("%.1f %.2f %ld\n", count / wall, used / count * 1e6, (long)count);
    return 0;
}
