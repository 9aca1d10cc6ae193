package io.matriarch.management.fake;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Three users, each named like their role, with their name as the password. */
public final class FakeAccess implements Access {
    public final Map<String, AccessRole> roles =
            new ConcurrentHashMap<>(
                    Map.of(
                            "viewer", AccessRole.VIEWER,
                            "operator", AccessRole.OPERATOR,
                            "admin", AccessRole.ADMIN));

    @Override
    public boolean asks() {
        return true;
    }

    @Override
    public Optional<AccessRole> authenticate(String user, String password) {
        return roleOf(user).filter(_ -> user.equals(password));
    }

    @Override
    public Optional<AccessRole> roleOf(String user) {
        return Optional.ofNullable(roles.get(user));
    }

    /** Whom the first name of a subject names. */
    @Override
    public Optional<Certified> certified(String subject) {
        var name = subject.replaceAll("^CN=|,.*$", "");
        return roleOf(name).map(role -> new Certified(name, role));
    }
}
