#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

struct target target = {.pidfd = -1};

static char refusal[160];

static const char *check(struct process postmaster) {
    struct process_stat found;
    long long pid = postmaster.pid;
    if (postmaster.pid <= 1 || postmaster.pid == getpid())
        snprintf(refusal, sizeof refusal, "pid %lld cannot be a postmaster", pid);
    else if (!read_stat(postmaster.pid, &found))
        snprintf(refusal, sizeof refusal, "no process %lld", pid);
    else if (found.id.start_ticks != postmaster.start_ticks)
        snprintf(refusal, sizeof refusal, "process %lld started at tick %llu, not %llu", pid,
                (unsigned long long)found.id.start_ticks, (unsigned long long)postmaster.start_ticks);
    else if (!is_alive(postmaster))
        snprintf(refusal, sizeof refusal, "process %lld has exited", pid);
    else if (!send_signal(postmaster, 0))
        snprintf(refusal, sizeof refusal, "process %lld cannot be signalled: the guard must run as its user", pid);
    else
        return NULL;
    return refusal;
}

const char *target_set(struct process postmaster) {
    int pidfd = open_pidfd(postmaster.pid);
    const char *why = check(postmaster);
    if (why != NULL) {
        if (pidfd >= 0)
            close(pidfd);
        return why;
    }
    target_clear();
    target.postmaster = postmaster;
    target.pidfd = pidfd;
    return NULL;
}

bool target_is(struct process postmaster) {
    return target.postmaster.pid == postmaster.pid && target.postmaster.start_ticks == postmaster.start_ticks;
}

bool target_exited(void) {
    if (target.postmaster.pid == 0)
        return false;
    struct pollfd exit_event = {.fd = target.pidfd, .events = POLLIN};
    if (target.pidfd >= 0 && poll(&exit_event, 1, 0) >= 0)
        return (exit_event.revents & POLLIN) != 0;
    return !is_alive(target.postmaster);
}

bool target_signal(int signal_number) {
    return target.pidfd >= 0 ? signal_pidfd(target.pidfd, signal_number)
                             : send_signal(target.postmaster, signal_number);
}

void target_clear(void) {
    if (target.pidfd >= 0)
        close(target.pidfd);
    target = (struct target){.pidfd = -1};
}
