package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** One after the other; a repository in trouble does not keep the others from their turn. */
final class EachRepository {
    private final String[] configured;

    /**
     * @param configured JSON, as the configuration has them
     */
    EachRepository(String... configured) {
        this.configured = configured.clone();
    }

    /** What is done with one; returns a sentence. */
    interface Work {
        String on(String json) throws MatriarchException, InterruptedException;
    }

    /**
     * @return what was said of each
     * @throws MatriarchException one failed; the message has what was said of all
     */
    String run(Work work) throws MatriarchException, InterruptedException {
        var said = new ArrayList<String>();
        @Nullable MatriarchException first = null;
        for (String json : configured) {
            if (Thread.interrupted()) throw new InterruptedException();
            try {
                said.add(work.on(json));
            } catch (MatriarchException e) {
                if (first == null) first = e;
                else first.addSuppressed(e);
                said.add(e.getMessage());
            }
        }
        if (first == null) return String.join(". ", said);
        throw new MatriarchException(first.code(), String.join(". ", said), first.hint(), first);
    }
}
