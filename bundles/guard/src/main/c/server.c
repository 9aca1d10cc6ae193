#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

struct connection {
    int fd;
    pid_t peer; /* who connected */
    size_t length;
    bool skipping; /* the rest of a line that is too long */
    char line[MAX_LINE + 1];
};

/* Slots 0 to connections - 1 are in use. */
static struct connection clients[MAX_CONNECTIONS];
static int connections;
static int64_t lonely_since;
static bool accept_later;

/* Forgets the closed ones and keeps the others in the order they came. */
static void forget_closed(void) {
    int before = connections, kept = 0;
    for (int i = 0; i < before; i++)
        if (clients[i].fd >= 0)
            clients[kept++] = clients[i];
    connections = kept;
    if (kept == 0 && before > 0)
        lonely_since = monotonic_now();
}

/* False if the client does not take it at once: one that stands still must not hold us up. */
static bool tell(const struct connection *client, const char *text) {
    size_t length = strlen(text);
    return send(client->fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length;
}

/*
 * A client that cannot take an event hears the end of the connection instead. It is only shut down here and closed when
 * poll reports it, because an event may come up while the list of clients is being walked.
 */
void announce(const char *event, pid_t pid) {
    char text[64];
    snprintf(text, sizeof text, "%s %d\n", event, (int)pid);
    for (int i = 0; i < connections; i++)
        if (!tell(&clients[i], text))
            shutdown(clients[i].fd, SHUT_RDWR);
}

/* 0 if it is neither ours nor root's, or cannot be known. */
static pid_t peer_of(int fd) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return known && (peer.uid == 0 || peer.uid == geteuid()) ? peer.pid : 0;
}

static void accept_client(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        accept_later = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
        return;
    }
    struct connection fresh = {.fd = fd, .peer = peer_of(fd)};
    bool ours = fresh.peer != 0;
    if (ours && connections < MAX_CONNECTIONS) {
        clients[connections++] = fresh;
        return;
    }
    (void)tell(&fresh, ours ? "ERR too many connections\n" : "ERR not your guard\n");
    close(fd);
}

/* False: to be closed. */
static bool handle_line(struct connection *client, size_t length) {
    char answer[256];
    if (client->skipping) {
        client->skipping = false;
        return true;
    }
    answer_line(client->line, length, client->peer, answer, sizeof answer);
    return tell(client, answer);
}

static bool handle_lines(struct connection *client) {
    char *end;
    while ((end = memchr(client->line, '\n', client->length)) != NULL) {
        size_t length = (size_t)(end - client->line);
        *end = '\0';
        if (!handle_line(client, length))
            return false;
        client->length -= length + 1;
        memmove(client->line, end + 1, client->length);
    }
    if (client->length < MAX_LINE)
        return true;
    bool first = !client->skipping;
    client->skipping = true;
    client->length = 0;
    return !first || tell(client, "ERR line is longer than 600 bytes\n");
}

static bool read_client(struct connection *client) {
    ssize_t length = recv(client->fd, client->line + client->length, MAX_LINE - client->length, MSG_DONTWAIT);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    if (length == 0)
        return false; /* half a line stays unsaid */
    client->length += (size_t)length;
    return handle_lines(client);
}

/* SIGTERM ends a guard that has no deadline to keep, and no other. */
static bool asked_to_end(int signals) {
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) != (ssize_t)sizeof info)
        return false;
    guard_check_deadline();
    log_line("signal %u from process %u: %s", info.ssi_signo, info.ssi_pid,
            phase == DISARMED || phase == CLOSED ? "ending" : "armed, so it is ignored");
    return phase == DISARMED || phase == CLOSED;
}

static int open_signals(void) {
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int sooner(int a, int b) {
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int patience(int idle_seconds) {
    int guard = sooner(guard_patience(), accept_later ? 50 : -1);
    if (phase != DISARMED || connections > 0)
        return guard;
    int64_t left = lonely_since + idle_seconds * SECOND - monotonic_now();
    return sooner(guard, left <= 0 ? 0 : (int)(left / MILLISECOND) + 1);
}

static bool is_over(int idle_seconds) {
    if (quit_requested) { /* only while no deadline is kept */
        log_line("asked to quit");
        return true;
    }
    if (phase != DISARMED)
        return false;
    if (connections > 0 || monotonic_now() - lonely_since < idle_seconds * SECOND)
        return false;
    log_line("disarmed and without a client for %d s: ending", idle_seconds);
    return true;
}

enum { LISTENER, SIGNALS, TIMER_1, TIMER_2, POSTMASTER, FIXED };

static void fill(struct pollfd *fds, int listener, int signals) {
    int timers[2];
    deadline_fds(timers);
    fds[LISTENER] = (struct pollfd){.fd = accept_later ? -1 : listener, .events = POLLIN};
    fds[SIGNALS] = (struct pollfd){.fd = signals, .events = POLLIN};
    fds[TIMER_1] = (struct pollfd){.fd = timers[0], .events = POLLIN};
    fds[TIMER_2] = (struct pollfd){.fd = timers[1], .events = POLLIN};
    fds[POSTMASTER] = (struct pollfd){.fd = target.pidfd, .events = POLLIN};
    for (int i = 0; i < connections; i++)
        fds[FIXED + i] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
    accept_later = false;
}

/*
 * The oldest first: a client that lost patience and connected again must not have its old words carried out after its
 * new ones.
 */
static void read_clients(const struct pollfd *fds, int polled) {
    for (int i = 0; i < polled; i++)
        if (fds[FIXED + i].revents != 0 && !read_client(&clients[i])) {
            close(clients[i].fd);
            clients[i].fd = -1;
        }
    forget_closed();
}

/* True: the guard shall end. */
static bool handle(struct pollfd *fds, int polled) {
    for (int timer = TIMER_1; timer <= TIMER_2; timer++)
        if (fds[timer].revents != 0)
            deadline_drain(fds[timer].fd);
    /* First the deadline, then what came in: a renewal read after it is late. */
    guard_check_deadline();
    guard_step();
    read_clients(fds, polled);
    if (fds[LISTENER].revents != 0)
        accept_client(fds[LISTENER].fd);
    return fds[SIGNALS].revents != 0 && asked_to_end(fds[SIGNALS].fd);
}

int serve(int listener, int idle_seconds) {
    static struct pollfd fds[FIXED + MAX_CONNECTIONS];
    int signals = open_signals();
    if (signals < 0)
        log_line("no signalfd: %s", strerror(errno));
    lonely_since = monotonic_now();
    for (;;) {
        guard_check_deadline();
        guard_step();
        if (is_over(idle_seconds))
            return 0;
        int polled = connections;
        fill(fds, listener, signals);
        if (poll(fds, (nfds_t)(FIXED + polled), patience(idle_seconds)) >= 0) {
            if (handle(fds, polled))
                return 0;
        } else if (errno != EINTR) {
            /* Deaf from now on: nobody could renew, so nobody shall be believed to. */
            guard_fail(strerror(errno));
            if (phase == DISARMED)
                return 1;
            nanosleep(&(struct timespec){.tv_nsec = 5 * MILLISECOND}, NULL);
        }
    }
}
