#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

enum phase phase = DISARMED;

static char directory[MAX_PATH_TEXT];
static int64_t fence_began;
static bool gone_announced;
static int kill_rounds;
static int64_t next_complaint;
static int64_t next_look;
static int64_t last_seen_alive;
static bool intruder_logged;

static void disarm(void) {
    phase = DISARMED;
    watchdog_stop();
    deadline_clear();
    members_forget();
    members_forget_admitted();
}

/* None being watched counts as gone. */
static bool postmaster_is_gone(void) {
    return target.postmaster.pid == 0 || target_exited();
}

static void begin_fence(const char *why) {
    pid_t pid = target.postmaster.pid;
    fence_began = monotonic_now();
    gone_announced = false;
    kill_rounds = 0;
    next_complaint = fence_began + 5 * SECOND;
    phase = QUITTING;
    /* Before the signal: children of a postmaster that exits without them are harder to find afterwards. */
    int found = members_collect();
    bool sent = pid != 0 && target_signal(SIGQUIT);
    members_quit();
    log_line("fencing %s: %s; postmaster %d %s, %d other processes", directory, why, (int)pid,
            sent ? "was sent SIGQUIT" : pid == 0 ? "(none is known)" : "is gone", found);
}

void guard_check_deadline(void) {
    if (phase == ARMED && deadline_is_due())
        begin_fence("the deadline passed unrenewed");
}

void guard_fail(const char *why) {
    log_line("failed: %s", why);
    if (phase == ARMED)
        begin_fence(why);
}

static void announce_gone(void) {
    if (!gone_announced && target.postmaster.pid != 0)
        announce("GONE", target.postmaster.pid);
    gone_announced = true;
}

static void finish_fence(void) {
    pid_t pid = target.postmaster.pid;
    int64_t took = monotonic_now() - fence_began;
    announce_gone();
    target_clear();
    disarm();
    phase = CLOSED;
    next_look = 0;
    last_seen_alive = monotonic_now();
    intruder_logged = false;
    announce("FENCED", pid);
    log_line("fenced: postmaster %d and everything in %s is dead after %.3f ms and %d rounds of SIGKILL; what starts "
             "there is killed until an agent opens it, or this guard (pid %d) is ended by SIGTERM",
            (int)pid, directory, (double)took / MILLISECOND, kill_rounds, (int)getpid());
}

/* SIGKILL waits for a process in an uninterruptible call, such as I/O on a dead disk: we wait too, and say so. */
static void complain_if_slow(void) {
    char who[512];
    if (monotonic_now() < next_complaint)
        return;
    next_complaint = monotonic_now() + 10 * SECOND;
    members_describe(who, sizeof who);
    log_line("not all dead %.1f s after the deadline: postmaster %d %s; others:%s",
            (double)(monotonic_now() - fence_began) / SECOND, (int)target.postmaster.pid,
            target_exited() ? "is" : "is not", who);
}

static void kill_round(void) {
    bool gone = postmaster_is_gone();
    if (!gone)
        target_signal(SIGSTOP); /* a stopped postmaster forks no more, so the list below is whole */
    int found = members_kill();
    if (!gone)
        target_signal(SIGKILL);
    /* Dead is what was seen dead, with nothing new beside it. */
    if (gone && found == 0 && members_living() == 0) {
        finish_fence();
        return;
    }
    kill_rounds++;
    complain_if_slow();
}

/* The deadline stays: it is the directory's, whoever runs there next. */
static void after_exit(void) {
    pid_t pid = target.postmaster.pid;
    int found = 0;
    if (phase == ARMED) {
        /* Orphans could write on while the next leader is chosen; it would take them no later than its own start. */
        found = members_kill();
    }
    gone_announced = false;
    announce_gone();
    log_line("postmaster %d exited%s; %d processes it left were killed", (int)pid, phase == ARMED ? " while armed" : "",
            found < 0 ? 0 : found);
    target_clear();
    members_forget();
}

static void fence_step(void) {
    bool gone = postmaster_is_gone();
    if (gone)
        announce_gone();
    bool quiet = gone && (target.postmaster.pid != 0 || members_living() == 0);
    if (phase == QUITTING && (quiet || monotonic_now() >= fence_began + QUIT_GRACE))
        phase = KILLING;
    if (phase == KILLING)
        kill_round();
}

/* Nobody renews any more, so whoever starts a server here by hand would write beside the next leader. */
static void keep_closed(void) {
    if (monotonic_now() < next_look)
        return;
    int found = members_kill();
    if (found > 0 && !intruder_logged)
        log_line("a server was started in %s after its deadline, by hand as it seems: %d processes killed. Start the "
                 "agent; or end this guard (pid %d) by SIGTERM if no other member leads",
                directory, found, (int)getpid());
    intruder_logged = found > 0;
    int64_t now = monotonic_now();
    if (found > 0)
        last_seen_alive = now;
    /* While there is something to kill it is looked at without a pause: it may fork. */
    bool early = now - last_seen_alive < CLOSED_EARLY;
    next_look = found > 0 ? 0 : now + (early ? CLOSED_EARLY_LOOK : CLOSED_LOOK);
}

void guard_step(void) {
    if (phase == QUITTING || phase == KILLING)
        fence_step();
    else if (target_exited())
        after_exit();
    if (phase == CLOSED)
        keep_closed();
    if (phase == ARMED)
        watchdog_step(deadline_at(), false);
}

static int milliseconds_until(int64_t at) {
    int64_t left = at - monotonic_now();
    return left <= 0 ? 0 : (int)(left / MILLISECOND) + 1;
}

int guard_patience(void) {
    /* Without pidfd (before Linux 5.3) an exit has to be looked for. */
    int look_again = target.postmaster.pid != 0 && target.pidfd < 0 ? 50 : -1;
    switch (phase) {
    case DISARMED:
        return look_again;
    case ARMED: { /* the timers are more exact; this is for the day they fail */
        int64_t feed = watchdog_next();
        int left = milliseconds_until(feed < deadline_at() ? feed : deadline_at());
        return look_again >= 0 && look_again < left ? look_again : left;
    }
    case QUITTING: /* of a postmaster that is not watched nobody tells the end */
        return target.pidfd < 0 ? 5 : milliseconds_until(fence_began + QUIT_GRACE);
    case KILLING:
        return kill_rounds < 100 ? 1 : 20;
    case CLOSED:
        return milliseconds_until(next_look);
    }
    return 0;
}

const char *guard_arm(const char *wanted, int64_t deadline) {
    guard_check_deadline();
    guard_step();
    if (phase == QUITTING || phase == KILLING)
        return "fencing";
    if (phase == ARMED && strcmp(wanted, directory) != 0)
        return "armed for another directory: disarm first";
    if (deadline - monotonic_now() > MAX_DEADLINE_AHEAD)
        return "deadline is over a day ahead: it must be in nanoseconds of CLOCK_MONOTONIC";
    /* Whoever arms too late must not believe itself guarded; whoever renews with the past asks for the fence. */
    if (phase != ARMED && deadline <= monotonic_now())
        return "deadline has passed";
    const char *why = watchdog_start(deadline);
    if (why != NULL)
        return why;
    bool later = deadline > deadline_at();
    if (!deadline_set(deadline))
        return "the timers cannot be set";
    if (later)
        watchdog_step(deadline, true);
    if (phase == ARMED)
        return NULL;
    snprintf(directory, sizeof directory, "%s", wanted);
    members_of(directory);
    phase = ARMED;
    log_line("armed for %s, deadline in %lld ms", directory,
            (long long)((deadline - monotonic_now()) / MILLISECOND));
    return NULL;
}

const char *guard_close(const char *wanted) {
    guard_check_deadline();
    guard_step();
    if (phase == ARMED && strcmp(wanted, directory) != 0)
        return "armed for another directory: disarm first";
    if (phase == CLOSED && strcmp(wanted, directory) == 0)
        return NULL;
    if (phase != QUITTING && phase != KILLING) {
        snprintf(directory, sizeof directory, "%s", wanted);
        members_of(directory);
        begin_fence("an agent closes it");
        guard_step();
    }
    return phase == CLOSED ? NULL : "fencing";
}

/* The exit of the server before it is dealt with first, so that its orphans are not taken for this one. */
const char *guard_admit(pid_t pid) {
    struct process_stat found;
    guard_check_deadline();
    guard_step();
    if (phase == DISARMED)
        return "no deadline is set, so this node leads nothing";
    if (phase != ARMED)
        return "the deadline has passed";
    if (!read_stat(pid, &found))
        return "no such process here";
    if (!members_admit(found.id))
        return "too many servers are being started";
    log_line("admitted process %d as a server of %s", (int)pid, directory);
    return NULL;
}

const char *guard_watch(struct process postmaster) {
    guard_check_deadline();
    guard_step();
    if (target_is(postmaster))
        return NULL;
    if (phase == QUITTING || phase == KILLING)
        return "fencing";
    const char *why = target_set(postmaster);
    if (why == NULL)
        log_line("watching postmaster %d", (int)postmaster.pid);
    return why;
}

const char *guard_watchdog(enum watchdog_mode mode, const char *path) {
    guard_check_deadline();
    guard_step();
    const char *why = watchdog_use(mode, path);
    if (why == NULL && phase == ARMED && (why = watchdog_start(deadline_at())) == NULL)
        watchdog_step(deadline_at(), true);
    return why;
}

const char *guard_disarm(void) {
    guard_check_deadline();
    guard_step();
    if (phase == QUITTING || phase == KILLING)
        return "fencing";
    if (phase != DISARMED)
        log_line("%s: %s is open", phase == ARMED ? "disarmed" : "no longer closed", directory);
    disarm();
    return NULL;
}
