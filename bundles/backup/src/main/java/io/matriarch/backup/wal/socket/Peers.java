package io.matriarch.backup.wal.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end: root, or the user we are, as PostgreSQL and we run as the same. */
final class Peers {
    private final String own;

    Peers(Path ownFile) throws IOException {
        own = Files.getOwner(ownFile).getName();
    }

    /** Empty if the kernel's word is good; otherwise who it is. */
    Optional<String> stranger(SocketChannel channel) throws IOException {
        if (!channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED))
            return Optional.empty(); // then the directory's rights are what keeps others out
        String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        return user.equals(own) || user.equals("root") ? Optional.empty() : Optional.of(user);
    }
}
