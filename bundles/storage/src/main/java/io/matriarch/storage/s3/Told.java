package io.matriarch.storage.s3;

import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.core.Span;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Passes on how each request ended. The SDK's own retries are off, so one call is one request. */
final class Told implements ExecutionInterceptor {
    private static final ExecutionAttribute<Long> BEGUN = new ExecutionAttribute<>("begun");
    private static final ExecutionAttribute<Boolean> ANSWERED =
            new ExecutionAttribute<>("answered");

    private static final ExecutionAttribute<Instant> SENT = new ExecutionAttribute<>("sent");

    /** The date of an answer may be of any moment since the request: a slow one tells little. */
    private static final Duration QUICK = Duration.ofSeconds(2);

    private final RequestListener requests;

    Told(RequestListener requests) {
        this.requests = requests;
    }

    @Override
    public void beforeTransmission(
            Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attributes.putAttribute(SENT, Instant.now());
        attributes.putAttribute(BEGUN, System.nanoTime());
    }

    @Override
    public void afterTransmission(
            Context.AfterTransmission context, ExecutionAttributes attributes) {
        attributes.putAttribute(ANSWERED, true);
        tell(String.valueOf(context.httpResponse().statusCode()), attributes);
        tellClock(context.httpResponse(), attributes);
    }

    private void tellClock(SdkHttpResponse answer, ExecutionAttributes attributes) {
        Instant sent = attributes.getAttribute(SENT);
        Instant now = Instant.now();
        if (sent == null || now.isBefore(sent) || now.isAfter(sent.plus(QUICK))) return;
        answer.firstMatchingHeader("Date")
                .flatMap(Span::ofHttpDate)
                .ifPresent(theirs -> requests.clock(theirs.aheadOf(new Span(sent, now))));
    }

    /** An answer of 4xx or 5xx is a failure as well, and was told before. */
    @Override
    public void onExecutionFailure(
            Context.FailedExecution context, ExecutionAttributes attributes) {
        if (!Boolean.TRUE.equals(attributes.getAttribute(ANSWERED)))
            tell(RequestListener.UNANSWERED, attributes);
    }

    private void tell(String code, ExecutionAttributes attributes) {
        Long begun = attributes.getAttribute(BEGUN);
        long now = System.nanoTime();
        requests.answered(
                attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME),
                code,
                Duration.ofNanos(begun == null ? 0 : now - begun));
    }
}
