#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

struct member {
    struct process id;
    pid_t parent; /* when it was found */
};

static struct member members[MAX_MEMBERS];
static int count;
static struct process admitted[MAX_ADMITTED];
static int admissions;
static char directory[MAX_PATH_TEXT];

void members_of(const char *where) {
    snprintf(directory, sizeof directory, "%s", where);
}

static bool is_member(pid_t pid) {
    for (int i = 0; i < count; i++)
        if (members[i].id.pid == pid)
            return true;
    return false;
}

static void forget_dead_admitted(void) {
    int living = 0;
    for (int i = 0; i < admissions; i++)
        if (is_alive(admitted[i]))
            admitted[living++] = admitted[i];
    admissions = living;
}

bool members_admit(struct process process) {
    forget_dead_admitted();
    if (admissions == MAX_ADMITTED)
        return false;
    admitted[admissions++] = process;
    return true;
}

static bool is_admitted(struct process process) {
    for (int i = 0; i < admissions; i++)
        if (admitted[i].pid == process.pid && admitted[i].start_ticks == process.start_ticks)
            return true;
    return false;
}

static bool is_server_program(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL && (strcmp(slash, "/postgres") == 0 || strcmp(slash, "/edb-postgres") == 0);
}

/*
 * A postmaster somebody else started, and a backend whose postmaster died first and which may still be at work on a long
 * statement, are known by this only. No stranger runs that program there: PostgreSQL's own tools have other names.
 */
static bool works_in_directory(pid_t pid) {
    char path[MAX_PATH_TEXT];
    if (directory[0] == '\0')
        return false;
    read_link(pid, "cwd", path);
    if (strcmp(path, directory) != 0)
        return false;
    read_link(pid, "exe", path);
    return is_server_program(path);
}

static bool add_if_member(const struct process_stat *found, void *added) {
    pid_t pid = found->id.pid, postmaster = target.postmaster.pid;
    if (pid == postmaster || pid == getpid() || pid == 1 || found->state == 'Z' || found->state == 'X')
        return true;
    /* Parent 0 is the kernel, and whoever looks into a container from outside. */
    bool child = found->parent > 1 && (found->parent == postmaster || is_member(found->parent));
    if (is_member(pid) || !(child || is_admitted(found->id) || works_in_directory(pid)))
        return true;
    members[count++] = (struct member){.id = found->id, .parent = found->parent};
    ++*(int *)added;
    return count < MAX_MEMBERS; /* more of them are found once these are dead and forgotten */
}

int members_collect(void) {
    int added = 0;
    members_living();
    if (count < MAX_MEMBERS && !each_process(add_if_member, &added))
        return -1;
    return added;
}

static void signal_all(int signal_number) {
    for (int i = 0; i < count; i++)
        send_signal(members[i].id, signal_number);
}

void members_quit(void) {
    for (int i = 0; i < count; i++)
        if (members[i].parent != target.postmaster.pid && !is_member(members[i].parent))
            send_signal(members[i].id, SIGQUIT);
}

int members_kill(void) {
    int all = 0, added = 1;
    /* What is stopped forks no more, so each pass goes one generation down, and none has to be gone through twice. */
    for (int generation = 0; generation < MAX_GENERATIONS && added > 0; generation++) {
        added = members_collect();
        if (added > 0) {
            signal_all(SIGSTOP);
            all += added;
        }
    }
    signal_all(SIGKILL);
    return added < 0 ? -1 : all;
}

int members_living(void) {
    int living = 0;
    for (int i = 0; i < count; i++)
        if (is_alive(members[i].id))
            members[living++] = members[i];
    count = living;
    return count;
}

void members_forget(void) {
    count = 0;
}

void members_forget_admitted(void) {
    admissions = 0;
}

void members_describe(char *out, size_t size) {
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < count && length + 24 < size; i++) {
        struct process_stat found;
        if (read_stat(members[i].id.pid, &found))
            length += (size_t)snprintf(out + length, size - length, " %d(%c)", (int)found.id.pid, found.state);
    }
}
