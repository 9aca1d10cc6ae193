/*
 * matriarch-pgbackrest-wal: PostgreSQL's archive_command and restore_command. It asks the running agent and waits; it
 * starts no JVM, holds no state and needs the C library only, which is linked in. Its name holds "pgbackrest" because
 * pgBackRest's own "check" and "backup" look for that word in archive_command.
 *
 * THE CONVERSATION, over a Unix socket, one question per connection. The question is lines "KEY VALUE", ended by an empty
 * one; the agent skips keys it does not know:
 *
 *     MATRIARCH-WAL 1
 *     command push            or get
 *     directory /data         where PostgreSQL started us: its data directory
 *     file /data/pg_wal/0000000100000000000000AB                  push: what to archive
 *     name 0000000100000000000000AB                               get: what is wanted
 *     to /data/pg_wal/RECOVERYXLOG                                get: where it shall lie
 *     recovery standby        or other                            get: see get.c
 *     stanza demo             optional: not the agent's own
 *
 * The answer is lines too; the text may be followed by a tab and a hint:
 *
 *     WAIT            still at it; comes at least once a second
 *     DONE            push: durable in every repository that is required
 *     FILE PATH       get: a whole and checked copy, ours to take away
 *     ABSENT TEXT     get: every repository was asked, and none has it
 *     AWAY TEXT       not now: somebody could not be reached, or there was too little time
 *     FAILED TEXT     asking again does not help by itself
 *
 * EXIT STATUS. PostgreSQL takes 1 to 125 as an ordinary failure, and more than 125 like a death by signal
 * (wait_result_is_any_signal() in src/common/wait_error.c): the archiver process then ends and is started anew, and
 * recovery ends with the whole server.
 *
 *     push  0 archived; 1 not archived, PostgreSQL keeps the file and asks again; 2 wrong arguments.
 *           Never more: ending the archiver mends nothing.
 *     get   0 restored; 1 not there; in a recovery that would take "not there" for the end of WAL also 200: not known.
 *           See get.c.
 */
#ifndef MATRIARCH_WAL_CLIENT_H
#define MATRIARCH_WAL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM "matriarch-pgbackrest-wal"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    /* Above 125, so that recovery stops; not 128 plus a signal, of which SIGTERM would read as a wished shutdown. */
    EXIT_STOP_RECOVERY = 200,
    MAX_TEXT = 4096,
    /* An agent that works says so every second. */
    SILENCE_SECONDS = 15,
};

struct options {
    const char *socket;
    const char *stanza;  /* NULL: the agent's own */
    int wait_seconds;    /* -1: not given */
    const char *command; /* "push" or "get" */
    const char *name;    /* get */
    char directory[MAX_TEXT];
    char path[MAX_TEXT]; /* absolute */
};

/* ---- main.c ---- */
/* One line on standard error, which is PostgreSQL's log. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int64_t now_ms(void); /* CLOCK_MONOTONIC */
void sleep_ms(int ms);

/* ---- conversation.c ---- */
enum answer {
    ANSWER_DONE,
    ANSWER_FILE,
    ANSWER_ABSENT,
    ANSWER_AWAY,
    ANSWER_FAILED,
    /* Nobody listens, or whoever does went away, fell silent or ran out of the time given. */
    ANSWER_NOBODY,
};

struct reply {
    enum answer answer;
    bool heard_of; /* the agent had the question: it works on after we are gone */
    char text[MAX_TEXT];
    const char *hint; /* into text; "" if none */
};

/* Asks once. Returns at deadline (of now_ms) at the latest. */
void ask(const struct options *options, const char *recovery, int64_t deadline, struct reply *reply);

/* ---- push.c, get.c ---- */
int push(const struct options *options);
int get(const struct options *options);
/* What get ends with when it cannot tell whether the file exists. */
int unknown_status(const char *directory);

/* ---- deliver.c ---- */
/* Moves a file, over the borders of file systems too. False with errno if it did not; nothing is left at "to" then. */
bool deliver(const char *from, const char *to);

#endif
