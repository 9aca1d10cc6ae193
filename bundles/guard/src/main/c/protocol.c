#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

bool quit_requested;

/* A word of the line, taken off its front; false if there is none. Words are parted by exactly one space. */
static bool next_word(const char **rest, char *word, size_t size) {
    size_t length = strcspn(*rest, " ");
    if (length == 0 || length >= size)
        return false;
    memcpy(word, *rest, length);
    word[length] = '\0';
    *rest += length;
    if (**rest == ' ')
        ++*rest;
    return true;
}

/* Decimal digits only: no sign, no blank, no overflow. */
static bool next_number(const char **rest, uint64_t max, uint64_t *out) {
    char word[24];
    if (!next_word(rest, word, sizeof word))
        return false;
    uint64_t value = 0;
    for (const char *c = word; *c != '\0'; c++) {
        if (*c < '0' || *c > '9')
            return false;
        unsigned digit = (unsigned)(*c - '0');
        if (value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

static bool next_process(const char **rest, struct process *out) {
    uint64_t pid;
    if (!next_number(rest, INT_MAX, &pid) || !next_number(rest, UINT64_MAX, &out->start_ticks))
        return false;
    out->pid = (pid_t)pid;
    return true;
}

static void hello(char *answer, size_t size) {
    static const char *const words[] = {"DISARMED", "ARMED", "FENCING", "FENCING", "CLOSED"};
    snprintf(answer, size, "HELLO %d %d %" PRId64 " %s %" PRId64 " %d\n", PROTOCOL_VERSION, (int)getpid(),
            monotonic_now(), words[phase], deadline_at(), (int)target.postmaster.pid);
}

static bool is_directory(const char *path) {
    size_t length = strlen(path);
    return path[0] == '/' && length > 1 && length < MAX_PATH_TEXT && path[length - 1] != '/';
}

static const char *close_directory(const char *rest) {
    return is_directory(rest) ? guard_close(rest) : "expected CLOSE DIRECTORY, which is an absolute path without links";
}

static const char *arm(const char *rest) {
    uint64_t deadline;
    if (!next_number(&rest, INT64_MAX, &deadline) || !is_directory(rest))
        return "expected ARM DEADLINE_NS DIRECTORY, which is an absolute path without links";
    const char *why = guard_arm(rest, (int64_t)deadline);
    if (why == NULL)
        quit_requested = false; /* by another client, a moment ago */
    return why;
}

static const char *watch(const char *rest) {
    struct process postmaster;
    if (!next_process(&rest, &postmaster) || *rest != '\0')
        return "expected WATCH PID START_TICKS";
    return guard_watch(postmaster);
}

static const char *use_watchdog(const char *rest) {
    static const char *const modes[] = {"off", "automatic", "required"};
    char word[12];
    if (next_word(&rest, word, sizeof word) && rest[0] == '/' && strlen(rest) < MAX_PATH_TEXT)
        for (int mode = WATCHDOG_OFF; mode <= WATCHDOG_REQUIRED; mode++)
            if (strcmp(word, modes[mode]) == 0)
                return guard_watchdog((enum watchdog_mode)mode, rest);
    return "expected WATCHDOG off|automatic|required DEVICE, which is an absolute path";
}

static const char *quit(void) {
    guard_check_deadline();
    if (phase != DISARMED && phase != CLOSED)
        return "armed";
    quit_requested = true;
    return NULL;
}

void answer_line(const char *line, size_t length, pid_t peer, char *answer, size_t size) {
    const char *rest = line, *why;
    char command[12];
    /* A NUL would end the text for us and not for the client. */
    bool readable = memchr(line, '\0', length) == NULL && next_word(&rest, command, sizeof command);
    if (readable && strcmp(line, "HELLO") == 0) {
        hello(answer, size);
        return;
    }
    if (readable && strcmp(command, "ARM") == 0)
        why = arm(rest);
    else if (readable && strcmp(command, "CLOSE") == 0)
        why = close_directory(rest);
    else if (readable && strcmp(line, "ADMIT") == 0)
        why = guard_admit(peer);
    else if (readable && strcmp(command, "WATCH") == 0)
        why = watch(rest);
    else if (readable && strcmp(command, "WATCHDOG") == 0)
        why = use_watchdog(rest);
    else if (readable && strcmp(line, "DISARM") == 0)
        why = guard_disarm();
    else if (readable && strcmp(line, "QUIT") == 0)
        why = quit();
    else
        why = "expected HELLO, ARM, CLOSE, ADMIT, WATCH, WATCHDOG, DISARM or QUIT";
    if (why == NULL)
        snprintf(answer, size, "OK\n");
    else
        snprintf(answer, size, "ERR %s\n", why);
}
