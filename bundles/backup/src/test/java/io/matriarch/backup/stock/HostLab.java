package io.matriarch.backup.stock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** On this machine, with Debian's programs. */
final class HostLab extends StockLab {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private final boolean asRoot;

    private HostLab(Path root, Path binaries, Path socket, int port, boolean asRoot) {
        super(root, binaries, socket, port);
        this.asRoot = asRoot;
    }

    /** Empty if the programs are not here. */
    static Optional<HostLab> open(int port) throws IOException, InterruptedException {
        var binaries = binaries();
        if (binaries.isEmpty() || !Files.isExecutable(Path.of("/usr/bin/pgbackrest")))
            return Optional.empty();
        boolean asRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        Path root =
                Files.createTempDirectory(
                        "matriarch-stock",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-xr-x")));
        var lab = new HostLab(root, binaries.get(), root, port, asRoot);
        lab.own(root);
        return Optional.of(lab);
    }

    /** Stock 2.45 of bookworm reads up to 15. */
    private static Optional<Path> binaries() {
        for (String version : List.of("15", "14", "13"))
            if (Files.isExecutable(DEBIAN.resolve(version + "/bin/initdb")))
                return Optional.of(DEBIAN.resolve(version + "/bin"));
        return Optional.empty();
    }

    @Override
    public String run(List<String> command) throws IOException, InterruptedException {
        var wrapped = new ArrayList<String>();
        if (asRoot)
            wrapped.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        wrapped.addAll(command);
        return output(wrapped);
    }

    @Override
    public void own(Path tree) throws IOException, InterruptedException {
        if (asRoot) output(List.of("chown", "-R", "postgres:postgres", tree.toString()));
    }

    @Override
    public void close() throws Exception {
        super.close();
        output(List.of("rm", "-rf", root.toString()));
    }
}
