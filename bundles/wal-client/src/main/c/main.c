#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static const char USAGE[] =
        "usage: " PROGRAM " --socket PATH [--stanza NAME] [--wait SECONDS] push FILE\n"
        "       " PROGRAM " --socket PATH [--stanza NAME] [--wait SECONDS] get NAME FILE\n"
        "\n"
        "archive_command = '" PROGRAM " --socket /STATE_DIR/run/wal.sock push \"%p\"'\n"
        "restore_command = '" PROGRAM " --socket /STATE_DIR/run/wal.sock get %f \"%p\"'\n"
        "\n"
        "  --socket PATH   where the agent of this node listens; also MATRIARCH_WAL_SOCKET\n"
        "  --stanza NAME   get: from another cluster's archive in the same repositories\n"
        "  --wait SECONDS  for an answer; push: 60, get: 5 in a standby, 600 in another recovery\n";

void say(const char *format, ...) {
    char text[2 * MAX_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, PROGRAM ": %s\n", text);
}

int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

/* The directory we were started in, which is PostgreSQL's data directory unless pg_rewind started us. */
static bool here(struct options *options) {
    if (getcwd(options->directory, sizeof options->directory) != NULL)
        return true;
    say("no working directory: %s", strerror(errno));
    options->directory[0] = '\0';
    return false;
}

static bool absolute(struct options *options, const char *path) {
    bool slash = path[0] == '/';
    int length = snprintf(options->path, sizeof options->path, "%s%s%s", slash ? "" : options->directory,
            slash ? "" : "/", path);
    if (path[0] != '\0' && length < (int)sizeof options->path && strchr(options->path, '\n') == NULL)
        return true;
    say("a path must not be empty, longer than %d bytes or hold a line end: \"%s\"", MAX_TEXT - 1, path);
    return false;
}

static bool read_seconds(const char *text, int *out) {
    char *end;
    long seconds = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || seconds < 1 || seconds > 86400) {
        say("--wait is 1 to 86400 seconds, not \"%s\"", text);
        return false;
    }
    *out = (int)seconds;
    return true;
}

/* A word for one line of the question. */
static bool is_word(const char *what, const char *text) {
    bool good = *text != '\0' && strlen(text) < 256;
    for (const char *c = text; *c != '\0'; c++)
        good = good && (unsigned char)*c > ' ' && *c != 127;
    if (!good)
        say("%s is one word of at most 255 bytes, not \"%s\"", what, text);
    return good;
}

/* How many arguments were options; -1 if one was wrong. */
static int read_options(int count, char **arguments, struct options *options) {
    int at = 1;
    for (; at < count && strncmp(arguments[at], "--", 2) == 0; at += 2) {
        const char *option = arguments[at];
        const char *value = at + 1 < count ? arguments[at + 1] : "";
        if (strcmp(option, "--socket") == 0)
            options->socket = value;
        else if (strcmp(option, "--stanza") == 0 && is_word(option, value))
            options->stanza = value;
        else if (strcmp(option, "--wait") == 0) {
            if (!read_seconds(value, &options->wait_seconds))
                return -1;
        } else {
            if (strcmp(option, "--stanza") != 0)
                say("unknown option %s", option);
            return -1;
        }
    }
    return at - 1;
}

static bool read_command(int count, char **arguments, struct options *options) {
    if (count == 2 && strcmp(arguments[0], "push") == 0) {
        options->command = "push";
        return absolute(options, arguments[1]);
    }
    if (count == 3 && strcmp(arguments[0], "get") == 0) {
        options->command = "get";
        options->name = arguments[1];
        return is_word("NAME", options->name) && absolute(options, arguments[2]);
    }
    say("expected push FILE or get NAME FILE");
    return false;
}

static bool read_arguments(int count, char **arguments, struct options *options) {
    int taken = read_options(count, arguments, options);
    if (taken < 0 || !read_command(count - 1 - taken, arguments + 1 + taken, options))
        return false;
    if (options->socket != NULL && *options->socket != '\0')
        return true;
    say("--socket is missing");
    return false;
}

static bool asks_for(int count, char **arguments, const char *what) {
    return count == 2 && strcmp(arguments[1], what) == 0;
}

static bool wants_get(int count, char **arguments) {
    for (int i = 1; i < count; i++)
        if (strcmp(arguments[i], "get") == 0)
            return true;
    return false;
}

int main(int count, char **arguments) {
    static struct options options = {.wait_seconds = -1};
    if (asks_for(count, arguments, "--help")) {
        fputs(USAGE, stdout);
        return EXIT_DONE;
    }
    signal(SIGPIPE, SIG_IGN); /* every other signal ends us, as PostgreSQL expects of its commands */
    options.socket = getenv("MATRIARCH_WAL_SOCKET");
    if (!here(&options) || !read_arguments(count, arguments, &options)) {
        fputs(USAGE, stderr);
        /* A restore_command with a slip in it must not look like the end of the archive. */
        return wants_get(count, arguments) ? unknown_status(options.directory) : EXIT_USAGE;
    }
    return strcmp(options.command, "push") == 0 ? push(&options) : get(&options);
}
