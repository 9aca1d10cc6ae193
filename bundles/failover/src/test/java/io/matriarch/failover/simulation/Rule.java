package io.matriarch.failover.simulation;

import java.util.Map;

/**
 * A rule that keeps a cluster safe or alive. Taking one away must make histories fail: it shows
 * that the simulation can see what the rule is for.
 */
enum Rule {
    MARGIN("a leader stops writing a margin before its lease ends"),
    GUARD("a process of its own stops PostgreSQL at the deadline"),
    ADMISSION("a server that may write asks the guard before it runs"),
    COMPARE("the leader key is taken only if nobody has it"),
    DEPARTURE("a lease counts from when its request left, not from its answer"),
    PROMISE_KEPT("who promised a leader without the store is not promoted", Mode.FAILSAFE),
    ALL_AGREE("a leader without the store serves on only if all members agree", Mode.FAILSAFE),
    PROMISE_ON_DISK("a promise outlives the agent that gave it", Mode.FAILSAFE),
    PROMISE_DEPARTURE("promises count from when the question left", Mode.FAILSAFE),
    PROMISE_MARGIN("promises are counted on for less than they hold", Mode.FAILSAFE),
    ON_THE_LIST("who is not on the list in the store is not promoted", Mode.FAILSAFE),
    LIST_ON_LEASE("the list is changed on the strength of the lease only", Mode.FAILSAFE),
    HANDOVER_STOPPED("in a handover the key is given away once the server takes no more writes"),
    GATE_SHUT("no server can come up any more when the key is given away"),
    RELEASE_SEEN("a deletion is of the key that was seen, and of no later one"),
    REJOIN_COMPARED("who wrote what the leader has not is rewound before it follows"),
    KEY_CONFIRMED("before PostgreSQL may write no deletion of ours can take the key away"),
    SYNC_PREPARED("before a promotion the key and the names are made ready", Mode.SYNC),
    SYNC_SETTLED(
            "a write of the key without an answer is settled before the next", Mode.SYNC_FAULTS),
    SYNC_RACE("who has not every acknowledged commit is not promoted", Mode.SYNC),
    SYNC_RECHECK("a key taken on an old view is looked at once more", Mode.QUORUM),
    SYNC_CONFIRMED("who is named votes only once it has caught up", Mode.SYNC_FAULTS),
    SYNC_SINCE(
            "it has caught up with what was written when names came into force", Mode.SYNC_FAULTS),
    SYNC_IN_FORCE("names count once the checkpointer has read them", Mode.SYNC_FAULTS),
    SYNC_SHRINK_FIRST("who is lost leaves the key before commits stop waiting for it", Mode.SYNC),
    SYNC_GROW_LAST("commits wait for who shall vote before it votes", Mode.SYNC),
    SYNC_STOP_FIRST("a primary is stopped before names are taken away", Mode.SYNC),
    SYNC_NAMES_KEPT("an agent that starts leaves the names in force as they are", Mode.SYNC_FAULTS),
    SYNC_LEADER_WRITES("only the leader writes the key", Mode.SYNC_FAULTS),
    QUORUM_VOTES("who is promoted has seen the quorum", Mode.QUORUM),
    SYNC_TIMELINE("a later timeline counts before a larger position", Mode.QUORUM),
    QUORUM_AHEAD("who sees a voter ahead is not promoted", Mode.QUORUM),
    QUORUM_ORDER("the key and the names change in the right order", Mode.QUORUM),
    QUORUM_STANDING("a standby has names in force before it is promoted", Mode.QUORUM),
    STANDBY_NOT_PROMOTED("the leader of a standby cluster is not promoted", Mode.STANDBY),
    STANDBY_NOT_STARTED("no crashed primary is started in a standby cluster", Mode.STANDBY),
    LATE_PROMOTION(
            "a server that was told to end recovery keeps its deadline until it is gone",
            Mode.STANDBY),
    STANDBY_SYNC_KEPT(
            "what was acknowledged is not forgotten before the remote primary has gone on",
            Mode.STANDBY_SYNC),
    ROOM_ASKED("a leader that cannot write hands over only to a member with room", Mode.DISKS);

    private static final class Mode {
        static final Map<String, Object> FAILSAFE = Map.of("failsafe_mode", true);
        static final Map<String, Object> SYNC =
                Map.of("synchronous_mode", "on", "synchronous_node_count", 1);
        static final Map<String, Object> SYNC_FAULTS =
                Map.of(
                        "synchronous_mode",
                        "on",
                        "synchronous_node_count",
                        1,
                        SyncFaults.TELLS,
                        true);
        static final Map<String, Object> QUORUM = Map.of("synchronous_mode", "quorum");
        static final Map<String, Object> DISKS = Map.of(SimDisk.TELLS, true);
        static final Map<String, Object> STANDBY = Map.of(SimRemote.TELLS, true);
        static final Map<String, Object> STANDBY_SYNC =
                Map.of(SimRemote.TELLS, true, "synchronous_mode", "on");
    }

    /** In a sentence. */
    final String text;

    /** What the cluster's configuration must say for the rule to matter. */
    final Map<String, Object> config;

    Rule(String text) {
        this(text, Map.of());
    }

    Rule(String text, Map<String, Object> config) {
        this.text = text;
        this.config = config;
    }
}
