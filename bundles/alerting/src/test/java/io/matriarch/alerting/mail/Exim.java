package io.matriarch.alerting.mail;

import io.matriarch.port.FreePort;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/**
 * A real mail server: Exim as Debian ships it, with STARTTLS on one port and TLS on another, one
 * user, and a maildir to read back from. It must be started as root, as it separates its rights.
 * Nothing it takes goes anywhere else.
 */
public final class Exim implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/exim4");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE = Duration.ofMillis(50).toNanos();

    private final InetAddress address;
    private final Path directory;
    private Process process;
    private final int startTlsPort;
    private final int tlsPort;

    /** Why it cannot be had here; empty if it can. */
    public static String missing() {
        if (!Files.isExecutable(PROGRAM)) return "the package exim4-daemon-light is not installed";
        return System.getProperty("user.name").equals("root") ? "" : "only root can start it";
    }

    /**
     * @param address of this machine, where it listens and what its certificate names
     */
    public Exim(InetAddress address, String user, String password)
            throws IOException, InterruptedException {
        this.address = address;
        // A directory of its own: the server's own users must reach it, and may not reach others.
        directory = Files.createTempDirectory("matriarch-exim");
        run("chmod", "755", directory.toString());
        startTlsPort = FreePort.next();
        tlsPort = FreePort.next();
        certificates();
        for (var name : List.of("mail", "spool", "log"))
            Files.createDirectory(directory.resolve(name));
        run("chown", "-R", "Debian-exim", directory.toString());
        Files.writeString(directory.resolve("exim.conf"), configuration(user, password));
        process = start();
    }

    private Process start() throws IOException {
        var configuration = directory.resolve("exim.conf").toString();
        var started =
                new ProcessBuilder(PROGRAM.toString(), "-C", configuration, "-bdf")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile())
                        .start();
        awaitPort(started, startTlsPort);
        awaitPort(started, tlsPort);
        return started;
    }

    /** It takes nothing more until {@link #again}; what it took is kept. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    public void again() throws IOException {
        process = start();
    }

    private String configuration(String user, String password) {
        return """
        spool_directory = DIR/spool
        log_file_path = DIR/log/%%slog
        pid_file_path = DIR/pid
        keep_environment =
        primary_hostname = localhost
        domainlist local_domains = *
        acl_smtp_rcpt = check_rcpt
        acl_smtp_data = accept
        daemon_smtp_ports = %d : %d
        local_interfaces = ADDRESS
        tls_on_connect_ports = %d
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
                .formatted(startTlsPort, tlsPort, tlsPort)
                .replace("DIR", directory.toString())
                .replace("ADDRESS", address.getHostAddress())
                .replace("USER", user)
                .replace("PASSWORD", password);
    }

    private void certificates() throws IOException, InterruptedException {
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                directory.resolve("key.pem").toString(),
                "-out",
                certificate().toString(),
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:" + address.getHostAddress());
    }

    public Path certificate() {
        return directory.resolve("cert.pem");
    }

    public int startTlsPort() {
        return startTlsPort;
    }

    int tlsPort() {
        return tlsPort;
    }

    /** What was delivered so far, in the order of arrival. */
    public List<MimeMessage> received() throws IOException, MessagingException {
        var mails = new ArrayList<MimeMessage>();
        var fresh = directory.resolve("mail").resolve("new");
        if (!Files.isDirectory(fresh)) return mails;
        try (var files = Files.list(fresh)) {
            for (var file : files.sorted().toList())
                try (var in = Files.newInputStream(file)) {
                    mails.add(new MimeMessage(Session.getInstance(new Properties()), in));
                }
        }
        return mails;
    }

    /** What was delivered, once there are so many. */
    List<MimeMessage> received(int count) throws IOException, MessagingException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); ; LockSupport.parkNanos(PAUSE)) {
            var mails = received();
            if (mails.size() >= count) return mails;
            if (System.nanoTime() - end > 0)
                throw new AssertionError(
                        mails.size() + " mails: " + Files.readString(directory.resolve("output")));
        }
    }

    private void awaitPort(Process server, int port) throws IOException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); ; LockSupport.parkNanos(PAUSE)) {
            try (var socket = new Socket(address, port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0 || !server.isAlive())
                    throw new IOException(Files.readString(directory.resolve("output")), e);
            }
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0)
            throw new IOException(String.join(" ", command) + ": " + output);
        return output;
    }

    @Override
    public void close() throws InterruptedException, IOException {
        stop();
        run("rm", "-rf", directory.toString());
    }
}
