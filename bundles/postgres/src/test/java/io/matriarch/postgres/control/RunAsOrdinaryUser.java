package io.matriarch.postgres.control;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** For tests that run as root: programs run as the user postgres, who owns what we write. */
final class RunAsOrdinaryUser implements RunAs {
    private static final String USER = "postgres";

    static RunAs forTests() throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        return root ? new RunAsOrdinaryUser() : RunAs.plain();
    }

    @Override
    public List<String> wrap(List<String> command) {
        var wrapped =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        wrapped.addAll(command);
        return wrapped;
    }

    @Override
    public void own(Path file) throws IOException {
        var users = FileSystems.getDefault().getUserPrincipalLookupService();
        Files.setOwner(file, users.lookupPrincipalByName(USER));
    }

    @Override
    public void check() {}
}
