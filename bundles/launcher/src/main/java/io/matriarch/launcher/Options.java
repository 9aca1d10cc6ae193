package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.nio.file.Path;

/**
 * The command line.
 *
 * @param home where the distribution lies
 * @param config a file, or a directory of files
 */
record Options(Path home, Path config, Mode mode) {

    enum Mode {
        RUN,
        /** Read and check the configuration, then end. */
        CHECK,
        /** Print the state directory, for the start script. */
        STATE_DIR,
        /** Start everything and stop again: what an AOT cache is made of. */
        TRAIN
    }

    static final String USAGE =
            "usage: io.matriarch.launcher.Main --home DIR --config FILE [--check | --state-dir |"
                    + " --train]";

    static Options parse(String... args) throws MatriarchException {
        Path home = null;
        Path config = null;
        var mode = Mode.RUN;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--home" -> home = path(args, ++i);
                case "--config" -> config = path(args, ++i);
                case "--check" -> mode = Mode.CHECK;
                case "--state-dir" -> mode = Mode.STATE_DIR;
                case "--train" -> mode = Mode.TRAIN;
                default ->
                        throw new MatriarchException(
                                Code.USAGE, "unknown argument \"" + args[i] + '"', USAGE);
            }
        }
        if (home == null || config == null)
            throw new MatriarchException(
                    Code.USAGE, (home == null ? "--home" : "--config") + " is missing", USAGE);
        return new Options(home, config, mode);
    }

    private static Path path(String[] args, int index) throws MatriarchException {
        if (index >= args.length)
            throw new MatriarchException(
                    Code.USAGE, args[index - 1] + " needs a value after it", USAGE);
        return Path.of(args[index]).toAbsolutePath().normalize();
    }
}
