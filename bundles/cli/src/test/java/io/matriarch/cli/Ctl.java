package io.matriarch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs matriarchctl in this process, with a person and programs that do as they are told. */
final class Ctl {

    record Result(int status, String out, String err) {}

    final Map<String, String> environment = new HashMap<>();
    final List<List<String>> programs = new ArrayList<>();
    Surroundings.Programs program = _ -> 0;
    String typed = "";
    int rounds;
    boolean terminal;

    /** Told how many rounds are left at each pause. */
    java.util.function.IntConsumer round = _ -> {};

    Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var surroundings =
                new Surroundings(
                        new BufferedReader(new StringReader(typed)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        environment,
                        Clock.fixed(Instant.parse("2026-11-23T02:00:00Z"), ZoneOffset.UTC),
                        command -> {
                            programs.add(command);
                            return program.run(command);
                        },
                        _ -> {
                            round.accept(--rounds);
                            return rounds > 0;
                        },
                        terminal);
        int status = Main.run(surroundings, List.of(arguments));
        return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
    }
}
