package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.PasswordHash;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Users")
class UsersTest {
    private static final String HASH = PasswordHash.of("correct horse").text();

    @Test
    @DisplayName("are read from lines of name, role and hash; a certificate is no password")
    void read() {
        var users =
                Users.parse("# ours\n\nada operator " + HASH + "\n  bob   admin  certificate \n");
        assertThat(users.named("ada").orElseThrow().role()).isEqualTo(AccessRole.OPERATOR);
        assertThat(users.named("bob")).isEmpty();
        assertThat(users.certified("bob").orElseThrow().role()).isEqualTo(AccessRole.ADMIN);
        assertThat(users.certified("ada")).isEmpty();
        assertThat(users.named("eve")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ada operator|line 2: expected NAME ROLE HASH, found 2 words",
                "ada root certificate|line 2: the role is \"root\"; expected viewer, operator or admin",
                "a:b admin certificate|line 2: a name with a colon",
                "eve viewer secret|line 2: not a hash of the form pbkdf2-sha512",
                "eve viewer pbkdf2-sha512$10$AAAAAAAAAAAAAAAAAAAAAA==$AAAA|line 2: 10 iterations",
                "bob viewer certificate|line 2: \"bob\" is there twice"
            })
    @DisplayName("are refused by the line, without showing a secret")
    void wrong(String line, String message) {
        assertThatThrownBy(() -> Users.parse("bob admin certificate\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("AAAA");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/switchover,OPERATOR",
        "POST,/restart,OPERATOR",
        "DELETE,/restart,OPERATOR",
        "PATCH,/config,ADMIN",
        "PUT,/config,ADMIN",
        "POST,/sigterm,ADMIN",
        "POST,/api/v1/pause,OPERATOR",
        "POST,/api/v1/silences,OPERATOR",
        "POST,/api/v1/shutdown,ADMIN",
        "POST,//api//v1/shutdown,ADMIN",
        "POST,/api/v1/bundles/7/update,ADMIN",
        "POST,/api/v2/alerts,OPERATOR",
        "GET,/api/v1/audit,OPERATOR",
        "POST,/whatever,OPERATOR"
    })
    @DisplayName("need a role for each request that is not free")
    void needed(String method, String path, AccessRole role) {
        assertThat(Users.needed(method, path)).isEqualTo(role);
    }

    @Test
    @DisplayName("may what those below them may")
    void order() {
        assertThat(AccessRole.ADMIN.may(AccessRole.OPERATOR)).isTrue();
        assertThat(AccessRole.OPERATOR.may(AccessRole.OPERATOR)).isTrue();
        assertThat(AccessRole.VIEWER.may(AccessRole.OPERATOR)).isFalse();
    }

    @Test
    @DisplayName("have passwords that are salted and not shown")
    void hashes() {
        assertThat(PasswordHash.of("correct horse").text()).isNotEqualTo(HASH);
        assertThat(PasswordHash.parse(HASH).matches("correct horse")).isTrue();
        assertThat(PasswordHash.parse(HASH).matches("")).isFalse();
        assertThat(PasswordHash.parse(HASH)).asString().isEqualTo("pbkdf2-sha512");
    }
}
