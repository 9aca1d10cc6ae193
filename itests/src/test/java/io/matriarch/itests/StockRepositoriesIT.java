package io.matriarch.itests;

import io.matriarch.backup.stock.StockLab;
import io.matriarch.backup.stock.StockRepositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;

@DisplayName("A repository of pgBackRest 2.55 on PostgreSQL 17")
class StockRepositoriesIT extends StockRepositories {
    private static final String IMAGE = "matriarch-itests:pg17";
    private static final int PORT = 5432;

    /**
     * PostgreSQL and pgBackRest in a container; the repository and the data are in a folder of this
     * machine.
     */
    private static final class ContainerLab extends StockLab {
        private final String container;

        private ContainerLab(Path root, String container) {
            super(root, Path.of("/usr/lib/postgresql/17/bin"), Path.of("/tmp"), PORT);
            this.container = container;
        }

        static ContainerLab open() throws IOException, InterruptedException {
            Path root =
                    Files.createTempDirectory(
                            "matriarch-stock",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwxr-xr-x")));
            String container =
                    output(
                                    List.of(
                                            "docker",
                                            "run",
                                            "-d",
                                            "--init",
                                            "--network=none",
                                            "-v",
                                            root + ":" + root,
                                            IMAGE,
                                            "sleep",
                                            "infinity"))
                            .strip();
            var lab = new ContainerLab(root, container);
            lab.own(root);
            return lab;
        }

        @Override
        public String run(List<String> command) throws IOException, InterruptedException {
            var wrapped = new ArrayList<>(List.of("docker", "exec", "-u", "postgres", container));
            wrapped.addAll(command);
            return output(wrapped);
        }

        @Override
        public void own(Path tree) throws IOException, InterruptedException {
            output(
                    List.of(
                            "docker",
                            "exec",
                            container,
                            "chown",
                            "-R",
                            "postgres:postgres",
                            tree.toString()));
        }

        @Override
        public void close() throws Exception {
            try {
                super.close();
            } finally {
                output(List.of("docker", "rm", "-f", container));
                output(List.of("rm", "-rf", root.toString()));
            }
        }
    }

    @Override
    protected StockLab lab() throws Exception {
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "needs root, to read what the container's user wrote");
        return ContainerLab.open();
    }

    @Override
    protected List<Kind> kinds() {
        var encrypted = Map.of("cipher-type", "aes-256-cbc", "cipher-pass", StockLab.PASSPHRASE);
        return List.of(
                kind("none", "none", Map.of()),
                kind("bz2", "bz2", Map.of()),
                kind("lz4-encrypted", "lz4", encrypted),
                kind("zst-bundled-encrypted", "zst", encrypted, "bundle"),
                kind("none-blocks", "none", Map.of(), "bundle", "block"),
                kind("gz-blocks", "gz", Map.of(), "bundle", "block"),
                kind("lz4-blocks", "lz4", Map.of(), "bundle", "block"),
                kind("zst-blocks-encrypted", "zst", encrypted, "bundle", "block"));
    }

    private static Kind kind(
            String name, String compression, Map<String, String> options, String... switches) {
        var all = new java.util.TreeMap<>(options);
        for (String on : switches) all.put(on, "y");
        return new Kind(name, all, compression);
    }
}
