#include <signal.h>

#include "guard.h"

enum phase phase = DISARMED;

static int64_t fence_began;
static bool gone_announced;
static int kill_rounds;
static int64_t next_complaint;

static void disarm(void) {
    phase = DISARMED;
    deadline_clear();
    members_forget();
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
    bool sent = target_signal(SIGQUIT);
    log_line("fencing postmaster %d and %d processes of it: %s; SIGQUIT %s", (int)pid, found, why,
            sent ? "sent" : "not sent, it is gone");
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
    if (!gone_announced)
        announce("GONE", target.postmaster.pid);
    gone_announced = true;
}

static void finish_fence(void) {
    pid_t pid = target.postmaster.pid;
    int64_t took = monotonic_now() - fence_began;
    announce_gone();
    target_clear();
    disarm();
    announce("FENCED", pid);
    log_line("fenced: postmaster %d and everything of it is dead after %.3f ms and %d rounds of SIGKILL", (int)pid,
            (double)took / MILLISECOND, kill_rounds);
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
    bool gone = target_exited();
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
    disarm();
}

static void fence_step(bool exited) {
    if (exited)
        announce_gone();
    if (phase == QUITTING && (exited || monotonic_now() >= fence_began + QUIT_GRACE))
        phase = KILLING;
    if (phase == KILLING)
        kill_round();
}

void guard_step(void) {
    bool exited = target_exited();
    if (phase == QUITTING || phase == KILLING)
        fence_step(exited);
    else if (exited)
        after_exit();
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
        int left = milliseconds_until(deadline_at());
        return look_again >= 0 && look_again < left ? look_again : left;
    }
    case QUITTING:
        return target.pidfd < 0 ? 5 : milliseconds_until(fence_began + QUIT_GRACE);
    case KILLING:
        return kill_rounds < 100 ? 1 : 20;
    }
    return 0;
}

const char *guard_arm(struct process postmaster, int64_t deadline) {
    guard_check_deadline();
    guard_step();
    if (phase == QUITTING || phase == KILLING)
        return "fencing";
    if (phase == ARMED && !target_is(postmaster))
        return "armed for another postmaster, which is running: disarm first";
    if (deadline - monotonic_now() > MAX_DEADLINE_AHEAD)
        return "deadline is over a day ahead: it must be in nanoseconds of CLOCK_MONOTONIC";
    /* Whoever arms too late must not believe itself guarded; whoever renews with the past asks for the fence. */
    if (phase == DISARMED && deadline <= monotonic_now())
        return "deadline has passed";
    const char *why = target_is(postmaster) ? NULL : target_set(postmaster);
    if (why != NULL)
        return why;
    if (!deadline_set(deadline))
        return "the timers cannot be set";
    if (phase == DISARMED)
        log_line("armed for postmaster %d, deadline in %lld ms", (int)postmaster.pid,
                (long long)((deadline - monotonic_now()) / MILLISECOND));
    phase = ARMED;
    return NULL;
}

const char *guard_watch(struct process postmaster) {
    guard_check_deadline();
    guard_step();
    if (target_is(postmaster))
        return NULL;
    if (phase != DISARMED)
        return "armed for another postmaster";
    const char *why = target_set(postmaster);
    if (why == NULL)
        log_line("watching postmaster %d", (int)postmaster.pid);
    return why;
}

const char *guard_disarm(void) {
    guard_check_deadline();
    guard_step();
    if (phase == QUITTING || phase == KILLING)
        return "fencing";
    if (phase == ARMED)
        log_line("disarmed for postmaster %d", (int)target.postmaster.pid);
    disarm();
    return NULL;
}
