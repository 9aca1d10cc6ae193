package io.matriarch.failover.core;

import io.matriarch.api.Code;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.Upstream;
import java.util.List;
import java.util.Optional;

/**
 * What this node does next, and the sentence that explains it. The first three ask for facts and
 * are decided anew when they are there; the others are carried out.
 */
public sealed interface Decision {
    /** Why this, and where it matters why not another. */
    String reason();

    /** Ask these members directly, in parallel, then decide again. */
    record AskPeers(List<Member> members, String reason) implements Decision {}

    /** Compare our history with this server's, then decide again. */
    record CompareHistory(Upstream upstream, String reason) implements Decision {}

    record Wait(String reason) implements Decision {}

    /** Write {@code initialize} as ours, if nobody has, and create the cluster. */
    record Bootstrap(String reason) implements Decision {}

    /** The same, as a copy of the primary of another cluster, which this one follows. */
    record BootstrapStandby(Upstream remote, String reason) implements Decision {}

    /** The server we created runs: publish identifier, configuration and leader. */
    record FinishBootstrap(SystemId id, String reason) implements Decision {}

    record AbandonBootstrap(String reason) implements Decision {}

    /** Put our system identifier where none, or none that is valid, stands. */
    record WriteInitialize(SystemId id, String reason) implements Decision {}

    /** Take the leader key, if it is still vacant. */
    record Acquire(String reason) implements Decision {}

    /** We lead and serve: renew, publish positions, look after slots and history. */
    record KeepLeading(String reason) implements Decision {}

    /** The store is away, and all members agree to us: our time is counted from their answers. */
    record ServeOn(String reason) implements Decision {}

    record Promote(String reason) implements Decision {}

    record Demote(Mode mode, String reason) implements Decision {
        /** How gently (interop page, 5.8b). */
        public enum Mode {
            /** A handover: checkpoint, fast stop, release as soon as a candidate has all WAL. */
            GRACEFUL,
            /** We give up: immediate stop, release. */
            IMMEDIATE,
            /** The key is another's or gone: immediate stop, nothing to release. */
            IMMEDIATE_NOLOCK,
            /** The cluster is to follow another: fast stop, the key stays ours, then a standby. */
            CLUSTER,
            /** The store is away: fast stop, the lease runs out by itself. */
            OFFLINE
        }
    }

    /** Write a request for a switchover to that member, as a person would. */
    record RequestHandover(MemberName candidate, String reason) implements Decision {}

    /** Delete our leader key: we hold it and cannot serve. */
    record ReleaseLeader(String reason) implements Decision {}

    /** Start the crashed primary where it lies. */
    record StartPrimary(String reason) implements Decision {}

    record StartStandby(Optional<Upstream> upstream, String reason) implements Decision {}

    /** Point the running standby at {@code upstream}. */
    record Follow(Optional<Upstream> upstream, String reason) implements Decision {}

    /** Stop a standby whose WAL left the leader's history, so that it can be rewound. */
    record StopStandby(String reason) implements Decision {}

    record RecoverAlone(String reason) implements Decision {}

    record Rewind(Upstream upstream, String reason) implements Decision {}

    /** Copy {@code upstream}; a present directory is kept until the copy streams. */
    record Clone(Upstream upstream, String reason) implements Decision {}

    /** Put the restored data into the place of ours, which is kept, and start it as a primary. */
    record ReplaceData(Replacement replacement, String reason) implements Decision {}

    /**
     * Cut the key {@code history} to what the remote primary's history shares with it: it went on
     * from an earlier timeline than our last, and what we wrote on the later ones is over.
     */
    record CutHistory(String reason) implements Decision {}

    /** Overwrite a handover request that is done, stale or impossible with {@code {}}. */
    record ClearHandover(String reason) implements Decision {}

    /** Stop the agent: going on could do harm. */
    record Exit(Code code, String reason, String hint) implements Decision {}
}
