#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"

static void nobody(struct reply *reply, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void nobody(struct reply *reply, const char *format, ...) {
    va_list arguments;
    reply->answer = ANSWER_NOBODY;
    va_start(arguments, format);
    vsnprintf(reply->text, sizeof reply->text, format, arguments);
    va_end(arguments);
    reply->hint = "";
}

static int left_ms(int64_t deadline) {
    int64_t left = deadline - now_ms();
    return left < 0 ? 0 : left > 3600 * 1000 ? 3600 * 1000 : (int)left;
}

/* A blocking connect to an agent that stands still would last as long as it stands: hence not blocking. */
static int connect_to(const char *path, int64_t deadline, struct reply *reply) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        nobody(reply, "the socket's path is longer than %zu bytes: %s", sizeof address.sun_path - 1, path);
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    while (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        bool queue_full = errno == EAGAIN || errno == EINTR;
        if (queue_full && left_ms(deadline) > 0) {
            sleep_ms(20);
            continue;
        }
        int why = errno;
        close(fd);
        fd = -1;
        errno = why;
    }
    if (fd < 0)
        nobody(reply, "the agent does not listen on %s: %s", path, strerror(errno));
    return fd;
}

/* Of one line; a NUL or line end cannot be in it, the arguments were checked for that. */
static void add(char *question, size_t size, const char *key, const char *value) {
    if (value == NULL)
        return;
    size_t length = strlen(question);
    snprintf(question + length, size - length, "%s %s\n", key, value);
}

static void write_question(const struct options *options, const char *recovery, char *question, size_t size) {
    bool push = strcmp(options->command, "push") == 0;
    question[0] = '\0';
    add(question, size, "MATRIARCH-WAL", "1");
    add(question, size, "command", options->command);
    add(question, size, "directory", options->directory);
    add(question, size, push ? "file" : "to", options->path);
    add(question, size, "name", options->name);
    add(question, size, "recovery", recovery);
    add(question, size, "stanza", options->stanza);
    strcat(question, "\n");
}

static bool send_all(int fd, const char *text, int64_t deadline) {
    size_t rest = strlen(text);
    while (rest > 0) {
        ssize_t sent = send(fd, text, rest, MSG_NOSIGNAL);
        if (sent > 0) {
            text += sent;
            rest -= (size_t)sent;
            continue;
        }
        struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
        if ((errno != EAGAIN && errno != EINTR) || left_ms(deadline) == 0)
            return false;
        poll(&poll_fd, 1, left_ms(deadline));
    }
    return true;
}

static const struct {
    const char *word;
    enum answer answer;
} WORDS[] = {
        {"DONE", ANSWER_DONE},
        {"FILE", ANSWER_FILE},
        {"ABSENT", ANSWER_ABSENT},
        {"AWAY", ANSWER_AWAY},
        {"FAILED", ANSWER_FAILED},
};

/* False: a line that only says the agent is still at it. */
static bool read_answer(char *line, struct reply *reply) {
    if (strcmp(line, "WAIT") == 0)
        return false;
    char *text = strchr(line, ' ');
    if (text != NULL)
        *text++ = '\0';
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(line, WORDS[i].word) == 0) {
            char *hint = text == NULL ? NULL : strchr(text, '\t');
            if (hint != NULL)
                *hint++ = '\0';
            reply->answer = WORDS[i].answer;
            snprintf(reply->text, sizeof reply->text, "%s", text == NULL ? "" : text);
            /* Behind the text, in the same array: line is longer than both together. */
            size_t length = strlen(reply->text) + 1;
            snprintf(reply->text + length, sizeof reply->text - length, "%s", hint == NULL ? "" : hint);
            reply->hint = length < sizeof reply->text ? reply->text + length : "";
            return true;
        }
    nobody(reply, "the agent's answer \"%.40s\" is not known here: was it updated without this program?", line);
    return true;
}

/* True once there is an answer among what was read; keeps the rest of a line for the next time. */
static bool read_lines(char *buffer, size_t *length, struct reply *reply) {
    char *end;
    while ((end = memchr(buffer, '\n', *length)) != NULL) {
        *end = '\0';
        reply->heard_of = true;
        if (read_answer(buffer, reply))
            return true;
        *length -= (size_t)(end + 1 - buffer);
        memmove(buffer, end + 1, *length);
    }
    return false;
}

static void hear(int fd, int64_t deadline, struct reply *reply) {
    static char buffer[MAX_TEXT];
    size_t length = 0;
    int64_t silent_since = now_ms();
    for (;;) {
        int64_t fell_silent = silent_since + SILENCE_SECONDS * 1000;
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int ready = poll(&poll_fd, 1, left_ms(fell_silent < deadline ? fell_silent : deadline));
        if (ready == 0 && now_ms() >= deadline)
            return nobody(reply, "the agent is still at it, and the time to wait for it is over");
        if (ready == 0 && now_ms() >= fell_silent)
            return nobody(reply, "the agent has said nothing for %d s: is it stopped?", SILENCE_SECONDS);
        if (ready <= 0)
            continue;
        ssize_t got = recv(fd, buffer + length, sizeof buffer - 1 - length, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return nobody(reply, "the agent ended before it answered");
        length += (size_t)got;
        silent_since = now_ms();
        if (read_lines(buffer, &length, reply))
            return;
        if (length == sizeof buffer - 1)
            return nobody(reply, "the agent's answer is longer than %zu bytes", sizeof buffer - 1);
    }
}

void ask(const struct options *options, const char *recovery, int64_t deadline, struct reply *reply) {
    static char question[4 * MAX_TEXT];
    reply->heard_of = false;
    int fd = connect_to(options->socket, deadline, reply);
    if (fd < 0)
        return;
    write_question(options, recovery, question, sizeof question);
    if (send_all(fd, question, deadline))
        hear(fd, deadline, reply);
    else
        nobody(reply, "the agent does not take the question: %s", strerror(errno));
    close(fd);
}
