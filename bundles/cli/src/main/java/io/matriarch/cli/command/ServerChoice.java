package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Targets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which PostgreSQL server: by role, or one member's. */
final class ServerChoice {

    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "any, primary or replica (default: primary).")
    private @Nullable String role;

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "This member's.")
    private @Nullable String member;

    Member of(Cluster cluster) throws MatriarchException {
        if (member == null)
            return Targets.serving(cluster, Targets.Role.of(role == null ? "primary" : role));
        if (role != null)
            throw new MatriarchException(
                    Code.USAGE, "--role and --member exclude each other", "give one of them");
        var chosen = cluster.member(member);
        if (chosen.host().isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "member " + member + " publishes no address of PostgreSQL",
                    "look at its state with: matriarchctl list");
        return chosen;
    }
}
