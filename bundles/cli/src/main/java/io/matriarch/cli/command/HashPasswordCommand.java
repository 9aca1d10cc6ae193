package io.matriarch.cli.command;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.PasswordHash;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "hash-password",
        description = {
            "Make a line of the file security.users names.",
            "The password is read from standard input, one line; it is not shown if it is typed."
        })
final class HashPasswordCommand implements Callable<Integer> {
    private static final int SHORTEST = 8;

    private final Root root;

    @Parameters(index = "0", paramLabel = "NAME")
    private String name = "";

    @Parameters(index = "1", paramLabel = "ROLE", description = "viewer, operator or admin.")
    private String role = "";

    HashPasswordCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var known = AccessRole.of(role);
        if (known.isEmpty())
            throw new MatriarchException(
                    Code.USAGE,
                    "the role is \"" + role + "\"",
                    "expected viewer, operator or admin");
        if (!name.matches("[^\\s:#]+"))
            throw new MatriarchException(
                    Code.USAGE,
                    "the name is \"" + name + "\"",
                    "a name has no blank, no colon and no #");
        var password = password();
        if (password.length() < SHORTEST)
            throw new MatriarchException(
                    Code.USAGE,
                    "the password has " + password.length() + " characters",
                    "give at least " + SHORTEST);
        root.surroundings()
                .out()
                .println(name + " " + known.get().word() + " " + PasswordHash.of(password).text());
        return 0;
    }

    private String password() throws MatriarchException {
        var console = System.console();
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("Password of %s: ", name);
            if (typed != null) return new String(typed);
        }
        try {
            var line = root.surroundings().in().readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.USAGE, "the password cannot be read", "give it on standard input", e);
        }
    }
}
