package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.PasswordHash;
import io.matriarch.failover.rest.core.AccessRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Callers that do not come by the REST port")
class CallersTest {
    @TempDir Path folder;

    private static AccessRules rules(String username) {
        return new AccessRules(List.of(), false, "none", username, "root-pass", "");
    }

    private Path users(String text) throws IOException {
        return Files.writeString(folder.resolve("users"), text);
    }

    @Test
    @DisplayName("are administrators where nobody is asked")
    void nobodyAsked() {
        var callers = new Callers(rules(""), Optional.empty());
        assertThat(callers.asks()).isFalse();
        assertThat(callers.authenticate("any", "any")).contains(AccessRole.ADMIN);
        assertThat(callers.roleOf("any")).contains(AccessRole.ADMIN);
    }

    @Test
    @DisplayName("are let in as the one user of the configuration, an administrator")
    void configured() {
        var callers = new Callers(rules("root"), Optional.empty());
        assertThat(callers.asks()).isTrue();
        assertThat(callers.authenticate("root", "root-pass")).contains(AccessRole.ADMIN);
        assertThat(callers.authenticate("root", "wrong")).isEmpty();
        assertThat(callers.authenticate("", "root-pass")).isEmpty();
        assertThat(callers.roleOf("root")).contains(AccessRole.ADMIN);
        assertThat(callers.roleOf("ada")).isEmpty();
    }

    @Test
    @DisplayName("are known by the common name of their certificate, where the file says so")
    void byCertificate() throws IOException {
        var hash = PasswordHash.of("ada-pass").text();
        var file = users("ada operator " + hash + "\nrobot admin certificate\n");
        var callers = new Callers(rules("root"), Optional.of(file));
        assertThat(callers.certified("CN=robot,OU=Ops,O=Herd"))
                .contains(new Access.Certified("robot", AccessRole.ADMIN));
        assertThat(callers.certified("CN=ada,O=Herd")).as("she has a password").isEmpty();
        assertThat(callers.certified("CN=root")).as("he has a password").isEmpty();
        assertThat(callers.certified("O=robot")).isEmpty();
        assertThat(callers.certified("no subject")).isEmpty();
        assertThat(new Callers(rules("root"), Optional.empty()).certified("CN=root")).isEmpty();
        Files.setLastModifiedTime(
                users("robot viewer certificate\n"), FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(callers.certified("CN=robot"))
                .contains(new Access.Certified("robot", AccessRole.VIEWER));
    }

    @Test
    @DisplayName("are let in by the users' file, with the role it has now")
    void byFile() throws IOException {
        var hash = PasswordHash.of("ada-pass").text();
        var file = users("ada operator " + hash + "\nrobot admin certificate\n");
        var callers = new Callers(rules(""), Optional.of(file));
        assertThat(callers.authenticate("ada", "ada-pass")).contains(AccessRole.OPERATOR);
        assertThat(callers.authenticate("ada", "wrong")).isEmpty();
        assertThat(callers.authenticate("robot", "certificate")).isEmpty();
        assertThat(callers.authenticate("nobody", "ada-pass")).isEmpty();

        Files.setLastModifiedTime(
                users("ada viewer " + hash + "\n"), FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(callers.roleOf("ada")).contains(AccessRole.VIEWER);
        Files.setLastModifiedTime(users("no line"), FileTime.from(Instant.now().plusSeconds(9)));
        assertThat(callers.roleOf("ada")).as("a wrong file lets nobody in").isEmpty();
    }
}
