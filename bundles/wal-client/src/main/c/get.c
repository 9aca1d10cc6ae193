#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

/*
 * WHAT "NOT KNOWN" ENDS WITH. RestoreArchivedFile() (src/backend/access/transam/xlogarchive.c, since 16 shell_restore.c)
 * takes status 1 to 125 as "the archive does not have it", and what follows depends on the kind of recovery:
 *
 * - With standby.signal the server then looks into pg_wal, tries to stream, and asks again. It never takes missing WAL for
 *   the end of recovery; that comes by promotion only. So there "not known" is 1, soon: a standby must be able to stream,
 *   and to be promoted, while the agent or the repository is away. More than 125 would end a healthy server.
 * - Without it (recovery.signal: point in time) status 1 is the end of WAL: a recovery without a target is promoted, short
 *   of what the archive holds, and one with a target fails after having replayed too little. So there we wait long for
 *   whoever is away, and at last stop recovery with a status above 125: it can be started again, and loses nothing.
 *
 * pg_rewind (--restore-target-wal) fails on either.
 */
static const int STANDBY_SECONDS = 5, RECOVERY_SECONDS = 600;
static const int ASK_AGAIN_MS = 250, TELL_AGAIN_MS = 60000;

static bool is_standby(const char *directory) {
    char path[MAX_TEXT + 16];
    snprintf(path, sizeof path, "%s/standby.signal", directory);
    return access(path, F_OK) == 0;
}

int unknown_status(const char *directory) {
    return is_standby(directory) ? EXIT_FAILED : EXIT_STOP_RECOVERY;
}

/* False: somebody else took it, who asked for the same; to be asked for once more. */
static bool take(const struct options *options, const char *from, int *status) {
    *status = EXIT_DONE;
    if (deliver(from, options->path))
        return true;
    if (errno == ENOENT && access(from, F_OK) != 0)
        return false;
    say("%s could not be put to %s: %s", options->name, options->path, strerror(errno));
    *status = unknown_status(options->directory);
    return true;
}

static void tell(const struct options *options, const struct reply *reply, int64_t *told) {
    int64_t now = now_ms();
    if (*told != 0 && now - *told < TELL_AGAIN_MS)
        return;
    *told = now;
    say("waiting for %s: %s%s%s", options->name, reply->text, *reply->hint == '\0' ? "" : "; ", reply->hint);
}

int get(const struct options *options) {
    static struct reply reply;
    bool standby = is_standby(options->directory);
    int seconds = options->wait_seconds > 0 ? options->wait_seconds : standby ? STANDBY_SECONDS : RECOVERY_SECONDS;
    int64_t deadline = now_ms() + (int64_t)seconds * 1000, told = 0;
    int status;
    for (;;) {
        ask(options, standby ? "standby" : "other", deadline, &reply);
        if (reply.answer == ANSWER_FILE && take(options, reply.text, &status))
            return status;
        if (reply.answer == ANSWER_ABSENT)
            return EXIT_FAILED; /* said nothing: PostgreSQL asks beyond the end all the time */
        bool again = reply.answer != ANSWER_FAILED && reply.answer != ANSWER_DONE;
        if (!again || now_ms() + ASK_AGAIN_MS >= deadline)
            break;
        if (!standby)
            tell(options, &reply, &told);
        sleep_ms(ASK_AGAIN_MS);
    }
    status = unknown_status(options->directory);
    const char *hint = reply.answer == ANSWER_NOBODY && !reply.heard_of ? "is Matriarch running on this node?" : reply.hint;
    say("%s was not restored: %s%s%s (%s)", options->name, reply.text, *hint == '\0' ? "" : "; ", hint,
            status == EXIT_FAILED ? "the standby tries to stream it, and asks again"
                                  : "recovery stops, because going on would lose what the archive may hold");
    return status;
}
