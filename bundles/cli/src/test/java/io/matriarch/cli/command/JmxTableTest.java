package io.matriarch.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.cli.Surroundings;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A test of the management bundle holds the other column. */
@DisplayName("The table of docs/jmx.md that says how each command is done by JMX")
class JmxTableTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z -]+)` \\| (`|- ).+ \\|");

    @Test
    @DisplayName("has every command, and no other")
    void complete() throws Exception {
        var commands = new TreeSet<String>();
        collect("", Commands.line(new Root(nothing()), List.of()), commands);
        var told =
                Files.readAllLines(Path.of("../../docs/jmx.md")).stream()
                        .dropWhile(line -> !line.startsWith("## The same as by matriarchctl"))
                        .map(ROW::matcher)
                        .filter(row -> row.matches())
                        .map(row -> row.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(commands);
    }

    private static Surroundings nothing() {
        var silent = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        return new Surroundings(
                new BufferedReader(new StringReader("")),
                silent,
                silent,
                Map.of(),
                Clock.systemUTC(),
                _ -> 0,
                _ -> false,
                false);
    }

    private static void collect(String before, CommandLine line, TreeSet<String> into) {
        for (var each : line.getSubcommands().values()) {
            var name = (before + " " + each.getCommandName()).strip();
            if (into.add(name)) collect(name, each, into);
        }
    }
}
