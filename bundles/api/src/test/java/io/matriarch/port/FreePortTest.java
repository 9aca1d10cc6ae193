package io.matriarch.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A port for a test's server")
class FreePortTest {
    @Test
    @DisplayName("is given once, and can be listened on")
    void once() throws IOException {
        var given = new HashSet<Integer>();
        for (int i = 0; i < 50; i++) {
            int port = FreePort.next();
            assertThat(given.add(port)).as("port %d for the first time", port).isTrue();
            try (var server = new ServerSocket(port)) {
                assertThat(server.getLocalPort()).isEqualTo(port);
            }
        }
    }

    @Test
    @DisplayName("lies below those the kernel gives to connections")
    void notOfTheKernel() {
        assertThat(FreePort.next()).isBetween(28_000, 32_767);
    }
}
