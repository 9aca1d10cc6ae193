package io.matriarch.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The members a command is about. */
final class MemberNames {

    @Parameters(
            arity = "0..*",
            paramLabel = "MEMBER",
            description = "Names of members (default: all).")
    List<String> names = new ArrayList<>();

    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "Only members that are: any, primary, replica, standby-leader.")
    String role = "any";
}
