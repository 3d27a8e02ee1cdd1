// Opens many SMTP connections to 127.0.0.1, each from an address of its own in 127.1.0.0/16, and leaves them idle.
//
//   idle-clients PORT COUNT none|starttls
//
// Each connection is greeted, says EHLO and, with starttls, shakes hands and says EHLO again. "held COUNT SECONDS" is told
// then. A line on standard input asks how many are still open ("open COUNT"); its end ends the program.
// After its handshake a client's TLS state is thrown away and only the socket kept, which the server can't tell:
// it is the server's memory that counts here.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 60000, AT_ONCE = 128 };
enum state { GREETED, TOLD, STARTING, SHAKING, TOLD_AGAIN, IDLE };

struct client {
    int socket, length;
    enum state state;
    SSL *secured;
    char input[2048];
};

static int has_tls, events, idle, under_way;
static struct sockaddr_in server = {.sin_family = AF_INET};
static SSL_CTX *context;
static int *held;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
    fprintf(stderr, "idle-clients: after %d connections: %s: %s\n", idle, what, strerror(errno));
    exit(1);
}

static void begin(int number) {
    struct client *client = calloc(1, sizeof *client);
    struct sockaddr_in own = {.sin_family = AF_INET};
    int yes = 1;
    if (!client) fail("memory");
    own.sin_addr.s_addr = htonl(0x7F010000 + number / 250 * 256 + number % 250 + 1);
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->socket < 0) fail("socket");
    setsockopt(client->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(client->socket, (struct sockaddr *)&own, sizeof own)) fail("bind");
    if (connect(client->socket, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) fail("connect");
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = client};
    if (epoll_ctl(events, EPOLL_CTL_ADD, client->socket, &event)) fail("epoll");
    under_way++;
}

static void tell(struct client *client, const char *line) {
    int length = strlen(line);
    int sent = client->secured ? SSL_write(client->secured, line, length)
                               : (int)send(client->socket, line, length, MSG_NOSIGNAL);
    if (sent != length) fail("send");
}

// The end of a reply is a line whose fourth octet is a space.
static int has_reply(struct client *client) {
    char *line = client->input, *end;
    for (client->input[client->length] = 0; (end = strchr(line, '\n')); line = end + 1) {
        if (line[0] != '2') errno = 0, fail(line);
        if (line[3] == ' ') return client->length = 0, 1;
    }
    return 0;
}

static int receive(struct client *client) {
    for (;;) {
        int room = sizeof client->input - 1 - client->length;
        char *place = client->input + client->length;
        if (room <= 0) fail("a reply too long");
        int taken = client->secured ? SSL_read(client->secured, place, room) : (int)recv(client->socket, place, room, 0);
        if (taken <= 0) {
            if (client->secured ? SSL_get_error(client->secured, taken) == SSL_ERROR_WANT_READ : taken && errno == EAGAIN)
                return has_reply(client);
            fail(taken ? "receive" : "the server hung up");
        }
        client->length += taken;
        if (has_reply(client)) return 1;
    }
}

static void settle(struct client *client) {
    epoll_ctl(events, EPOLL_CTL_DEL, client->socket, NULL);
    held[idle++] = client->socket;
    under_way--;
    if (client->secured) {
        SSL_set_quiet_shutdown(client->secured, 1);
        SSL_free(client->secured);
    }
    free(client);
}

static void shake(struct client *client) {
    int result = SSL_do_handshake(client->secured);
    if (result != 1) {
        if (SSL_get_error(client->secured, result) != SSL_ERROR_WANT_READ) fail("TLS handshake");
        return;
    }
    client->state = TOLD_AGAIN;
    tell(client, "EHLO client.test\r\n");
}

static void step(struct client *client) {
    if (client->state == SHAKING) {
        shake(client);
        if (client->state == SHAKING) return;
    }
    if (!receive(client)) return;
    switch (client->state) {
    case GREETED:
        client->state = TOLD;
        tell(client, "EHLO client.test\r\n");
        break;
    case TOLD:
        if (!has_tls) return settle(client);
        client->state = STARTING;
        tell(client, "STARTTLS\r\n");
        break;
    case STARTING:
        client->state = SHAKING;
        client->secured = SSL_new(context);
        SSL_set_fd(client->secured, client->socket);
        SSL_set_connect_state(client->secured);
        shake(client);
        break;
    default: settle(client);
    }
}

int main(int count, char **arguments) {
    int wanted = count == 4 ? atoi(arguments[2]) : 0;
    if (wanted < 1 || wanted > MOST) return fprintf(stderr, "usage: idle-clients PORT COUNT none|starttls\n"), 64;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    has_tls = !strcmp(arguments[3], "starttls");
    server.sin_port = htons(atoi(arguments[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    events = epoll_create1(EPOLL_CLOEXEC);
    held = calloc(wanted, sizeof *held);
    double started = now();
    for (int begun = 0; idle < wanted;) {
        while (begun < wanted && under_way < AT_ONCE) begin(begun++);
        struct epoll_event ready[AT_ONCE];
        int found = epoll_wait(events, ready, AT_ONCE, 30000);
        if (!found) errno = ETIMEDOUT;
        if (found <= 0 && errno != EINTR) fail("waiting for the server");
        for (int index = 0; index < found; index++) step(ready[index].data.ptr);
    }
    printf("held %d %.3f\n", idle, now() - started);
    fflush(stdout);
    for (char line[16]; fgets(line, sizeof line, stdin);) {
        int open = 0;
        char octets[4096];
        for (int index = 0; index < idle; index++) {
            ssize_t taken;
            // Session tickets, or a last word before the server hung up.
            while ((taken = recv(held[index], octets, sizeof octets, MSG_DONTWAIT)) > 0) continue;
            open += taken < 0 && errno == EAGAIN;
        }
        printf("open %d\n", open);
        fflush(stdout);
    }
    return 0;
}
