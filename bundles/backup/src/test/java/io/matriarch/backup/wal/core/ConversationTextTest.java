package io.matriarch.backup.wal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The conversation with PostgreSQL's commands")
class ConversationTextTest {
    private static Question parse(String text) {
        return Question.parse(List.of(text.split("\n")));
    }

    @Test
    @DisplayName("reads what archive_command asks, and skips what it does not know")
    void push() {
        assertThat(
                        parse(
                                """
                                MATRIARCH-WAL 1
                                command push
                                colour blue
                                directory /da ta
                                file /da ta/pg_wal/000000010000000000000001
                                """))
                .isEqualTo(new Question.Push(Path.of("/da ta/pg_wal/000000010000000000000001")));
    }

    @Test
    @DisplayName("reads what restore_command asks")
    void get() {
        assertThat(
                        parse(
                                """
                                MATRIARCH-WAL 1
                                command get
                                directory /data
                                to /data/pg_wal/RECOVERYXLOG
                                name 00000002.history
                                recovery standby
                                stanza other
                                """))
                .isEqualTo(
                        new Question.Get(
                                Path.of("/data"),
                                "00000002.history",
                                Path.of("/data/pg_wal/RECOVERYXLOG"),
                                true,
                                Optional.of("other")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET / HTTP/1.1                                    | MATRIARCH-WAL is missing
                    MATRIARCH-WAL 2;command push;file /a              | version 2 is not known here, only 1
                    MATRIARCH-WAL 1                                   | command is missing
                    MATRIARCH-WAL 1;command pull                      | command pull is not known
                    MATRIARCH-WAL 1;command push                      | file is missing
                    MATRIARCH-WAL 1;command push;file relative        | file is no absolute path of a file: relative
                    MATRIARCH-WAL 1;command push;file /               | file is no absolute path of a file: /
                    MATRIARCH-WAL 1;nonsense                          | "nonsense" has no value
                    """)
    @DisplayName("says what is wrong with a question")
    void wrong(String text, String message) {
        assertThatThrownBy(() -> parse(text.strip().replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    @DisplayName("answers in one line, whatever the message holds")
    void oneLine() {
        assertThat(new Answer.Away("no\nanswer\tfrom  s3", "look\nthere").line())
                .isEqualTo("AWAY no answer from s3\tlook there\n");
        assertThat(new Answer.Failed("x".repeat(5000), "y".repeat(5000)).line().length())
                .isLessThan(2000);
        assertThat(new Answer.Done().line()).isEqualTo("DONE\n");
        assertThat(new Answer.File(Path.of("/a b")).line()).isEqualTo("FILE /a b\n");
        assertThat(new Answer.Absent("in none").line()).isEqualTo("ABSENT in none\n");
    }
}
