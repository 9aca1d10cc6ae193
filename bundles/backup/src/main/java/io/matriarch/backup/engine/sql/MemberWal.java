package io.matriarch.backup.engine.sql;

import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.check.WalSource;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What lies in another member's {@code pg_wal}, read as pg_rewind reads it: through the server,
 * with functions only a superuser may call. As with this member's own, it goes by PostgreSQL's
 * marks; the pages are looked at where the copy is stored.
 */
public final class MemberWal implements WalSource {
    private static final int PIECE = 1 << 20;

    /** In one question. */
    private static final int NAMES = 500;

    private final String member;
    private final ServerAccess access;

    /**
     * @param member for messages
     * @param access to its server, as a superuser
     */
    public MemberWal(String member, ServerAccess access) {
        this.member = member;
        this.access = access;
    }

    @Override
    public String name() {
        return member;
    }

    @Override
    public Set<String> having(Collection<String> names) throws IOException {
        var found = new HashSet<String>();
        if (names.isEmpty()) return found;
        try (var session = PgServer.connect(access)) {
            var all = List.copyOf(names);
            for (int from = 0; from < all.size(); from += NAMES)
                found.addAll(
                        having(session, all.subList(from, Math.min(from + NAMES, all.size()))));
            return found;
        } catch (SQLException e) {
            throw failed("cannot be asked for WAL", e);
        }
    }

    private static Set<String> having(Connection session, List<String> names)
            throws SQLException, IOException {
        var values = new ArrayList<String>();
        for (String name : names) values.add("('" + checked(name) + "')");
        String marked = "(pg_stat_file('pg_wal/archive_status/' || name || '%s', true)).size";
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT name FROM (VALUES %s) AS wanted (name)
                                 WHERE (pg_stat_file('pg_wal/' || name, true)).size IS NOT NULL
                                   AND (name LIKE '%%.history' OR coalesce(%s, %s) IS NOT NULL)
                                """
                                        .formatted(
                                                String.join(", ", values),
                                                marked.formatted(".done"),
                                                marked.formatted(".ready")))) {
            var found = new HashSet<String>();
            while (rows.next()) found.add(rows.getString(1));
            return found;
        }
    }

    /** Names go into statements, and below {@code pg_wal}. */
    private static String checked(String name) throws IOException {
        if (WalFile.parse(name).isEmpty()) throw new IOException(name + " is no file of WAL");
        return name;
    }

    @Override
    public InputStream open(String name) throws IOException {
        String file = checked(name);
        try {
            return new Pieces(PgServer.connect(access), file);
        } catch (SQLException e) {
            throw failed("cannot be asked for " + name, e);
        }
    }

    private IOException failed(String what, SQLException e) {
        return new IOException(member + " " + what + ": " + e.getMessage(), e);
    }

    /** One file, piece by piece over a session of its own. */
    private final class Pieces extends InputStream {
        private final Connection session;
        private final String file;
        private byte[] piece = {};
        private int at;
        private long offset;

        Pieces(Connection session, String file) {
            this.session = session;
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            return fetched() ? piece[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) return 0;
            if (!fetched()) return -1;
            int count = Math.min(length, piece.length - at);
            System.arraycopy(piece, at, into, from, count);
            at += count;
            return count;
        }

        /** Whether there is more. */
        private boolean fetched() throws IOException {
            if (at < piece.length) return true;
            try (var statement = session.createStatement();
                    var row =
                            statement.executeQuery(
                                    "SELECT pg_read_binary_file('pg_wal/%s', %d, %d, true)"
                                            .formatted(file, offset, PIECE))) {
                byte[] next = row.next() ? row.getBytes(1) : null;
                if (next == null)
                    throw new IOException(member + " does not have " + file + " any more");
                piece = next;
            } catch (SQLException e) {
                throw failed("does not give " + file, e);
            }
            at = 0;
            offset += piece.length;
            return piece.length > 0;
        }

        @Override
        public void close() throws IOException {
            try {
                session.close();
            } catch (SQLException e) {
                throw failed("does not end its session", e);
            }
        }
    }
}
