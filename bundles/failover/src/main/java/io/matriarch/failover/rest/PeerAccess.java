package io.matriarch.failover.rest;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How other members' REST interfaces are called.
 *
 * @param username of {@code ctl.authentication}, else {@code restapi.authentication}; empty: none
 * @param cacert who vouches for them; empty: the Java runtime's list
 * @param certfile our client certificate; empty: none, and then theirs are not verified
 * @param keyfile its key; empty: in {@code certfile}
 */
public record PeerAccess(
        String username,
        String password,
        Optional<Path> cacert,
        Optional<Path> certfile,
        Optional<Path> keyfile) {
    /** Without password and certificates. */
    public static final PeerAccess PLAIN =
            new PeerAccess("", "", Optional.empty(), Optional.empty(), Optional.empty());
}
