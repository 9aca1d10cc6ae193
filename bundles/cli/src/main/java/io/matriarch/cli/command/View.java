package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Table;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something to show.
 *
 * @param text for people
 * @param data for programs: maps, lists, texts, numbers, booleans
 */
record View(Supplier<String> text, @Nullable Object data) {

    /** Asks for what is to be shown; again and again under {@code --watch}. */
    @FunctionalInterface
    interface Source {
        View get() throws MatriarchException;
    }

    static View of(Table table) {
        return new View(table::render, table.objects());
    }

    static View of(Table table, @Nullable Object data) {
        return new View(table::render, data);
    }
}
