#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard.h"

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static int proc_fd = -1;

/* As the kernel lays it out; the C library's readdir would allocate. */
struct directory_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

bool proc_open(void) {
    proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return proc_fd >= 0;
}

bool parse_stat(const char *line, struct process_stat *out) {
    /* The second field is the program's name in parentheses and may hold anything, parentheses too. */
    const char *after_name = strrchr(line, ')');
    int pid, parent, read_to = 0;
    if (after_name == NULL || sscanf(line, "%d (", &pid) != 1)
        return false;
    if (sscanf(after_name, ") %c %d%n", &out->state, &parent, &read_to) != 2)
        return false;
    const char *field = after_name + read_to; /* stands after field 4 */
    for (int number = 5; number <= 22; number++) {
        field = strchr(field, ' ');
        if (field == NULL)
            return false;
        field++;
    }
    char *end;
    errno = 0;
    out->id = (struct process){.pid = pid, .start_ticks = strtoull(field, &end, 10)};
    out->parent = parent;
    return errno == 0 && end != field;
}

bool read_stat(pid_t pid, struct process_stat *out) {
    char path[32], line[1024];
    snprintf(path, sizeof path, "%d/stat", (int)pid);
    int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, line, sizeof line - 1);
    close(fd);
    if (length <= 0)
        return false;
    line[length] = '\0';
    return parse_stat(line, out);
}

bool is_alive(struct process process) {
    struct process_stat found;
    return read_stat(process.pid, &found) && found.id.start_ticks == process.start_ticks && found.state != 'Z'
            && found.state != 'X';
}

void read_link(pid_t pid, const char *link, char out[MAX_PATH_TEXT]) {
    static const char deleted[] = " (deleted)"; /* so it reads once a package upgrade replaced the program */
    char path[32];
    snprintf(path, sizeof path, "%d/%s", (int)pid, link);
    ssize_t length = readlinkat(proc_fd, path, out, MAX_PATH_TEXT);
    /* One that may be cut short could match the wrong process, so it is as good as unknown. */
    out[length <= 0 || length == MAX_PATH_TEXT ? 0 : length] = '\0';
    size_t text = strlen(out), suffix = sizeof deleted - 1;
    if (text > suffix && strcmp(out + text - suffix, deleted) == 0)
        out[text - suffix] = '\0';
}

bool each_process(bool (*visit)(const struct process_stat *, void *), void *context) {
    static _Alignas(8) char entries[8192];
    if (lseek(proc_fd, 0, SEEK_SET) != 0)
        return false;
    for (;;) {
        long length = syscall(SYS_getdents64, proc_fd, entries, sizeof entries);
        if (length <= 0)
            return length == 0;
        for (long at = 0; at < length;) {
            struct directory_entry *entry = (struct directory_entry *)(entries + at);
            at += entry->length;
            struct process_stat found;
            if (entry->name[0] < '1' || entry->name[0] > '9' || !read_stat(atoi(entry->name), &found))
                continue;
            if (!visit(&found, context))
                return true;
        }
    }
}

int open_pidfd(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

bool signal_pidfd(int pidfd, int signal_number) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0) == 0;
}

bool send_signal(struct process process, int signal_number) {
    int pidfd = open_pidfd(process.pid);
    /* Looked at after the descriptor was opened: what we look at is what the signal goes to. */
    bool sent = is_alive(process)
            && (pidfd >= 0 ? signal_pidfd(pidfd, signal_number) : kill(process.pid, signal_number) == 0);
    if (pidfd >= 0)
        close(pidfd);
    return sent;
}
