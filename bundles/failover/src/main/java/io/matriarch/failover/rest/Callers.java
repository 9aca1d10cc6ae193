package io.matriarch.failover.rest;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import io.matriarch.failover.rest.core.AccessRules;
import io.matriarch.failover.rest.core.Users;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The users of the REST port for callers that do not come by it. */
public final class Callers implements Access {
    private final AccessRules rules;
    private final @Nullable UsersFile users;

    /**
     * @param usersFile of users with roles; empty: there is at most the one of the configuration
     */
    public Callers(AccessRules rules, Optional<Path> usersFile) {
        this.rules = rules;
        users = usersFile.map(UsersFile::new).orElse(null);
    }

    @Override
    public boolean asks() {
        return users != null || !rules.username().isEmpty();
    }

    @Override
    public Optional<AccessRole> authenticate(String user, String password) {
        if (!asks()) return Optional.of(AccessRole.ADMIN);
        if (rules.authenticated(user, password)) return Optional.of(AccessRole.ADMIN);
        if (users == null) return Optional.empty();
        var named = users.users().named(user);
        boolean right = users.right(named.orElse(UsersFile.NOBODY), password);
        return right ? named.map(Users.User::role) : Optional.empty();
    }

    @Override
    public Optional<AccessRole> roleOf(String user) {
        if (!asks() || !rules.username().isEmpty() && rules.username().equals(user))
            return Optional.of(AccessRole.ADMIN);
        return users == null ? Optional.empty() : users.users().named(user).map(Users.User::role);
    }

    @Override
    public Optional<Certified> certified(String subject) {
        if (users == null) return Optional.empty();
        var all = users.users();
        return Subjects.commonName(subject)
                .flatMap(all::certified)
                .map(user -> new Certified(user.name(), user.role()));
    }
}
