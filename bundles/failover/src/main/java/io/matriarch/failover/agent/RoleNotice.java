package io.matriarch.failover.agent;

import io.matriarch.failover.api.RoleListener;
import io.matriarch.failover.core.Role;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the role and tells everybody who wants to know when it changes: callbacks, listeners, the
 * log.
 */
final class RoleNotice {
    private static final Logger LOG = LoggerFactory.getLogger(RoleNotice.class);

    private final AgentState state;
    private final String member;
    private final Callbacks callbacks;
    private final Supplier<List<RoleListener>> listeners;

    RoleNotice(
            AgentState state,
            String member,
            Callbacks callbacks,
            Supplier<List<RoleListener>> listeners) {
        this.state = state;
        this.member = member;
        this.callbacks = callbacks;
        this.listeners = listeners;
    }

    void become(Role next, String reason) {
        var before = state.role();
        if (before == next) return;
        state.role(next);
        LOG.info("{} is now {} (was {}): {}", member, next.text(), before.text(), reason);
        boolean seen = visible(before) != visible(next);
        if (seen && before != Role.UNINITIALIZED) callbacks.tell("on_role_change", next);
        for (var listener : listeners.get()) {
            try {
                listener.roleChanged(member, before.text(), next.text(), reason);
            } catch (RuntimeException e) {
                LOG.warn(
                        "a listener failed on the role change to {}",
                        next.text(),
                        e); // it must not stop a failover
            }
        }
    }

    /** A promotion under way and its end are one change to the outside. */
    private static Role visible(Role role) {
        return role == Role.PROMOTED ? Role.PRIMARY : role == Role.DEMOTED ? Role.REPLICA : role;
    }
}
