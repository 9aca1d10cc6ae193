#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

static char socket_path[PATH_MAX], log_path[PATH_MAX];
static int idle_seconds = 60;
/* Where the daemon tells the program that was started how it went: LISTENING, or what went wrong. */
static int report_fd = -1;

#define LISTENING "+"

static _Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void give_up(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(report_fd < 0 ? STDERR_FILENO : report_fd, format, arguments);
    va_end(arguments);
    _exit(1);
}

static void absolute(const char *path, char out[PATH_MAX]) {
    char here[PATH_MAX] = "";
    if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
        give_up("matriarch-guard: no working directory: %s\n", strerror(errno));
    int length = snprintf(out, PATH_MAX, "%s%s%s", here, path[0] == '/' ? "" : "/", path);
    if (length >= PATH_MAX)
        give_up("matriarch-guard: path is too long: %s\n", path);
}

static void read_arguments(int count, char **arguments) {
    if (count < 3 || count > 4)
        give_up("usage: matriarch-guard SOCKET LOGFILE [IDLE_SECONDS]\n"
                "       matriarch-guard --admit SOCKET PROGRAM [ARGUMENT...]\n");
    absolute(arguments[1], socket_path);
    absolute(arguments[2], log_path);
    size_t longest = sizeof((struct sockaddr_un *)NULL)->sun_path - 1;
    if (strlen(socket_path) > longest)
        give_up("matriarch-guard: socket path is longer than %zu bytes: %s\n", longest, socket_path);
    if (count == 4) {
        char *end;
        long seconds = strtol(arguments[3], &end, 10);
        if (*end != '\0' || seconds < 1 || seconds > 86400)
            give_up("matriarch-guard: IDLE_SECONDS is 1 to 86400, not \"%s\"\n", arguments[3]);
        idle_seconds = (int)seconds;
    }
}

static struct sockaddr_un address(void) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, socket_path, strlen(socket_path) + 1);
    return to;
}

static bool somebody_listens(void) {
    struct sockaddr_un to = address();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    if (fd >= 0)
        close(fd);
    return connected;
}

static int open_lock(void) {
    char path[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s.lock", socket_path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        give_up("matriarch-guard: cannot open %s: %s\n", path, strerror(errno));
    return fd;
}

static long read_holder(int lock) {
    char text[24] = "";
    return pread(lock, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

/*
 * The lock, not the socket file, says whether a guard runs: it ends with its process, however that ends. Waits a
 * moment for one that is just starting or just ending.
 */
static int take_lock(void) {
    int lock = open_lock();
    for (int tries = 0; flock(lock, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK)
            give_up("matriarch-guard: cannot lock %s.lock: %s\n", socket_path, strerror(errno));
        if (somebody_listens()) {
            printf("matriarch-guard: one runs already on %s, pid %ld\n", socket_path, read_holder(lock));
            exit(0);
        }
        if (tries == 200)
            give_up("matriarch-guard: pid %ld holds %s.lock and does not listen on %s: was that file removed?\n",
                    read_holder(lock), socket_path, socket_path);
        nanosleep(&(struct timespec){.tv_nsec = 10 * MILLISECOND}, NULL);
    }
    return lock;
}

static int open_listener(void) {
    struct stat found;
    struct sockaddr_un at = address();
    /* Ours is the lock, so a socket that lies there is a dead guard's. */
    if (lstat(socket_path, &found) == 0) {
        if (!S_ISSOCK(found.st_mode))
            give_up("matriarch-guard: %s is not a socket; it is left as it is\n", socket_path);
        unlink(socket_path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 128) != 0)
        give_up("matriarch-guard: cannot listen on %s: %s\n", socket_path, strerror(errno));
    return fd;
}

/* Should somebody have removed our files and started another guard, the socket that lies there is that one's. */
static void remove_socket(const struct stat *ours) {
    struct stat found;
    if (lstat(socket_path, &found) == 0 && found.st_dev == ours->st_dev && found.st_ino == ours->st_ino)
        unlink(socket_path);
}

static int open_log(void) {
    int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        give_up("matriarch-guard: cannot write %s: %s\n", log_path, strerror(errno));
    return fd;
}

/* What makes the guard run when the machine is short of memory or processor; each is worth having without the rest. */
static void harden(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    bool unkillable = fd >= 0 && write(fd, "-1000", 5) == 5;
    if (fd >= 0)
        close(fd);
    bool locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    bool realtime = sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1}) == 0;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    log_line("guard of %s: memory %s, out-of-memory killer %s, scheduling %s", socket_path,
            locked ? "locked" : "not locked", unkillable ? "kept away" : "not kept away",
            realtime ? "realtime" : "ordinary");
}

/* Of what was inherited, only these two live on. */
static void close_inherited(int keep_a, int keep_b) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        if (null < 0 || dup2(null, fd) < 0)
            give_up("matriarch-guard: cannot use /dev/null: %s\n", strerror(errno));
    struct rlimit files;
    long last = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 65536 ? (long)files.rlim_cur : 65536;
    for (int fd = 3; fd < last; fd++)
        if (fd != keep_a && fd != keep_b)
            close(fd);
}

static int run_daemon(int lock) {
    char pid[24];
    umask(0177); /* the socket's mode is what this leaves of it */
    close_inherited(lock, report_fd);
    if (chdir("/") != 0)
        give_up("matriarch-guard: cannot change to /: %s\n", strerror(errno));
    signal(SIGCHLD, SIG_IGN); /* the log writer is nobody to wait for */
    signal(SIGPIPE, SIG_IGN);
    int length = snprintf(pid, sizeof pid, "%d\n", (int)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)length, 0) != length)
        give_up("matriarch-guard: cannot write %s.lock: %s\n", socket_path, strerror(errno));
    if (!proc_open() || !deadline_open())
        give_up("matriarch-guard: no /proc or no timers: %s\n", strerror(errno));
    if (!log_start(open_log()))
        give_up("matriarch-guard: cannot start the log writer: %s\n", strerror(errno));
    int listener = open_listener();
    struct stat ours;
    if (lstat(socket_path, &ours) != 0)
        give_up("matriarch-guard: %s vanished: %s\n", socket_path, strerror(errno));
    harden();
    if (write(report_fd, LISTENING, 1) != 1)
        log_line("whoever started this guard is gone");
    close(report_fd);
    report_fd = -1;
    int status = serve(listener, idle_seconds);
    remove_socket(&ours);
    return status;
}

/* The grandchild is nobody's child and leads no session, so nobody's end is its own. */
static void become_daemon(int lock) {
    pid_t child = fork();
    if (child < 0)
        give_up("matriarch-guard: cannot fork: %s\n", strerror(errno));
    if (child > 0)
        _exit(0);
    if (setsid() < 0)
        give_up("matriarch-guard: cannot start a session: %s\n", strerror(errno));
    pid_t grandchild = fork();
    if (grandchild < 0)
        give_up("matriarch-guard: cannot fork: %s\n", strerror(errno));
    if (grandchild > 0)
        _exit(0);
    exit(run_daemon(lock));
}

/* The exit status of the program that was started: 0 once the daemon listens. */
static int wait_for_daemon(int from) {
    char text[PATH_MAX + 256] = "";
    ssize_t length = 0, all = 0;
    while ((length = read(from, text + all, sizeof text - 1 - (size_t)all)) > 0)
        all += length;
    if (strcmp(text, LISTENING) == 0)
        return 0;
    fprintf(stderr, "%s", all > 0 ? text : "matriarch-guard: ended before it listened\n");
    return 1;
}

int main(int count, char **arguments) {
    int ends[2];
    if (count >= 4 && strcmp(arguments[1], "--admit") == 0)
        return admit(arguments[2], arguments + 3);
    read_arguments(count, arguments);
    int lock = take_lock();
    if (pipe2(ends, O_CLOEXEC) != 0)
        give_up("matriarch-guard: cannot make a pipe: %s\n", strerror(errno));
    pid_t child = fork();
    if (child < 0)
        give_up("matriarch-guard: cannot fork: %s\n", strerror(errno));
    if (child == 0) {
        close(ends[0]);
        report_fd = ends[1];
        become_daemon(lock);
    }
    close(ends[1]);
    return wait_for_daemon(ends[0]);
}
