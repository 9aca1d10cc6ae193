package io.matriarch.postgres.api;

import io.matriarch.api.MemberName;

/**
 * The server a standby streams from, is rewound against or cloned from. Users and passwords are the
 * local ones for replication and rewind, which all members share.
 *
 * @param database to connect to for ordinary queries
 */
public record Upstream(MemberName name, HostPort address, String database) {}
