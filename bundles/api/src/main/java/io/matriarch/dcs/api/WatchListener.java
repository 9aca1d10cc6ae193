package io.matriarch.dcs.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears changes in the order of their revisions. Called on a thread of the store client: return
 * soon, never block.
 */
@ConsumerType
public interface WatchListener {
    /** One change: a key written, or gone. */
    sealed interface Change {
        String key();

        record Written(KeyValue now) implements Change {
            @Override
            public String key() {
                return now.key();
            }
        }

        record Gone(String key, long revision) implements Change {}
    }

    /**
     * @param changes of one revision, all of them
     */
    void changed(long revision, List<Change> changes);

    /**
     * The watch ended by itself (connection lost, revision compacted): read again and watch again.
     * Called once.
     */
    void broken(String why);
}
