/*
 * matriarch-guard: stops PostgreSQL when the leader's deadline passes unrenewed.
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
    PROTOCOL_VERSION = 1,
    MAX_CONNECTIONS = 256,
    MAX_LINE = 200,
    MAX_MEMBERS = 8192,
    MAX_GENERATIONS = 8,
    MAX_PATH_TEXT = 512,
};

#define MILLISECOND 1000000LL
#define SECOND (1000 * MILLISECOND)

/* How long a postmaster has for its immediate shutdown before everything is killed. */
#define QUIT_GRACE (250 * MILLISECOND)
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
    char executable[MAX_PATH_TEXT];
    char directory[MAX_PATH_TEXT];
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

/* ---- members.c: the processes of a server ---- */
/*
 * Adds what is found of the server in one look at all processes; how many, or -1 if /proc could not be read. One look,
 * because while they fork there is no last one.
 */
int members_collect(void);
int members_signal(int signal_number);
/* Finds the rest, stopping them on the way so that none forks away, and kills all; returns as members_collect. */
int members_kill(void);
/* Forgets the dead; how many live on. */
int members_living(void);
void members_forget(void);
void members_describe(char *out, size_t size);

/* ---- guard.c: what state the guard is in ---- */
enum phase { DISARMED, ARMED, QUITTING, KILLING };
extern enum phase phase;

const char *guard_arm(struct process postmaster, int64_t deadline);
const char *guard_watch(struct process postmaster);
const char *guard_disarm(void);
/* Begins to fence if the deadline has passed. To be called before any command is read. */
void guard_check_deadline(void);
/* The guard cannot go on as it should: as if the deadline had passed. */
void guard_fail(const char *why);
/* Notices an exit, and takes the next step of fencing. */
void guard_step(void);
/* How long poll may sleep at most, in milliseconds; -1: as long as it likes. */
int guard_patience(void);

/* ---- protocol.c ---- */
/* Carries out one line (without its newline) and writes the answer, which ends in a newline. */
void answer_line(const char *line, size_t length, char *answer, size_t size);
extern bool quit_requested;

/* ---- server.c ---- */
void announce(const char *event, pid_t pid);
/* Runs until there is nothing left to guard; the exit status. */
int serve(int listener, int idle_seconds);

#endif
