package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "backup",
        description =
                "Make a backup, on the member that is placed best; --watch follows it to its end.")
final class BackupCommand implements Callable<Integer> {
    /** Kinds of backup, by what they build on. */
    enum Type {
        FULL,
        DIFF,
        INCR
    }

    private final Root root;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            description =
                    "full, diff (on the last full) or incr (on the last of any type; the default)."
                            + " What has nothing to build on becomes a full one.")
    private Type type = Type.INCR;

    @Mixin private MemberChoice choice = new MemberChoice();

    BackupCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var to = root.session().localOr(choice.member);
        String name = type.name().toLowerCase(java.util.Locale.ROOT);
        Confirmation.ask(root, "Make a backup (%s)?".formatted(name));
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("type", name);
        return new AskedRun(root, to, Code.BACKUP).ask("backup", "backup", body);
    }
}
