package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;

/** Asks several members at the same time, so that one that is away costs its timeout once. */
final class Fanout {

    /** A question to one member. */
    @FunctionalInterface
    interface Question<T, R> {
        R ask(T item) throws MatriarchException;
    }

    private Fanout() {}

    /**
     * @param failed told of each item that could not be asked, and why; on the caller's thread
     * @return the answers that came, in the order of the items
     */
    static <T, R> List<R> each(List<T> items, Question<T, R> question, BiConsumer<T, String> failed)
            throws MatriarchException {
        var tasks = new ArrayList<FutureTask<R>>();
        for (T item : items) {
            Callable<R> call = () -> question.ask(item);
            var task = new FutureTask<>(call);
            tasks.add(task);
            var thread = new Thread(task, "ask " + item);
            thread.setDaemon(true);
            thread.start();
        }
        var answers = new ArrayList<R>();
        for (int i = 0; i < tasks.size(); i++) {
            try {
                answers.add(tasks.get(i).get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof MatriarchException why))
                    throw new IllegalStateException(e.getCause());
                failed.accept(items.get(i), why.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return answers;
    }
}
