package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.config.Configuration;
import io.matriarch.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Judge a configuration file.")
final class ConfigCommand implements Callable<Integer> {

    private final Root root;
    @Spec private @Nullable CommandSpec spec;

    ConfigCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (spec == null) throw new IllegalStateException("not made by picocli");
        throw new ParameterException(spec.commandLine(), "config: a command is missing: check");
    }

    @Command(
            name = "check",
            description = {
                "Check a configuration file, and the PATRONI_* variables over it; change nothing.",
                "Exit status 3 if the agent would refuse it."
            })
    int check(
            @Parameters(
                            paramLabel = "FILE",
                            description = "matriarch.yml, patroni.yml, or a directory of them.")
                    Path file)
            throws MatriarchException {
        try {
            var good = Configuration.read(file, root.surroundings().environment());
            good.warnings().forEach(warning -> root.warn("warning: " + warning));
            root.say(file + ": good");
            return 0;
        } catch (ConfigurationException e) {
            List<String> lines = e.problems().stream().map(Object::toString).toList();
            return refuse(e, lines);
        }
    }

    private int refuse(ConfigurationException e, List<String> lines) {
        lines.forEach(root.surroundings().err()::println);
        root.surroundings().err().println("hint: " + io.matriarch.cli.core.Plain.of(e.hint()));
        return e.code().exitStatus();
    }
}
