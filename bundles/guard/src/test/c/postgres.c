/*
 * Stands in for a postmaster: "postgres TRAIT..." forks two children that have one child each, and says
 * "ready PID PID PID PID" when all are there.
 *
 *   deaf        the postmaster ignores SIGQUIT
 *   deaf-child  the children do
 *   busy        the postmaster forks further children all the time until it is dead
 *   busy-child  the children do
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool has(int count, char **words, const char *word) {
    for (int i = 1; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static _Noreturn void sleep_on(void) {
    for (;;)
        pause();
}

static _Noreturn void fork_on(void) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (fork() == 0) {
            alarm(20); /* should a test fail, they end all the same */
            sleep_on();
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/* A child of its own session, as PostgreSQL's are. Tells its pid and its child's through the pipe. */
static void start_child(bool deaf, bool busy, int report) {
    if (fork() != 0)
        return;
    setsid();
    signal(SIGQUIT, deaf ? SIG_IGN : SIG_DFL);
    pid_t grandchild = fork();
    if (grandchild == 0)
        sleep_on();
    pid_t pids[2] = {getpid(), grandchild};
    if (write(report, pids, sizeof pids) != sizeof pids)
        _exit(1);
    if (busy)
        fork_on();
    sleep_on();
}

int main(int count, char **words) {
    int ends[2];
    pid_t pids[4];
    if (has(count, words, "deaf"))
        signal(SIGQUIT, SIG_IGN);
    if (pipe(ends) != 0)
        return 1;
    start_child(has(count, words, "deaf-child"), has(count, words, "busy-child"), ends[1]);
    start_child(has(count, words, "deaf-child"), has(count, words, "busy-child"), ends[1]);
    for (int i = 0; i < 4; i += 2)
        if (read(ends[0], pids + i, 2 * sizeof pids[0]) != 2 * sizeof pids[0])
            return 1;
    printf("ready %d %d %d %d\n", (int)pids[0], (int)pids[1], (int)pids[2], (int)pids[3]);
    fflush(stdout);
    if (has(count, words, "busy"))
        fork_on();
    sleep_on();
}
