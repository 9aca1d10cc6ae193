#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "guard.h"

/*
 * CLOCK_MONOTONIC stands still while the machine is suspended; the lease in the store does not. So the same span is
 * armed on CLOCK_BOOTTIME too, and whichever comes first is the deadline.
 */
static int monotonic_timer = -1, boottime_timer = -1;
static int64_t monotonic_deadline, boottime_deadline;

bool deadline_open(void) {
    monotonic_timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    boottime_timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    return monotonic_timer >= 0 && boottime_timer >= 0;
}

/* 0 stops the timer. */
static bool set_timer(int timer, int64_t at) {
    struct itimerspec when = {.it_value = {.tv_sec = at / SECOND, .tv_nsec = at % SECOND}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) == 0;
}

bool deadline_set(int64_t at) {
    if (at < 1)
        at = 1; /* 0 would mean none */
    int64_t boottime_at = boottime_now() + (at - monotonic_now());
    if (boottime_at < 1)
        boottime_at = 1;
    if (!set_timer(monotonic_timer, at) || !set_timer(boottime_timer, boottime_at))
        return false;
    monotonic_deadline = at;
    boottime_deadline = boottime_at;
    return true;
}

void deadline_clear(void) {
    monotonic_deadline = boottime_deadline = 0;
    /* A timer that rings without a deadline is only a wake-up. */
    (void)set_timer(monotonic_timer, 0);
    (void)set_timer(boottime_timer, 0);
}

int64_t deadline_at(void) {
    return monotonic_deadline;
}

bool deadline_is_due(void) {
    return monotonic_deadline != 0 && (monotonic_now() >= monotonic_deadline || boottime_now() >= boottime_deadline);
}

void deadline_fds(int fds[2]) {
    fds[0] = monotonic_timer;
    fds[1] = boottime_timer;
}

void deadline_drain(int fd) {
    uint64_t rings;
    /* Nothing to read is as good: the clocks decide, the timers only wake us. */
    if (read(fd, &rings, sizeof rings) < 0)
        return;
}
