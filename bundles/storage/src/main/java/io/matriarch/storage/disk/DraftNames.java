package io.matriarch.storage.disk;

import io.matriarch.storage.core.RepositoryPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names no other writer takes, of this process or of another one on the same disk. */
final class DraftNames {
    /** A file's name has 255 bytes at most; segment and relation names are far below. */
    private static final int LONGEST_NAME = 255;

    private final String process;
    private final AtomicLong count = new AtomicLong();

    DraftNames() {
        var random = new byte[5];
        new SecureRandom().nextBytes(random);
        process = HexFormat.of().formatHex(random);
    }

    Path beside(Path file) {
        String name = file.getFileName().toString();
        String end =
                "." + process + Long.toHexString(count.incrementAndGet()) + RepositoryPath.DRAFT;
        int room = LONGEST_NAME - end.length();
        while (name.getBytes(StandardCharsets.UTF_8).length > room)
            name = name.substring(0, name.length() - 1);
        return file.resolveSibling(name + end);
    }
}
