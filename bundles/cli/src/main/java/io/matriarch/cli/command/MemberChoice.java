package io.matriarch.cli.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The one member a command asks. */
final class MemberChoice {
    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Which member is asked (default: the one the configuration file is of).")
    @Nullable String member;
}
