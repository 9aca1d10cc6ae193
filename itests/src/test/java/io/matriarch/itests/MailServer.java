package io.matriarch.itests;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Exim as Debian ships it, on this machine, at the address by which containers know it: STARTTLS,
 * one user, and a maildir to read back from. Nothing it takes goes anywhere else.
 */
final class MailServer implements AutoCloseable {
    static final String USER = "matriarch";
    static final String PASSWORD = "grey-and-patient";
    private static final Path PROGRAM = Path.of("/usr/sbin/exim4");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String address;
    private final Path directory;
    private final int port;
    private Process process;

    /** A mail as a person's program sees it. */
    record Mail(MimeMessage message, String text, String html) {
        String header(String name) {
            try {
                var values = message.getHeader(name);
                return values == null ? "" : values[0];
            } catch (MessagingException e) {
                throw new IllegalStateException(e);
            }
        }

        String subject() {
            return header("Subject").replaceAll("\\R\\s+", " ");
        }

        String thread() {
            var first = header("References");
            return first.isEmpty() ? header("Message-ID") : first;
        }
    }

    /** Why there can be none here; empty if there can. */
    static String missing() {
        if (!Files.isExecutable(PROGRAM)) return "the package exim4-daemon-light is not installed";
        return System.getProperty("user.name").equals("root") ? "" : "only root can start Exim";
    }

    MailServer(String address) throws IOException, InterruptedException {
        this.address = address;
        // A directory of its own: the server's own users must reach it, and may not reach others.
        directory = Files.createTempDirectory("matriarch-exim");
        run("chmod", "755", directory.toString());
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            port = socket.getLocalPort();
        }
        run(
                ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail -keyout %s/key.pem"
                                + " -out %s -addext subjectAltName=IP:%s")
                        .formatted(directory, certificate(), address)
                        .split(" "));
        for (var name : List.of("mail", "spool", "log"))
            Files.createDirectory(directory.resolve(name));
        run("chown", "-R", "Debian-exim", directory.toString());
        Files.writeString(directory.resolve("exim.conf"), configuration());
        process = start();
    }

    private String configuration() {
        return """
        spool_directory = DIR/spool
        log_file_path = DIR/log/%slog
        pid_file_path = DIR/pid
        keep_environment =
        primary_hostname = mail
        domainlist local_domains = *
        acl_smtp_rcpt = check_rcpt
        acl_smtp_data = accept
        daemon_smtp_ports = PORT
        local_interfaces = ADDRESS
        tls_advertise_hosts = *
        tls_certificate = DIR/cert.pem
        tls_privatekey = DIR/key.pem
        begin acl
        check_rcpt:
          deny message = TLS first
               !encrypted = *
          accept authenticated = *
          deny message = authenticate first
        begin routers
        in:
          driver = accept
          transport = maildir
        begin transports
        maildir:
          driver = appendfile
          directory = DIR/mail
          maildir_format
          user = Debian-exim
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_condition = ${if and{{eq{$auth2}{USER}}{eq{$auth3}{PASSWORD}}}}
          server_set_id = $auth2
        """
                .replace("DIR", directory.toString())
                .replace("PORT", String.valueOf(port))
                .replace("ADDRESS", address)
                .replace("{USER}", "{" + USER + "}")
                .replace("{PASSWORD}", "{" + PASSWORD + "}");
    }

    private Process start() throws IOException {
        var started =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "-C",
                                directory.resolve("exim.conf").toString(),
                                "-bdf")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile())
                        .start();
        Await.until("Exim to listen", PATIENCE, this::listens, this::output);
        return started;
    }

    private boolean listens() throws IOException {
        try (var socket = new Socket(address, port)) {
            return socket.isConnected();
        }
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    int port() {
        return port;
    }

    Path certificate() {
        return directory.resolve("cert.pem");
    }

    /** It takes nothing more until {@link #again}; what it took is kept. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    void again() throws IOException {
        process = start();
    }

    /** What was delivered so far, in the order of arrival. */
    List<Mail> mails() throws IOException, MessagingException {
        var mails = new ArrayList<Mail>();
        var fresh = directory.resolve("mail").resolve("new");
        if (!Files.isDirectory(fresh)) return mails;
        try (var files = Files.list(fresh)) {
            for (var file : files.sorted().toList())
                try (var in = Files.newInputStream(file)) {
                    mails.add(read(new MimeMessage(Session.getInstance(new Properties()), in)));
                }
        }
        return mails;
    }

    private static Mail read(MimeMessage message) throws IOException, MessagingException {
        var parts = (MimeMultipart) message.getContent();
        return new Mail(message, part(parts.getBodyPart(0)), part(parts.getBodyPart(1)));
    }

    private static String part(BodyPart part) throws IOException, MessagingException {
        return part.getContentType() + "\n" + part.getContent();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0)
            throw new IOException(String.join(" ", command) + ": " + output);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        stop();
        run("rm", "-rf", directory.toString());
    }
}
