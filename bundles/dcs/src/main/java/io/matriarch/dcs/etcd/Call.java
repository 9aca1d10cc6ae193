package io.matriarch.dcs.etcd;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its one answer. It knows whether the request may have left: gRPC creates a stream
 * only on a connection that is ready, and a call cancelled before that never gets one.
 */
final class Call<Q, A> extends ClientCall.Listener<A> {
    private final CompletableFuture<Outcome<A>> done = new CompletableFuture<>();
    private final ClientCall<Q, A> call;
    private final boolean stream;
    private volatile boolean sent;
    private @Nullable A answer;

    private Call(Channel channel, MethodDescriptor<Q, A> method, Duration deadline) {
        stream = method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING;
        call =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT
                                .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                                .withExecutor(Runnable::run) // we only note the answer
                                .withStreamTracerFactory(new SentWatcher()));
    }

    static <Q, A> Call<Q, A> start(
            Channel channel,
            MethodDescriptor<Q, A> method,
            Q request,
            Metadata headers,
            Duration deadline) {
        var started = new Call<>(channel, method, deadline);
        started.call.start(started, headers);
        started.call.request(2);
        started.call.sendMessage(request);
        started.call.halfClose();
        return started;
    }

    /**
     * Waits for the end.
     *
     * @param patience after this long a request that has not even left is taken back
     * @param deadline after this long any request is given up; so is, after {@code patience}, one
     *     that {@code repeatable} says may be asked elsewhere
     */
    Outcome<A> await(Duration patience, Duration deadline, boolean repeatable)
            throws InterruptedException {
        try {
            long begin = System.nanoTime();
            Outcome<A> early = within(patience);
            if (early != null) {
                return early;
            }
            if (sent && !repeatable) {
                Outcome<A> late = within(deadline.minusNanos(System.nanoTime() - begin));
                if (late != null) {
                    return late;
                }
            }
            return giveUp("no answer in time");
        } catch (InterruptedException e) {
            giveUp("interrupted");
            throw e;
        }
    }

    private @Nullable Outcome<A> within(Duration time) throws InterruptedException {
        try {
            return done.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return null;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible); // it is only ever completed with a value
        }
    }

    private Outcome<A> giveUp(String why) {
        call.cancel(why, null);
        // Asked after the cancel: from here on no stream can begin any more.
        Outcome<A> given =
                new Outcome.Failed<>(Status.DEADLINE_EXCEEDED.withDescription(why), sent);
        return done.getNow(given) instanceof Outcome.Answered<A> answered ? answered : given;
    }

    @Override
    public void onMessage(A message) {
        answer = message;
        if (stream) {
            done.complete(new Outcome.Answered<>(message));
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        A message = answer;
        done.complete(
                status.isOk() && message != null
                        ? new Outcome.Answered<>(message)
                        : new Outcome.Failed<>(status, sent));
    }

    private final class SentWatcher extends ClientStreamTracer.Factory {
        @Override
        public ClientStreamTracer newClientStreamTracer(
                ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata sending) {
                    sent = true;
                }
            };
        }
    }
}
