#include <string.h>

#include "client.h"

static const int WAIT_SECONDS = 60;

/*
 * Asks once and never insists: PostgreSQL asks again, at first every second, and keeps the file until then. An agent that
 * is away is no reason to wait, because the archiver stands still meanwhile, also in a shutdown.
 */
int push(const struct options *options) {
    static struct reply reply;
    int seconds = options->wait_seconds < 0 ? WAIT_SECONDS : options->wait_seconds;
    ask(options, NULL, now_ms() + (int64_t)seconds * 1000, &reply);
    if (reply.answer == ANSWER_DONE)
        return EXIT_DONE;
    const char *name = strrchr(options->path, '/') + 1;
    const char *hint = reply.hint;
    if (reply.answer == ANSWER_NOBODY)
        hint = reply.heard_of ? "it goes on without us" : "is Matriarch running on this node?";
    else if (reply.answer == ANSWER_FILE || reply.answer == ANSWER_ABSENT)
        hint = "that is no answer to a push: was the agent updated without this program?";
    say("%s was not archived: %s%s%s (PostgreSQL keeps it and tries again)", name, reply.text, *hint == '\0' ? "" : "; ",
            hint);
    return EXIT_FAILED;
}
