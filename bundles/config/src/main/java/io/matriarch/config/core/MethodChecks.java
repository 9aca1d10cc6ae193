package io.matriarch.config.core;

import io.matriarch.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be told of custom methods before one of them is run. */
final class MethodChecks {
    private static final List<String> TARGETS =
            List.of(
                    "recovery_target",
                    "recovery_target_lsn",
                    "recovery_target_name",
                    "recovery_target_time",
                    "recovery_target_xid");

    private final Settings settings;
    private final List<Problem> problems = new ArrayList<>();

    private MethodChecks(Settings settings) {
        this.settings = settings;
    }

    static List<Problem> check(Settings settings) {
        var checks = new MethodChecks(settings);
        settings.text("bootstrap.method").ifPresent(checks::bootstrap);
        for (var method : settings.texts("postgresql.create_replica_methods"))
            if (!method.equals("basebackup")) checks.replica(method);
        return checks.problems;
    }

    private void problem(String path, String message, String hint) {
        problems.add(new Problem(settings.place(path), path, message, hint));
    }

    private void bootstrap(String method) {
        if (method.equals("initdb")) return;
        var section = "bootstrap." + method;
        if (!isName(method) || taken(section)) {
            problem(
                    "bootstrap.method",
                    '"' + method + "\" cannot name a method",
                    "Use letters, digits, - and _, and no name that stands under bootstrap for"
                            + " something else");
            return;
        }
        if (!(settings.value(section).orElse("") instanceof Map<?, ?>)) {
            problem(
                    "bootstrap.method",
                    '"' + method + "\" is not initdb, and there is no section " + section,
                    "Write it, with the command that makes the data directory");
            return;
        }
        if (settings.text(section + ".command").filter(text -> !text.isBlank()).isEmpty())
            problem(section, "has no command", "Set " + section + ".command to what is to be run");
        recovery(section);
    }

    private void recovery(String section) {
        var recovery = settings.map(section + ".recovery_conf");
        if (recovery.isEmpty()) return;
        if (settings.bool(section + ".keep_existing_recovery_conf").orElse(false))
            problem(
                    section + ".recovery_conf",
                    "is set, and keep_existing_recovery_conf is true",
                    "Keep what the command wrote, or say it here");
        boolean stops =
                TARGETS.stream()
                        .anyMatch(
                                name -> !String.valueOf(recovery.getOrDefault(name, "")).isBlank());
        if (stops && !"promote".equals(recovery.get("recovery_target_action")))
            problem(
                    section + ".recovery_conf",
                    "has a recovery target at which the server would pause, not begin to write",
                    "Set recovery_target_action: promote");
    }

    private void replica(String method) {
        var section = "postgresql." + method;
        if (method.startsWith("/")) return; // a command itself
        if (!isName(method) || taken(section))
            problem(
                    "postgresql.create_replica_methods",
                    '"' + method + "\" cannot name a method",
                    "Use letters, digits, - and _, and no name that stands under postgresql for"
                            + " something else; or the path of a command");
        else if (!settings.has(section))
            problem(
                    "postgresql.create_replica_methods",
                    '"' + method + "\" is not basebackup, and there is no section " + section,
                    "Write it, with the command that makes the copy; or name a command by its path");
    }

    private static boolean isName(String method) {
        return method.matches("[A-Za-z0-9_-]+");
    }

    private static boolean taken(String path) {
        return Schema.CURRENT.all().stream()
                .anyMatch(key -> key.path().equals(path) || key.path().startsWith(path + "."));
    }
}
