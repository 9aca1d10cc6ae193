package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ways to name a member's PostgreSQL to programs that use libpq. */
public final class Psql {

    private Psql() {}

    /** {@code host=… port=…}, without user or password: those are libpq's business. */
    public static String dsn(Member member) {
        return "host=%s port=%d".formatted(member.host(), member.port());
    }

    /**
     * The command line of psql, one item per argument, so that nothing in it can be taken for
     * shell.
     */
    public static List<String> command(
            String psql,
            Member member,
            Optional<String> database,
            Optional<String> user,
            List<String> more) {
        var command = new ArrayList<>(List.of(psql, "-h", member.host(), "-p", "" + member.port()));
        database.ifPresent(name -> command.addAll(List.of("-d", name)));
        user.ifPresent(name -> command.addAll(List.of("-U", name)));
        command.addAll(more);
        return command;
    }
}
