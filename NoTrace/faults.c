/*
 * Takes nets away that the server can't be told to do without. Loaded with LD_PRELOAD; NO_TRACE_FAULT says which:
 * keys: blocks of zeros, which destroy keys, are never written; core: the process may leave a core.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int is_fault(const char *name) {
    const char *fault = getenv("NO_TRACE_FAULT");
    return fault && !strcmp(fault, name);
}

ssize_t pwrite(int file, const void *octets, size_t count, off_t offset) {
    static __typeof__(pwrite) *real;
    if (!real) real = (__typeof__(pwrite) *)dlsym(RTLD_NEXT, "pwrite");
    const char *bytes = octets;
    if (is_fault("keys") && offset == 0 && (count == 4096 || count == 40) && !bytes[0] && !memcmp(bytes, bytes + 1, count - 1))
        return (ssize_t)count;
    return real(file, octets, count, offset);
}

ssize_t pwrite64(int file, const void *octets, size_t count, off_t offset) { return pwrite(file, octets, count, offset); }

int prctl(int option, ...) {
    static int (*real)(int, unsigned long, unsigned long, unsigned long, unsigned long);
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, "prctl");
    va_list rest;
    va_start(rest, option);
    unsigned long a = va_arg(rest, unsigned long), b = va_arg(rest, unsigned long), c = va_arg(rest, unsigned long),
                  d = va_arg(rest, unsigned long);
    va_end(rest);
    if (option == PR_SET_DUMPABLE && is_fault("core")) return 0;
    return real(option, a, b, c, d);
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
    static __typeof__(setrlimit) *real;
    if (!real) real = (__typeof__(setrlimit) *)dlsym(RTLD_NEXT, "setrlimit");
    return resource == RLIMIT_CORE && is_fault("core") ? 0 : real(resource, limit);
}

int setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *limit) {
    return setrlimit(resource, (const struct rlimit *)limit);
}
