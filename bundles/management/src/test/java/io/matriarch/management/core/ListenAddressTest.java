package io.matriarch.management.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An address for JMX")
class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8009, 127.0.0.1, 8009",
        "127.0.0.2:1, 127.0.0.2, 1",
        "localhost:8009, 127.0.0.1, 8009",
        "[::1]:8009, [0:0:0:0:0:0:0:1], 8009"
    })
    void isOneOfLoopback(String text, String host, int port) throws MatriarchException {
        var address = ListenAddress.parse(text, false);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
    }

    @ParameterizedTest(name = "not {0}")
    @CsvSource({
        "0.0.0.0:8009, other machines can reach",
        "192.0.2.7:8009, other machines can reach",
        "[::]:8009, other machines can reach",
        "127.0.0.1, it has no port",
        "db1.example.org:8009, is not an address",
        "127.0.0.1:http, is not a port",
        "127.0.0.1:0, is not in 1 to 65535",
        "127.0.0.1:99999, is not in 1 to 65535"
    })
    void thatOthersReachOrNobodyUnderstandsIsRefused(String text, String why) {
        assertThatThrownBy(() -> ListenAddress.parse(text, false))
                .isInstanceOfSatisfying(
                        MatriarchException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(Code.CONFIG);
                            assertThat(e.hint()).contains("127.0.0.1:8009");
                        })
                .hasMessageContaining(text)
                .hasMessageContaining(why);
    }
}
