/*
 * matriarch-guard: stops PostgreSQL when the leader's deadline passes unrenewed.
 *
 * What it guards is a data directory: any server that works there, whoever started it. A server that is started
 * through this program ("--admit") asks the running guard first, so that none comes to run beside its deadline.
 *
 * One process, one poll loop, no heap: what is needed at the deadline is allocated before it is needed. What runs
 * between the deadline and the last signal touches /proc, signals and clocks only, never a disk.
 */
#ifndef MATRIARCH_GUARD_H
#define MATRIARCH_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    PROTOCOL_VERSION = 2,
    MAX_CONNECTIONS = 256,
    MAX_LINE = 600,
    MAX_MEMBERS = 8192,
    MAX_GENERATIONS = 8,
    MAX_ADMITTED = 8,
    MAX_PATH_TEXT = 512,
};

#define MILLISECOND 1000000LL
#define SECOND (1000 * MILLISECOND)

/* How long a postmaster has for its immediate shutdown before everything is killed. */
#define QUIT_GRACE (250 * MILLISECOND)
/* How often a closed directory is looked at, and for how long more often, since there was something to kill. */
#define CLOSED_LOOK (100 * MILLISECOND)
#define CLOSED_EARLY_LOOK (10 * MILLISECOND)
#define CLOSED_EARLY (10 * SECOND)
/* Further away than any lease or planned restart: such a deadline is of another clock or unit. */
#define MAX_DEADLINE_AHEAD (24LL * 3600 * SECOND)

/* A process, told apart from a later one with the same pid. */
struct process {
    pid_t pid;
    uint64_t start_ticks; /* field 22 of /proc/PID/stat */
};

struct process_stat {
    struct process id;
    pid_t parent;
    char state; /* as in /proc/PID/stat: R S D T Z X ... */
};

/* ---- clock.c ---- */
int64_t monotonic_now(void); /* ns, the clock of Java's System.nanoTime() */
int64_t boottime_now(void);  /* ns, counts time spent suspended too */

/* ---- log.c: lines go through a pipe to a writer process, because a hung disk must not hang the guard ---- */
bool log_start(int log_fd);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- proc.c ---- */
bool proc_open(void);
/* Reads one line of /proc/PID/stat; false if it is not one. */
bool parse_stat(const char *line, struct process_stat *out);
/* False if there is no such process. */
bool read_stat(pid_t pid, struct process_stat *out);
/* A zombie, or a later process of the same pid, counts as gone. */
bool is_alive(struct process process);
/* The target of /proc/PID/LINK without " (deleted)"; empty if unknown. Asks no file system. */
void read_link(pid_t pid, const char *link, char out[MAX_PATH_TEXT]);
/* Calls visit for every process of the machine; false if /proc could not be read to its end. */
bool each_process(bool (*visit)(const struct process_stat *found, void *context), void *context);
/* -1 with errno ENOSYS on kernels before 5.3. */
int open_pidfd(pid_t pid);
bool signal_pidfd(int pidfd, int signal_number);
/* Sends a signal to exactly this process; false if it is gone or we may not. */
bool send_signal(struct process process, int signal_number);

/* ---- target.c: the postmaster being watched ---- */
struct target {
    struct process postmaster; /* pid 0: none */
    int pidfd;                 /* -1: look at /proc every 50 ms instead */
};
extern struct target target;

/* Looks at this process from now on; NULL if done, else why not. The old target is kept then. */
const char *target_set(struct process postmaster);
bool target_is(struct process postmaster);
bool target_exited(void);
/* By the descriptor opened when it was set, so it works without /proc too. */
bool target_signal(int signal_number);
void target_clear(void);

/* ---- deadline.c ---- */
bool deadline_open(void);
/* Due at this instant of CLOCK_MONOTONIC, or when as much time has passed with suspension counted. */
bool deadline_set(int64_t at);
void deadline_clear(void);
int64_t deadline_at(void); /* 0: none */
bool deadline_is_due(void);
/* The two timers, to poll on. */
void deadline_fds(int fds[2]);
void deadline_drain(int fd);

/* ---- members.c: the processes of the servers of a directory, and of the postmaster being watched ---- */
/* From now on a server program that works in this directory is one of them. */
void members_of(const char *directory);
/* Counts this process among them, whatever it runs and wherever; false if there are too many such. */
bool members_admit(struct process process);
/*
 * Adds what is found of the server in one look at all processes; how many, or -1 if /proc could not be read. One look,
 * because while they fork there is no last one.
 */
int members_collect(void);
/* SIGQUIT to the postmasters among them, as far as they are not the one being watched. */
void members_quit(void);
/* Finds the rest, stopping them on the way so that none forks away, and kills all; returns as members_collect. */
int members_kill(void);
/* Forgets the dead; how many live on. */
int members_living(void);
/* Forgets all that were found; those who were admitted are found again. */
void members_forget(void);
void members_forget_admitted(void);
void members_describe(char *out, size_t size);

/* ---- watchdog.c: the machine's own, if the configuration names one ---- */
enum watchdog_mode { WATCHDOG_OFF, WATCHDOG_AUTOMATIC, WATCHDOG_REQUIRED };
/* NULL if done, else why not: a required one must be there. */
const char *watchdog_use(enum watchdog_mode mode, const char *path);
/* Before a deadline is kept: opens it; NULL, or why none must be kept without it. */
const char *watchdog_start(int64_t deadline);
/* Feeds it if that is due, and right for this deadline, which was renewed just now or not. */
void watchdog_step(int64_t deadline, bool renewed);
/* When it is to be fed next; INT64_MAX: not before the next renewal. */
int64_t watchdog_next(void);
/* Nothing is left that it would have to stop. */
void watchdog_stop(void);

/* ---- guard.c: what state the guard is in ---- */
/* CLOSED: the deadline passed, all are dead, and whoever starts there again dies as well. */
enum phase { DISARMED, ARMED, QUITTING, KILLING, CLOSED };
extern enum phase phase;

const char *guard_arm(const char *directory, int64_t deadline);
/* As if the deadline had passed now; NULL once nobody is left there. */
const char *guard_close(const char *directory);
/* Lets this process become a server; NULL only while armed. */
const char *guard_admit(pid_t pid);
const char *guard_watch(struct process postmaster);
const char *guard_disarm(void);
const char *guard_watchdog(enum watchdog_mode mode, const char *path);
/* Begins to fence if the deadline has passed. To be called before any command is read. */
void guard_check_deadline(void);
/* The guard cannot go on as it should: as if the deadline had passed. */
void guard_fail(const char *why);
/* Notices an exit, and takes the next step of fencing. */
void guard_step(void);
/* How long poll may sleep at most, in milliseconds; -1: as long as it likes. */
int guard_patience(void);

/* ---- protocol.c ---- */
/* Carries out one line (without its newline) of that process and writes the answer, which ends in a newline. */
void answer_line(const char *line, size_t length, pid_t peer, char *answer, size_t size);
extern bool quit_requested;

/* ---- server.c ---- */
void announce(const char *event, pid_t pid);
/* Runs until there is nothing left to guard; the exit status. */
int serve(int listener, int idle_seconds);

/* ---- admit.c: the other end of ADMIT ---- */
/* Becomes the program words[0] once the guard on this socket has let us in. Returns only if that came to nothing. */
int admit(const char *socket_path, char **words);

#endif
