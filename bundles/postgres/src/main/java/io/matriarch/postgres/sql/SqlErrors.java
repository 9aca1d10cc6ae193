package io.matriarch.postgres.sql;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.StateRule.Answer;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What an SQL error means here.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">Error Codes</a>
 */
public final class SqlErrors {
    static final String DUPLICATE_OBJECT = "42710";
    static final String UNDEFINED_OBJECT = "42704";
    private static final String CANNOT_CONNECT_NOW = "57P03";
    private static final String AUTHORIZATION_CLASS = "28";
    private static final String PRIVILEGE = "42501";

    private SqlErrors() {}

    /** The server is there and says that it is not ready, or going. */
    public static Answer answer(SQLException e) {
        if (!CANNOT_CONNECT_NOW.equals(e.getSQLState())) return Answer.UNKNOWN;
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("shutting down") ? Answer.STOPPING : Answer.STARTING;
    }

    public static boolean denied(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith(AUTHORIZATION_CLASS) || state.equals(PRIVILEGE);
    }

    static boolean is(SQLException e, String state) {
        return state.equals(e.getSQLState());
    }

    public static PostgresException explain(String what, SQLException e) {
        return denied(e)
                ? new PostgresException(
                        Code.POSTGRES_DENIED,
                        what + ": " + e.getMessage(),
                        "Compare user and password under postgresql.authentication with the"
                                + " server's roles, and its pg_hba.conf.",
                        e)
                : new PostgresException(
                        Code.POSTGRES_CONTROL,
                        what + ": " + e.getMessage(),
                        "SQLSTATE " + e.getSQLState() + ".",
                        e);
    }
}
