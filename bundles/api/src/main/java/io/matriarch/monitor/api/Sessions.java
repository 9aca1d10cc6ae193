package io.matriarch.monitor.api;

import io.matriarch.api.MatriarchException;
import java.util.List;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ProviderType;

/** Who is at work on the server beside us, asked of it at the moment of the call. */
@ProviderType
public interface Sessions {
    /** At most; those that wait, and then those with the oldest transaction, come first. */
    int MOST = 200;

    /**
     * @return client sessions but our own; an answer may be up to a second old
     * @throws MatriarchException the server does not answer
     */
    List<ClientSession> now() throws MatriarchException;

    /**
     * A client's session.
     *
     * @param client its address, or {@code local}
     * @param state PostgreSQL's word, such as {@code idle in transaction}
     * @param waitEvent {@code TYPE:EVENT} of what it waits for; empty if for nothing
     * @param transactionSeconds since its transaction began; empty outside of one
     * @param stateSeconds since it is in that state
     * @param blockedBy process ids of those it waits for; empty unless it waits for a lock
     * @param query the statement it runs or ran last, cut after 300 characters
     */
    record ClientSession(
            int pid,
            String database,
            String user,
            String application,
            String client,
            String state,
            String waitEvent,
            OptionalDouble transactionSeconds,
            OptionalDouble stateSeconds,
            List<Integer> blockedBy,
            String query) {
        public ClientSession {
            blockedBy = List.copyOf(blockedBy);
        }
    }
}
