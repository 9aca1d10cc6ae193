#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "guard.h"

/* EX_TEMPFAIL: nothing is wrong with the program, it may not run now. */
enum { NOT_ADMITTED = 75, PATIENCE_SECONDS = 10 };

static int refused(const char *program, const char *why, const char *more) {
    fprintf(stderr, "matriarch-guard: %s was not started: %s%s\n", program, why, more);
    return NOT_ADMITTED;
}

static int connect_to(const char *socket_path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    snprintf(to.sun_path, sizeof to.sun_path, "%s", socket_path);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0
            && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0
            && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* One line without its newline; false if there is none whole. */
static bool read_line(int fd, char *line, size_t size) {
    for (size_t length = 0; length < size; length++) {
        ssize_t got = read(fd, line + length, 1);
        if (got == 0)
            errno = ECONNRESET;
        if (got != 1)
            return false;
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
    }
    return false;
}

/* News of other servers may come in before the answer. */
static bool read_answer(int fd, char *line, size_t size) {
    do
        if (!read_line(fd, line, size))
            return false;
    while (strncmp(line, "OK", 2) != 0 && strncmp(line, "ERR ", 4) != 0);
    return true;
}

int admit(const char *socket_path, char **words) {
    static const char question[] = "ADMIT\n";
    char answer[256] = "";
    /* A server is in no session of ours. It fails if we lead a group already, which is as good. */
    (void)setsid();
    int fd = connect_to(socket_path);
    if (fd < 0)
        return refused(words[0], "no guard answers: ", strerror(errno));
    if (send(fd, question, sizeof question - 1, MSG_NOSIGNAL) < 0 || !read_answer(fd, answer, sizeof answer))
        return refused(words[0], "the guard does not answer: ", strerror(errno));
    close(fd);
    if (strcmp(answer, "OK") != 0)
        return refused(words[0], "the guard says: ", answer + 4);
    /* Pid and start time stay the same, so the guard knows the program by them. */
    execv(words[0], words);
    return refused(words[0], "it cannot be run: ", strerror(errno));
}
