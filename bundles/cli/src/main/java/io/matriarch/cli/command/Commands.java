package io.matriarch.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * The commands by name, in the order of the help.
 *
 * <p>picocli reads the annotations of every command it is given, which costs more than all the rest
 * of a run; so it is given only those whose names appear among the arguments. If none does, or help
 * is asked for, it gets all of them and can say what it would have understood.
 */
public final class Commands {

    private static final Map<String, Function<Root, Object>> BY_NAME = new LinkedHashMap<>();

    /** They need to know all others. */
    private static final Set<String> WHOLE = Set.of("generate-completion", "warm-up");

    static {
        BY_NAME.put("list", ListCommand::new);
        BY_NAME.put("status", StatusCommand::new);
        BY_NAME.put("topology", TopologyCommand::new);
        BY_NAME.put("events", EventsCommand::new);
        BY_NAME.put("why", EventsCommand::new);
        BY_NAME.put("history", HistoryCommand::new);
        BY_NAME.put("switchover", SwitchoverCommand::new);
        BY_NAME.put("failover", FailoverCommand::new);
        BY_NAME.put("promote-cluster", PromoteClusterCommand::new);
        BY_NAME.put("demote-cluster", DemoteClusterCommand::new);
        BY_NAME.put("restart", RestartCommand::new);
        BY_NAME.put("reinit", ReinitCommand::new);
        BY_NAME.put("reinitialize", ReinitCommand::new);
        BY_NAME.put("reload", ReloadCommand::new);
        BY_NAME.put("pause", PauseCommand::new);
        BY_NAME.put("resume", ResumeCommand::new);
        BY_NAME.put("show-config", ShowConfigCommand::new);
        BY_NAME.put("edit-config", EditConfigCommand::new);
        BY_NAME.put("config", ConfigCommand::new);
        BY_NAME.put("migrate", MigrateCommand::new);
        BY_NAME.put("alerts", AlertsCommand::new);
        BY_NAME.put("silence", SilenceCommand::new);
        BY_NAME.put("diverged-wal", DivergedWalCommand::new);
        BY_NAME.put("audit", AuditCommand::new);
        BY_NAME.put("hash-password", HashPasswordCommand::new);
        BY_NAME.put("query", QueryCommand::new);
        BY_NAME.put("dsn", DsnCommand::new);
        BY_NAME.put("store", StoreCommand::new);
        BY_NAME.put("check", CheckCommand::new);
        BY_NAME.put("metrics", MetricsCommand::new);
        BY_NAME.put("top", TopCommand::new);
        BY_NAME.put("report", ReportCommand::new);
        BY_NAME.put("jobs", JobsCommand::new);
        BY_NAME.put("backup", BackupCommand::new);
        BY_NAME.put("backups", BackupsCommand::new);
        BY_NAME.put("restore", RestoreCommand::new);
        BY_NAME.put("drill", DrillCommand::new);
        BY_NAME.put("verify", VerifyCommand::new);
        BY_NAME.put("expire", ExpireCommand::new);
        BY_NAME.put("repo", RepoCommand::new);
        BY_NAME.put("wal", WalCommand::new);
        BY_NAME.put("bundles", BundlesCommand::new);
        BY_NAME.put("prepare-restart", PrepareRestartCommand::new);
        BY_NAME.put("version", VersionCommand::new);
        BY_NAME.put("shutdown", ShutdownCommand::new);
        BY_NAME.put("generate-completion", GenerateCompletionCommand::new);
        BY_NAME.put("warm-up", WarmUpCommand::new);
    }

    private Commands() {}

    /** The command line that understands {@code arguments}. */
    public static CommandLine line(Root root, List<String> arguments) {
        Set<String> wanted =
                arguments.stream().filter(BY_NAME::containsKey).collect(Collectors.toSet());
        boolean all = wanted.isEmpty() || !java.util.Collections.disjoint(wanted, WHOLE);
        var line = new CommandLine(root);
        var added = new java.util.HashSet<Class<?>>();
        BY_NAME.forEach((name, command) -> {
            if (!all && !wanted.contains(name)) return;
            Object made = command.apply(root);
            // an alias is its command, which the first name has added
            if (added.add(made.getClass())) line.addSubcommand(made);
        });
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    static List<String> names() {
        return Arrays.asList(BY_NAME.keySet().toArray(String[]::new));
    }
}
