package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who we are to the store: the token of a login, asked for when first needed and when refused. */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
    private static final String NO_TOKEN = "";

    private final EtcdSettings settings;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile @Nullable String token;

    Session(EtcdSettings settings) {
        this.settings = settings;
        token = settings.username().isEmpty() ? NO_TOKEN : null;
    }

    /**
     * What every request carries: the token, and that a server which sees no leader shall say so at
     * once instead of letting us wait.
     */
    Metadata headers() {
        var headers = new Metadata();
        headers.put(HAS_LEADER, "true");
        String current = token;
        if (current != null && !current.isEmpty()) {
            headers.put(TOKEN, current);
        }
        return headers;
    }

    /** The token that was refused is not used again, unless somebody has logged in since. */
    void refused(Metadata sent) {
        String used = sent.get(TOKEN);
        if (used == null ? NO_TOKEN.equals(token) : used.equals(token)) {
            token = settings.username().isEmpty() ? NO_TOKEN : null;
        }
    }

    boolean canLogIn() {
        return !settings.username().isEmpty();
    }

    /** Logs in if that is needed; returns the failure, or null if we have what we need. */
    @Nullable Status login(Channel channel, Duration patience) throws InterruptedException {
        if (token != null) {
            return null;
        }
        long begin = System.nanoTime();
        if (!oneAtATime.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return Status.DEADLINE_EXCEEDED.withDescription("another login is under way");
        }
        try {
            return token != null
                    ? null
                    : authenticate(channel, patience.minusNanos(System.nanoTime() - begin));
        } finally {
            oneAtATime.unlock();
        }
    }

    private @Nullable Status authenticate(Channel channel, Duration patience)
            throws InterruptedException {
        var request =
                AuthenticateRequest.newBuilder()
                        .setName(settings.username())
                        .setPassword(settings.password())
                        .build();
        Outcome<AuthenticateResponse> outcome =
                Call.start(
                                channel,
                                AuthGrpc.getAuthenticateMethod(),
                                request,
                                new Metadata(),
                                patience)
                        .await(patience, patience, true);
        return switch (outcome) {
            case Outcome.Answered<AuthenticateResponse>(AuthenticateResponse answer) -> {
                token = answer.getToken();
                yield null;
            }
            case Outcome.Failed<AuthenticateResponse>(Status status, _) -> {
                if (!String.valueOf(status.getDescription()).contains("not enabled")) {
                    yield status;
                }
                log.warn("The store has authentication off; user and password are not needed");
                token = NO_TOKEN;
                yield null;
            }
        };
    }
}
