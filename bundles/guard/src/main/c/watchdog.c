#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guard.h"

/*
 * A device that resets the machine unless it is fed. It is fed only while the reset would come no later than
 * WATCHDOG_LATE after the deadline: so it is for what we cannot do, because the kernel hangs, or a process waits for a
 * dead disk and cannot be killed. We come first, and then it is told to stop.
 */
#define WATCHDOG_LATE SECOND

static enum watchdog_mode mode = WATCHDOG_OFF;
static char path[MAX_PATH_TEXT];
static int device = -1;
static int timeout_seconds;
static int64_t next_feed;
static char trouble[160];

/* Weak: tests put another in its place, as there is no device where they run. */
__attribute__((weak)) int watchdog_ioctl(int fd, unsigned long request, void *argument) {
    return ioctl(fd, request, argument);
}

static const char *failed(const char *what) {
    snprintf(trouble, sizeof trouble, "the watchdog %.80s %s: %s", path, what, strerror(errno));
    return trouble;
}

/* More than the time to the deadline, so that the guard is first. */
static int wanted_seconds(int64_t deadline) {
    int64_t ahead = deadline - monotonic_now();
    return ahead < SECOND ? 2 : (int)(ahead / SECOND) + 1;
}

static bool set_timeout(int seconds) {
    int asked = seconds;
    if (watchdog_ioctl(device, WDIOC_SETTIMEOUT, &asked) != 0)
        return false;
    timeout_seconds = asked; /* the driver may round */
    return true;
}

static void feed(int64_t now) {
    if (write(device, "1", 1) != 1)
        log_line("%s", failed("cannot be fed"));
    next_feed = now + timeout_seconds * SECOND / 4;
}

static const char *open_device(int64_t deadline) {
    struct watchdog_info info = {0};
    device = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (device < 0)
        return failed("cannot be opened");
    const char *why = NULL;
    if (watchdog_ioctl(device, WDIOC_GETSUPPORT, &info) != 0)
        why = failed("is none");
    else if (!set_timeout(wanted_seconds(deadline)))
        why = failed("takes no timeout");
    if (why != NULL) {
        watchdog_stop();
        return why;
    }
    log_line("watchdog %s (%.32s): resets the machine after %d s%s", path, (const char *)info.identity, timeout_seconds,
            info.options & WDIOF_MAGICCLOSE ? "" : "; it cannot be told to stop");
    return NULL;
}

const char *watchdog_use(enum watchdog_mode wanted, const char *at) {
    if (wanted == mode && strcmp(at, path) == 0)
        return NULL;
    watchdog_stop();
    mode = wanted;
    snprintf(path, sizeof path, "%s", at);
    if (mode == WATCHDOG_REQUIRED && access(path, W_OK) != 0) {
        const char *why = failed("cannot be opened");
        mode = WATCHDOG_OFF; /* asked again, it is looked at again */
        return why;
    }
    return NULL;
}

const char *watchdog_start(int64_t deadline) {
    if (mode == WATCHDOG_OFF || device >= 0)
        return NULL;
    const char *why = open_device(deadline);
    if (why != NULL && mode == WATCHDOG_AUTOMATIC) {
        log_line("%s; going on without it", why);
        mode = WATCHDOG_OFF;
        return NULL;
    }
    return why;
}

void watchdog_step(int64_t deadline, bool renewed) {
    int64_t now = monotonic_now();
    if (device < 0 || (!renewed && now < next_feed))
        return;
    int seconds = wanted_seconds(deadline);
    /* A deadline stretched further than the device can: then it is fed on the way. */
    if (renewed && seconds != timeout_seconds)
        (void)set_timeout(seconds);
    if (now + timeout_seconds * SECOND <= deadline + WATCHDOG_LATE)
        feed(now);
    else
        next_feed = INT64_MAX;
}

int64_t watchdog_next(void) {
    return device < 0 ? INT64_MAX : next_feed;
}

/* 'V' is how the kernel is told that the end is meant. */
void watchdog_stop(void) {
    if (device < 0)
        return;
    if (write(device, "V", 1) != 1)
        log_line("%s", failed("cannot be told to stop"));
    close(device);
    device = -1;
}
