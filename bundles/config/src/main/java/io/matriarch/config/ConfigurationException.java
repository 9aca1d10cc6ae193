package io.matriarch.config;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; says everything that is wrong with it, not only the first. */
public final class ConfigurationException extends MatriarchException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigurationException(List<Problem> problems) {
        super(
                Code.CONFIG,
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
                "correct "
                        + (problems.size() == 1 ? "it" : "all " + problems.size())
                        + " and try again; `matriarchctl config check FILE` checks without starting");
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
