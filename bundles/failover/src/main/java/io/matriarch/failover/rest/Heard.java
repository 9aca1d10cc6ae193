package io.matriarch.failover.rest;

import io.matriarch.access.api.AuditEntry;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A request whose body is listened to while its servlet reads it. */
final class Heard extends HttpServletRequestWrapper {
    private static final int MOST = 2048;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    Heard(HttpServletRequest request) {
        super(request);
    }

    /** What was read of it, without secrets and line ends. */
    String text() {
        return AuditEntry.starred(heard.toString(StandardCharsets.UTF_8));
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new Listening(super.getInputStream());
    }

    private final class Listening extends ServletInputStream {
        private final ServletInputStream in;

        Listening(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            if (one >= 0 && heard.size() < MOST) heard.write(one);
            return one;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int count = in.read(into, at, length);
            if (count > 0) heard.write(into, at, Math.min(count, Math.max(0, MOST - heard.size())));
            return count;
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
