package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An answer's status and words")
class OutcomeTest {

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "400,Switchover target and source are the same,USAGE",
        "401,no auth header received,REFUSED",
        "403,Access is denied,REFUSED",
        "404,no switchover is scheduled,REFUSED",
        "409,Another restart is already scheduled,REFUSED",
        "412,leader name does not match,REFUSED",
        "422,Cannot schedule switchover in the past,USAGE",
        "500,oops,INTERNAL",
        "503,failed to write failover key into DCS,DCS_UNREACHABLE",
        "503,Switchover failed,REFUSED",
        "503,Switchover status unknown after 20 seconds; operation may still be in progress,UNKNOWN_OUTCOME",
        "503,restart conditions are not satisfied,REFUSED",
        "503,restart failed,POSTGRES_CONTROL"
    })
    @DisplayName("of a failure give the exit status")
    void failures(int status, String text, Code code) {
        assertThat(Outcome.failure(status, text)).contains(code);
    }

    @Test
    @DisplayName("of done and accepted are no failures")
    void good() {
        assertThat(Outcome.failure(200, "Successfully switched over")).isEqualTo(Optional.empty());
        assertThat(Outcome.failure(202, "Switchover scheduled")).isEmpty();
    }

    @Test
    @DisplayName("in HTML are shown as plain text")
    void html() {
        assertThat(
                        Outcome.firstLine(
                                "<html><head><style>x{}</style></head><body><h1>Error</h1>\n<p>Bad <b>body</b></body>"))
                .isEqualTo("Error Bad body");
    }
}
