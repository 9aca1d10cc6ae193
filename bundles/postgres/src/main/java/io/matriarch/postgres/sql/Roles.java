package io.matriarch.postgres.sql;

import io.matriarch.postgres.core.Account;
import java.sql.SQLException;
import java.util.List;

/** The roles every member logs in as. */
public final class Roles {
    /** What pg_rewind reads files of a running source with. */
    private static final List<String> REWIND_FUNCTIONS =
            List.of(
                    "pg_ls_dir(text, boolean, boolean)",
                    "pg_stat_file(text, boolean)",
                    "pg_read_binary_file(text)",
                    "pg_read_binary_file(text, bigint, bigint, boolean)");

    private Roles() {}

    /** Creates the role or gives an existing one these attributes, and sets its password. */
    public static void ensure(Session session, Account account, String attributes)
            throws SQLException {
        boolean exists =
                !session.rows("SELECT 1 AS one FROM pg_roles WHERE rolname = ?", account.username())
                        .isEmpty();
        session.execute(
                (exists ? "ALTER" : "CREATE")
                        + " ROLE "
                        + identifier(account.username())
                        + " WITH "
                        + attributes);
        if (!account.password().isEmpty()) session.password(account);
    }

    public static void grantRewind(Session session, Account account) throws SQLException {
        for (String function : REWIND_FUNCTIONS)
            session.execute(
                    "GRANT EXECUTE ON FUNCTION pg_catalog."
                            + function
                            + " TO "
                            + identifier(account.username()));
    }

    /** Statistics, settings and the state of the WAL directory; no data of users. */
    public static void grantMonitor(Session session, Account account) throws SQLException {
        session.execute("GRANT pg_monitor TO " + identifier(account.username()));
    }

    /** For a session that is no {@link Session}: the password goes in the clear. */
    public static String superuserScript(Account account) {
        return "SET log_statement = none;\nSET log_min_duration_statement = -1;\n"
                + "SET log_min_error_statement = panic;\n"
                + "SET password_encryption = 'scram-sha-256';\n"
                + "SET standard_conforming_strings = on;\n"
                + "ALTER ROLE "
                + identifier(account.username())
                + " WITH SUPERUSER LOGIN PASSWORD '"
                + account.password().replace("'", "''")
                + "';\n";
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
