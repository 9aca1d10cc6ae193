package io.matriarch.monitor.pgbouncer;

import io.matriarch.monitor.core.Rows;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of PgBouncer's admin console, in PostgreSQL's protocol 3.0. Not by JDBC: the driver
 * begins with a {@code SET}, which the console refuses to all but administrators, and the figures
 * need no more than {@code stats_users}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message
 *     formats</a>
 */
final class Console implements AutoCloseable {
    private static final int PROTOCOL = 3 << 16;
    private static final int LARGEST_MESSAGE = 1 << 20;
    private static final int MOST_ROWS = 10_000;

    private static final int OK = 0;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** One message: its type and what follows its length. */
    private record Message(char type, byte[] body) {
        int number(int at) {
            return (body[at] & 0xff) << 24
                    | (body[at + 1] & 0xff) << 16
                    | (body[at + 2] & 0xff) << 8
                    | body[at + 3] & 0xff;
        }

        int small(int at) {
            return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
        }

        String rest(int at) {
            return new String(body, at, body.length - at, StandardCharsets.UTF_8);
        }

        byte[] bytes(int at) {
            return java.util.Arrays.copyOfRange(body, at, body.length);
        }
    }

    private Console(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        // Whole messages: PgBouncer refuses a login of which it reads a part.
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    /**
     * @param timeout for the connection, and for each answer
     * @throws IOException nobody answers in time, or the user is refused; the text says which
     */
    static Console open(InetSocketAddress address, String user, String password, Duration timeout)
            throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(address, (int) timeout.toMillis());
            var console = new Console(socket);
            console.logIn(user, password);
            return console;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void logIn(String user, String password) throws IOException {
        var body = new ByteArrayOutputStream();
        var start = new DataOutputStream(body);
        start.writeInt(PROTOCOL);
        for (var word : List.of("user", user, "database", "pgbouncer")) {
            start.write(word.getBytes(StandardCharsets.UTF_8));
            start.write(0);
        }
        start.write(0);
        out.writeInt(body.size() + Integer.BYTES);
        body.writeTo(out);
        out.flush();
        @Nullable Scram scram = null;
        while (true) {
            var message = read();
            if (message.type() == 'Z') return;
            if (message.type() != 'R') continue; // parameters, the key to cancel by, notices
            switch (message.number(0)) {
                case OK -> {}
                case CLEARTEXT -> send('p', text(password));
                case MD5 -> send('p', text(Scram.md5(user, password, message.bytes(4))));
                case SASL -> {
                    scram = new Scram(password);
                    send('p', first(scram));
                }
                case SASL_CONTINUE -> {
                    if (scram == null) throw new IOException("SASL goes on and has not begun");
                    send('p', scram.last(message.rest(4)).getBytes(StandardCharsets.UTF_8));
                }
                case SASL_FINAL -> {
                    if (scram == null || !scram.proves(message.rest(4)))
                        throw new IOException("PgBouncer does not prove that it knows " + user);
                }
                default ->
                        throw new IOException(
                                "PgBouncer asks for authentication of kind "
                                        + message.number(0)
                                        + "; plain, md5 and scram-sha-256 are known");
            }
        }
    }

    private static byte[] first(Scram scram) throws IOException {
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        data.write(text("SCRAM-SHA-256"));
        var first = scram.first().getBytes(StandardCharsets.UTF_8);
        data.writeInt(first.length);
        data.write(first);
        return body.toByteArray();
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private void send(char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + Integer.BYTES);
        out.write(body);
        out.flush();
    }

    private Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        int length = in.readInt() - Integer.BYTES;
        if (length < 0 || length > LARGEST_MESSAGE)
            throw new IOException(
                    "what answers is no PgBouncer: a message of %d bytes".formatted(length));
        var body = in.readNBytes(length);
        if (body.length < length) throw new IOException("PgBouncer hung up");
        var message = new Message(type, body);
        if (type == 'E') throw new IOException("PgBouncer: " + reason(message));
        return message;
    }

    /** The field M of an error. */
    private static String reason(Message error) {
        for (var field : error.rest(0).split("\0"))
            if (field.startsWith("M")) return field.substring(1);
        return "an error without a text";
    }

    /**
     * @param what such as {@code POOLS}
     * @throws IOException also if the user may not
     */
    Rows show(String what) throws IOException {
        send('Q', text("SHOW " + what));
        var columns = List.<String>of();
        var rows = new ArrayList<Rows.Row>();
        while (true) {
            var message = read();
            switch (message.type()) {
                case 'T' -> columns = columns(message);
                case 'D' -> {
                    if (rows.size() < MOST_ROWS)
                        rows.add(new Rows.Row(columns, cells(message, columns.size())));
                }
                case 'Z' -> {
                    return new Rows(columns, rows);
                }
                default -> {} // the end of the rows, notices
            }
        }
    }

    private static List<String> columns(Message message) {
        var names = new ArrayList<String>();
        int at = Short.BYTES;
        for (int i = 0; i < message.small(0); i++) {
            int end = at;
            while (message.body()[end] != 0) end++;
            names.add(new String(message.body(), at, end - at, StandardCharsets.UTF_8));
            at = end + 1 + 18; // its table, type, size and format, which we need not know
        }
        return List.copyOf(names);
    }

    private static @Nullable Object[] cells(Message message, int columns) throws IOException {
        if (message.small(0) != columns)
            throw new IOException(
                    "%d columns announced and %d sent".formatted(columns, message.small(0)));
        @Nullable Object[] cells = new @Nullable Object[columns];
        int at = Short.BYTES;
        for (int i = 0; i < columns; i++) {
            int length = message.number(at);
            at += Integer.BYTES;
            if (length < 0) continue; // NULL
            cells[i] = new String(message.body(), at, length, StandardCharsets.UTF_8);
            at += length;
        }
        return cells;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
