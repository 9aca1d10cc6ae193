#include <time.h>

#include "guard.h"

static int64_t now(clockid_t clock) {
    struct timespec t = {0};
    /* Fails only for a clock the kernel does not have; Linux has both since 2.6.39. */
    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

int64_t monotonic_now(void) {
    return now(CLOCK_MONOTONIC);
}

int64_t boottime_now(void) {
    return now(CLOCK_BOOTTIME);
}
