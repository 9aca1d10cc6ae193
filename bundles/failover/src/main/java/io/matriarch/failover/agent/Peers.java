package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.PeerAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks other members directly, by their REST interface. */
public interface Peers extends AutoCloseable {
    /**
     * Asks all of them at once.
     *
     * @param timeout for each; who does not answer in it is {@link PeerAnswer#UNREACHABLE}
     * @return one answer for each member asked
     */
    Map<MemberName, PeerAnswer> ask(List<Member> members, Duration timeout);

    /**
     * Asks all of them at once what they are and what time they have.
     *
     * @param timeout for each
     * @return one for each member asked
     */
    List<PeerSight> look(List<Member> members, Duration timeout);

    /**
     * Asks a member to agree that we serve on while the store is away (interop page, 5.14).
     *
     * @param timeout silence for that long is a refusal
     * @return empty if it accepted, else why not
     */
    String agree(String apiUrl, String question, Duration timeout);

    @Override
    void close();
}
