package io.matriarch.backup.engine;

import io.matriarch.backup.format.BackupType;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.Upload;
import io.matriarch.storage.disk.DirectoryStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One work on a {@link Workshop} as a process of its own. It says {@code @now} when it has called
 * its storage so many times, and goes on: whoever hears it may kill it.
 */
public final class KillMain {
    private KillMain() {}

    /**
     * @param arguments folder, work, seed, calls until {@code @now}
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long seed = Long.parseLong(arguments[2]);
        var left = new AtomicLong(Long.parseLong(arguments[3]));
        var disk = new DirectoryStorage(Workshop.repository(folder));
        var shop = new Workshop(folder, counted(Storage.class, disk, left));
        switch (arguments[1]) {
            case "push" ->
                    shop.push(
                            Integer.parseInt(arguments[4]),
                            KilledProcessTest.SEGMENTS,
                            KillMain::acknowledged);
            case "backup" -> shop.backup(type(new Random(seed)));
            case "expire" -> shop.expire();
            case "restore" -> shop.restore();
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        say("@end");
    }

    static BackupType type(Random random) {
        var types = BackupType.values();
        return types[random.nextInt(types.length)];
    }

    private static void acknowledged(String segment) {
        say("@ack " + segment);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static <T> T counted(Class<T> type, T real, AtomicLong left) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, values) -> {
                            if (left.decrementAndGet() == 0) say("@now");
                            try {
                                Object result = method.invoke(real, values);
                                return result instanceof Upload upload
                                        ? counted(Upload.class, upload, left)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
