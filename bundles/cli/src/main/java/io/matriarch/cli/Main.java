package io.matriarch.cli;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.command.Commands;
import io.matriarch.cli.command.Root;
import io.matriarch.cli.core.Plain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code matriarchctl}. */
public final class Main {

    private static final Path ERR = Path.of("/proc/self/fd/2");

    private Main() {}

    public static void main(String[] args) {
        var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        var surroundings =
                new Surroundings(
                        in,
                        System.out,
                        System.err,
                        System.getenv(),
                        Clock.systemUTC(),
                        Main::foreground,
                        Main::sleep,
                        isTerminal(ERR));
        int status = run(surroundings, List.of(args));
        System.out.flush();
        System.exit(status);
    }

    /**
     * One command.
     *
     * @return the exit status, a {@link Code} or 0
     */
    public static int run(Surroundings surroundings, List<String> arguments) {
        var line = Commands.line(new Root(surroundings), arguments);
        line.setOut(new PrintWriter(surroundings.out(), true));
        line.setParameterExceptionHandler((e, _) -> usage(surroundings, e));
        line.setExecutionExceptionHandler((e, _, _) ->
                e instanceof MatriarchException known
                        ? failed(surroundings, known)
                        : defect(surroundings, e));
        return line.execute(arguments.toArray(String[]::new));
    }

    private static int defect(Surroundings surroundings, Exception e) {
        surroundings.err().println("matriarchctl: this is a defect of ours: " + e);
        e.printStackTrace(surroundings.err());
        return Code.INTERNAL.exitStatus();
    }

    private static int failed(Surroundings surroundings, MatriarchException e) {
        var err = surroundings.err();
        err.println("matriarchctl: " + Plain.of(String.valueOf(e.getMessage())));
        if (!e.hint().isEmpty()) err.println("hint: " + Plain.of(e.hint()));
        return e.code().exitStatus();
    }

    private static int usage(Surroundings surroundings, ParameterException e) {
        var err = surroundings.err();
        err.println("matriarchctl: " + e.getMessage());
        var writer = new PrintWriter(err, true);
        CommandLine.UnmatchedArgumentException.printSuggestions(e, writer);
        writer.flush();
        err.println(
                "hint: the options and commands are told by: "
                        + e.getCommandLine().getCommandSpec().qualifiedName()
                        + " --help");
        return Code.USAGE.exitStatus();
    }

    /**
     * Java's console tells of standard input and output only; a pipe or a file has another name.
     */
    private static boolean isTerminal(Path stream) {
        try {
            String name = Files.readSymbolicLink(stream).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return false; // lines are right everywhere
        }
    }

    private static int foreground(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static boolean sleep(Duration time) throws InterruptedException {
        Thread.sleep(time);
        return true;
    }
}
