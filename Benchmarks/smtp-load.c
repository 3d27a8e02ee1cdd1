// A bounded load of SMTP sessions on 127.0.0.1: in clear, with STARTTLS, or inside TLS; each TLS session a full handshake.
//
//   smtp-load [-s sessions] [-c connections] [-m messages] [-l octets] [-T none|starttls|implicit] [-H octets] [-p] PORT TO
//
// -s at the same time; -c in all; -m on each connection (0: only the greeting, then the end); -H: each session stops after
// so many octets of its message, "holding" is told when all have, and a line on standard input lets them go on;
// -p: the count of accepted messages is told each 100 ms.
// The last line is: connections, messages, seconds. SIGTERM ends the load early; the first failure ends it with status 1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SESSIONS = 1024, MOST_MESSAGES = 10 << 20, MOST_OCTETS = 64 << 20 };
enum tls { NONE, STARTTLS, IMPLICIT };

static int sessions = 1, messages = 1, size = 1024, progress;
static long connections = 100, held_octets = -1;
static enum tls tls = NONE;
static const char *recipient;
static struct sockaddr_in server = {.sin_family = AF_INET};
static SSL_CTX *context;
static char *body;
static int body_length;

static atomic_long next_connection, done_connections, done_messages;
static atomic_int running, has_failed;
static volatile sig_atomic_t stopping;
static int holding;
static pthread_mutex_t hold_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hold_changed = PTHREAD_COND_INITIALIZER;
static int may_go_on;

struct client {
    int socket, length;
    SSL *secured;
    char input[8192];
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// The first failure is told; the others follow from it.
static int fail(const char *format, ...) {
    if (stopping || atomic_exchange(&has_failed, 1)) return -1;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "smtp-load: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    return -1;
}

static int send_all(struct client *client, const char *octets, long count) {
    while (count > 0) {
        int part = count > 1 << 20 ? 1 << 20 : count;
        int sent = client->secured ? SSL_write(client->secured, octets, part)
                                   : (int)send(client->socket, octets, part, MSG_NOSIGNAL);
        if (sent <= 0) return fail("send: %s", strerror(errno));
        octets += sent;
        count -= sent;
    }
    return 0;
}

// One reply of one or more lines, which must have the code.
static int expect(struct client *client, int code) {
    for (;;) {
        char *end;
        while ((end = memchr(client->input, '\n', client->length))) {
            int line = end - client->input + 1, is_last = line < 4 || client->input[3] != '-';
            int found = atoi(client->input);
            if (is_last && found != code) return fail("%d expected: %.*s", code, line - 1, client->input);
            memmove(client->input, client->input + line, client->length -= line);
            if (is_last) return 0;
        }
        int room = sizeof client->input - 1 - client->length;
        if (room <= 0) return fail("a reply too long");
        char *place = client->input + client->length;
        int taken = client->secured ? SSL_read(client->secured, place, room) : (int)recv(client->socket, place, room, 0);
        if (taken <= 0) return fail("%d expected: %s", code, taken ? strerror(errno) : "the server hung up");
        client->length += taken;
        client->input[client->length] = 0;
    }
}

static int command(struct client *client, int code, const char *format, ...) {
    char line[600];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return send_all(client, line, length) || expect(client, code) ? -1 : 0;
}

static int secure(struct client *client) {
    client->secured = SSL_new(context);
    SSL_set_fd(client->secured, client->socket);
    if (SSL_connect(client->secured) == 1) return 0;
    return fail("TLS handshake: %s", ERR_reason_error_string(ERR_get_error()) ?: strerror(errno));
}

static void hold(void) {
    pthread_mutex_lock(&hold_lock);
    holding++;
    pthread_cond_broadcast(&hold_changed);
    while (!may_go_on) pthread_cond_wait(&hold_changed, &hold_lock);
    pthread_mutex_unlock(&hold_lock);
}

static int transaction(struct client *client) {
    if (command(client, 250, "MAIL FROM:<ann@client.test>\r\n") || command(client, 250, "RCPT TO:<%s>\r\n", recipient) ||
        command(client, 354, "DATA\r\n"))
        return -1;
    long first = held_octets >= 0 && held_octets < body_length ? held_octets : 0;
    if (send_all(client, body, first)) return -1;
    if (held_octets >= 0) hold();
    if (send_all(client, body + first, body_length - first) || expect(client, 250)) return -1;
    atomic_fetch_add(&done_messages, 1);
    return 0;
}

static int converse(struct client *client) {
    if (tls == IMPLICIT && secure(client)) return -1;
    if (expect(client, 220)) return -1;
    if (!messages) return 0;
    if (command(client, 250, "EHLO client.test\r\n")) return -1;
    if (tls == STARTTLS &&
        (command(client, 220, "STARTTLS\r\n") || secure(client) || command(client, 250, "EHLO client.test\r\n")))
        return -1;
    for (int number = 0; number < messages && !stopping; number++)
        if (transaction(client)) return -1;
    return command(client, 221, "QUIT\r\n");
}

static int session(void) {
    struct client client = {.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    struct timeval patience = {.tv_sec = 300};
    int yes = 1, result;
    if (client.socket < 0) return fail("socket: %s", strerror(errno));
    setsockopt(client.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(client.socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(client.socket, (struct sockaddr *)&server, sizeof server))
        result = fail("connect: %s", strerror(errno));
    else
        result = converse(&client);
    if (client.secured) {
        if (!result) SSL_shutdown(client.secured);
        SSL_free(client.secured);
    }
    close(client.socket);
    return result;
}

static void *run_sessions(void *unused) {
    (void)unused;
    while (!stopping && !has_failed && atomic_fetch_add(&next_connection, 1) < connections) {
        if (session()) break;
        atomic_fetch_add(&done_connections, 1);
    }
    atomic_fetch_sub(&running, 1);
    pthread_mutex_lock(&hold_lock);
    pthread_cond_broadcast(&hold_changed);
    pthread_mutex_unlock(&hold_lock);
    return NULL;
}

static void make_body(void) {
    body = malloc(size + 512);
    body_length = sprintf(body, "From: <ann@client.test>\r\nTo: <%s>\r\nSubject: load\r\nMessage-ID: <%d.%ld@client.test>\r\n"
                                "Date: Thu, 01 Oct 2026 12:00:00 +0000\r\n\r\n", recipient, getpid(), (long)time(NULL));
    for (int rest = size; rest > 2; rest -= rest < 72 ? rest : 72) {
        int line = (rest < 72 ? rest : 72) - 2;
        memset(body + body_length, 'X', line);
        memcpy(body + body_length + line, "\r\n", 2);
        body_length += line + 2;
    }
    memcpy(body + body_length, ".\r\n", 3);
    body_length += 3;
}

static void stop(int number) {
    (void)number;
    stopping = 1;
}

static void watch(void) {
    if (held_octets >= 0) {
        char line[16];
        pthread_mutex_lock(&hold_lock);
        while (holding < sessions && !has_failed && running) pthread_cond_wait(&hold_changed, &hold_lock);
        pthread_mutex_unlock(&hold_lock);
        printf("holding %d\n", holding);
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin)) stopping = 1;
        pthread_mutex_lock(&hold_lock);
        may_go_on = 1;
        pthread_cond_broadcast(&hold_changed);
        pthread_mutex_unlock(&hold_lock);
    }
    while (progress && running && !stopping) {
        usleep(100000);
        printf("accepted %ld\n", done_messages);
        fflush(stdout);
    }
}

static void usage(void) {
    fprintf(stderr, "usage: see the head of smtp-load.c\n");
    exit(64);
}

int main(int count, char **arguments) {
    for (int option; (option = getopt(count, arguments, "s:c:m:l:T:H:p")) != -1;) switch (option) {
        case 's': sessions = atoi(optarg); break;
        case 'c': connections = atol(optarg); break;
        case 'm': messages = atoi(optarg); break;
        case 'l': size = atoi(optarg); break;
        case 'T': tls = !strcmp(optarg, "starttls") ? STARTTLS : !strcmp(optarg, "implicit") ? IMPLICIT : NONE; break;
        case 'H': held_octets = atol(optarg); break;
        case 'p': progress = 1; break;
        default: usage();
        }
    if (count - optind != 2 || sessions < 1 || sessions > MOST_SESSIONS || connections < sessions || messages < 0 ||
        connections * (messages ? messages : 1) > MOST_MESSAGES || size < 3 || size > MOST_OCTETS)
        usage();
    server.sin_port = htons(atoi(arguments[optind]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    recipient = arguments[optind + 1];
    if (strlen(recipient) > 200) usage();
    make_body();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, stop);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(context, "X25519");

    double started = now();
    pthread_t threads[MOST_SESSIONS];
    running = sessions;
    for (int number = 0; number < sessions; number++)
        if (pthread_create(&threads[number], NULL, run_sessions, NULL)) return perror("thread"), 1;
    watch();
    if (progress && stopping) { // clients may hang where the server lets them wait: no need to see them end
        printf("%ld %ld %.6f\n", done_connections, done_messages, now() - started);
        fflush(stdout);
        _exit(0);
    }
    for (int number = 0; number < sessions; number++) pthread_join(threads[number], NULL);
    printf("%ld %ld %.6f\n", done_connections, done_messages, now() - started);
    return has_failed;
}
