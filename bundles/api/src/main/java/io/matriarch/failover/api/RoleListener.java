package io.matriarch.failover.api;

import org.osgi.annotation.versioning.ConsumerType;

/** A service of this type hears of role changes of this node. Return soon. */
@ConsumerType
public interface RoleListener {
    /**
     * @param role as in {@link NodeStatus#role()}
     * @param reason of the decision that led to it
     */
    void roleChanged(String member, String from, String role, String reason);
}
