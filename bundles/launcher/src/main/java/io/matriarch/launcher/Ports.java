package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.config.core.Address;
import io.matriarch.config.core.Defaults;
import io.matriarch.config.core.Settings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Finds out before the start whether our addresses can be listened on. */
final class Ports {
    private Ports() {}

    private static final int ANSWER_MILLIS = 1_000;

    static void check(Settings settings) throws MatriarchException {
        for (var path : List.of("restapi.listen", "matriarch.shell.listen")) {
            var address = settings.address(path);
            if (address.isPresent()) check(path, address.get());
        }
        var jmx = Defaults.jmx(settings);
        if (jmx.isPresent()) check("matriarch.jmx.listen", jmx.get());
    }

    private static void check(String path, Address address) throws MatriarchException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(resolved(address));
        } catch (UnknownHostException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    path + ": host \"" + address.host() + "\" is not known",
                    "write an address of this machine",
                    e);
        } catch (BindException e) {
            throw refused(path, address, e);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.ADDRESS_IN_USE,
                    path + ": " + address + " cannot be listened on: " + e.getMessage(),
                    "choose another address",
                    e);
        }
    }

    private static MatriarchException refused(String path, Address address, BindException e) {
        var why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (why.contains("assign"))
            return new MatriarchException(
                    Code.CONFIG,
                    path + ": " + address.host() + " is not an address of this machine",
                    "write one of this machine's addresses, or 0.0.0.0 for all of them",
                    e);
        if (why.contains("permission"))
            return new MatriarchException(
                    Code.CONFIG,
                    path + ": port " + address.port() + " needs privileges",
                    "choose a port of 1024 or more",
                    e);
        return new MatriarchException(
                Code.ADDRESS_IN_USE,
                path + ": " + address + " is in use by another program",
                "`ss -ltnp 'sport = :"
                        + address.port()
                        + "'` names it; stop it, or choose another port",
                e);
    }

    private static InetSocketAddress resolved(Address address) throws UnknownHostException {
        return address.host().equals("*")
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }

    /**
     * Whether an HTTP server answers there. A connection alone proves little: the kernel accepts it
     * before Jetty is ready. A TLS port answers a plain request by an alert or by hanging up, which
     * is proof enough.
     */
    static boolean answers(Address address) {
        try (var socket = new Socket()) {
            var target = address.wildcard() ? new Address("localhost", address.port()) : address;
            socket.connect(resolved(target), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var unused = socket.getInputStream().read();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
