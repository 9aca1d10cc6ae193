#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

static int pipe_fd = -1;
static long lost_lines;

static void write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* a full disk costs log lines, nothing else */
        bytes += written;
        length -= (size_t)written;
    }
}

/* The guard's lock has to end with the guard, not with a writer stuck on a dead disk; so has everything else. */
static void close_others(int keep_a, int keep_b) {
    for (int fd = 3; fd < 256; fd++) /* few are open yet, so none has a higher number */
        if (fd != keep_a && fd != keep_b)
            close(fd);
}

/* Ends when the guard has: the pipe says so. */
static _Noreturn void run_writer(int from, int log_fd) {
    char bytes[4096];
    for (;;) {
        ssize_t length = read(from, bytes, sizeof bytes);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            _exit(0);
        write_all(log_fd, bytes, (size_t)length);
    }
}

bool log_start(int log_fd) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t writer = fork();
    if (writer < 0)
        return false;
    if (writer == 0) {
        /* A stop meant for the guard must not cost the guard's last words. */
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        close_others(ends[0], log_fd);
        run_writer(ends[0], log_fd);
    }
    close(ends[0]);
    close(log_fd);
    pipe_fd = ends[1];
    return fcntl(pipe_fd, F_SETFL, O_NONBLOCK) == 0;
}

static size_t stamp(char *out, size_t size) {
    struct timespec t;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &utc);
    size_t length = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
    int rest = snprintf(out + length, size - length, ".%03ldZ guard[%d] ", t.tv_nsec / 1000000, (int)getpid());
    return length + (size_t)rest;
}

void log_line(const char *format, ...) {
    char line[1024];
    size_t length = stamp(line, sizeof line);
    if (lost_lines > 0)
        length += (size_t)snprintf(line + length, sizeof line - length, "(%ld lines lost) ", lost_lines);
    va_list arguments;
    va_start(arguments, format);
    int text = vsnprintf(line + length, sizeof line - length - 1, format, arguments);
    va_end(arguments);
    length += text < 0 ? 0 : (size_t)text;
    if (length > sizeof line - 2)
        length = sizeof line - 2;
    line[length++] = '\n';
    /* Shorter than PIPE_BUF: whole or not at all. */
    lost_lines = write(pipe_fd, line, length) == (ssize_t)length ? 0 : lost_lines + 1;
}
