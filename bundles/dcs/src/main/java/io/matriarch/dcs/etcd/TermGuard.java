package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.ResponseHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the newest Raft term any server has shown, so that the answer of a server that was left
 * behind is not taken for the truth.
 */
final class TermGuard {
    private static final Logger log = LoggerFactory.getLogger(TermGuard.class);

    private long clusterId;
    private long term;

    /** The newest term known now; keep it with the request, for {@link #accepts}. */
    synchronized long term() {
        return term;
    }

    /**
     * Whether an answer is fresh.
     *
     * @param termAtStart the newest term when the request left: an answer may well be overtaken by
     *     another while both are under way
     */
    synchronized boolean accepts(ResponseHeader header, long termAtStart) {
        if (header.getClusterId() != clusterId) {
            if (clusterId != 0) {
                log.warn(
                        "The store is another cluster now: id {}, before {}",
                        Long.toHexString(header.getClusterId()),
                        Long.toHexString(clusterId));
            }
            clusterId = header.getClusterId();
            term = header.getRaftTerm();
            return true;
        }
        if (header.getRaftTerm() < termAtStart) {
            return false;
        }
        term = Math.max(term, header.getRaftTerm());
        return true;
    }

    /** Every endpoint is behind what we remember: the store was made anew from an older state. */
    synchronized void forget() {
        log.warn("No endpoint knows Raft term {} any more; was the store set up anew?", term);
        term = 0;
    }
}
