// What TLS itself costs: takes connections on 127.0.0.1, shakes hands with OpenSSL, greets, and waits for the end.
//
//   tls-sink PORT CERTIFICATE KEY TICKETS       TICKETS: session tickets sent after each handshake
//
// Threads that each serve one connection at a time: nothing but OpenSSL and four system calls.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 64 };
static SSL_CTX *context;
static int listener;

static void *serve(void *unused) {
    static const char greeting[] = "220 sink.test ESMTP\r\n";
    (void)unused;
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), yes = 1;
        char input[512];
        if (client < 0) continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        SSL *secured = SSL_new(context);
        SSL_set_fd(secured, client);
        if (SSL_accept(secured) == 1 && SSL_write(secured, greeting, sizeof greeting - 1) > 0) {
            while (SSL_read(secured, input, sizeof input) > 0) continue;
            SSL_shutdown(secured);
        }
        SSL_free(secured);
        ERR_clear_error();
        close(client);
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 5) return fprintf(stderr, "usage: tls-sink PORT CERTIFICATE KEY TICKETS\n"), 64;
    signal(SIGPIPE, SIG_IGN);
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, atoi(arguments[4]));
    if (SSL_CTX_use_certificate_chain_file(context, arguments[2]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[3], SSL_FILETYPE_PEM) != 1)
        return ERR_print_errors_fp(stderr), 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) return perror("listen"), 1;
    pthread_t threads[THREADS];
    for (int number = 0; number < THREADS; number++)
        if (pthread_create(&threads[number], NULL, serve, NULL)) return perror("thread"), 1;
    pause();
    return 0;
}
