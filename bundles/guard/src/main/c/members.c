#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

static struct process members[MAX_MEMBERS];
static int count;

static bool is_member(pid_t pid) {
    for (int i = 0; i < count; i++)
        if (members[i].pid == pid)
            return true;
    return false;
}

static bool is_server_program(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL && (strcmp(slash, "/postgres") == 0 || strcmp(slash, "/edb-postgres") == 0);
}

/*
 * A backend whose postmaster died first has another parent, and may still be at work on a long statement. It runs the
 * same program in the same data directory, which no stranger does.
 */
static bool is_orphan(const struct process_stat *found) {
    char path[MAX_PATH_TEXT];
    if (found->id.start_ticks < target.postmaster.start_ticks || !is_server_program(target.executable))
        return false;
    read_link(found->id.pid, "exe", path);
    if (strcmp(path, target.executable) != 0)
        return false;
    read_link(found->id.pid, "cwd", path);
    return path[0] == '/' && path[1] != '\0' && strcmp(path, target.directory) == 0;
}

static bool add_if_member(const struct process_stat *found, void *added) {
    pid_t pid = found->id.pid, postmaster = target.postmaster.pid;
    if (pid == postmaster || pid == getpid() || pid == 1 || found->state == 'Z' || found->state == 'X')
        return true;
    bool child = found->parent == postmaster || is_member(found->parent);
    if (is_member(pid) || !(child || is_orphan(found)))
        return true;
    members[count++] = found->id;
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

int members_signal(int signal_number) {
    int sent = 0;
    for (int i = 0; i < count; i++)
        sent += send_signal(members[i], signal_number);
    return sent;
}

int members_kill(void) {
    int all = 0, added = 1;
    /* What is stopped forks no more, so each pass goes one generation down, and none has to be gone through twice. */
    for (int generation = 0; generation < MAX_GENERATIONS && added > 0; generation++) {
        added = members_collect();
        if (added > 0) {
            members_signal(SIGSTOP);
            all += added;
        }
    }
    members_signal(SIGKILL);
    return added < 0 ? -1 : all;
}

int members_living(void) {
    int living = 0;
    for (int i = 0; i < count; i++)
        if (is_alive(members[i]))
            members[living++] = members[i];
    count = living;
    return count;
}

void members_forget(void) {
    count = 0;
}

void members_describe(char *out, size_t size) {
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < count && length + 24 < size; i++) {
        struct process_stat found;
        if (read_stat(members[i].pid, &found))
            length += (size_t)snprintf(out + length, size - length, " %d(%c)", (int)found.id.pid, found.state);
    }
}
