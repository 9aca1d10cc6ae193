#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

static bool write_all(int to, const char *bytes, ssize_t length) {
    while (length > 0) {
        ssize_t written = write(to, bytes, (size_t)length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        length -= written;
    }
    return true;
}

static bool copy_bytes(int from, int to) {
    static char bytes[256 * 1024];
    for (;;) {
        ssize_t length = read(from, bytes, sizeof bytes);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0;
        if (!write_all(to, bytes, length))
            return false;
    }
}

static bool same_size(int from, int to) {
    struct stat a, b;
    if (fstat(from, &a) != 0 || fstat(to, &b) != 0)
        return false;
    errno = EIO;
    return a.st_size == b.st_size;
}

static bool copy(const char *from, const char *to) {
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = out >= 0 && copy_bytes(in, out) && same_size(in, out);
    int why = errno;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && good) {
        good = false;
        why = errno;
    }
    if (out >= 0 && !good)
        unlink(to);
    errno = why;
    return good;
}

/*
 * The last thing we do, and done by us and not by the agent: PostgreSQL reuses the name it gave, and an agent that came to
 * it late would put one segment in the place of another.
 */
bool deliver(const char *from, const char *to) {
    if (rename(from, to) == 0)
        return true;
    if (errno != EXDEV || !copy(from, to))
        return false;
    unlink(from); /* left behind it is only room, which the agent takes back */
    return true;
}
