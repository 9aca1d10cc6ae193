package io.matriarch.storage.s3;

import io.matriarch.storage.api.RequestListener;
import java.time.Duration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Passes on how each request ended. The SDK's own retries are off, so one call is one request. */
final class Told implements ExecutionInterceptor {
    private static final ExecutionAttribute<Long> BEGUN = new ExecutionAttribute<>("begun");
    private static final ExecutionAttribute<Boolean> ANSWERED =
            new ExecutionAttribute<>("answered");

    private final RequestListener requests;

    Told(RequestListener requests) {
        this.requests = requests;
    }

    @Override
    public void beforeTransmission(
            Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attributes.putAttribute(BEGUN, System.nanoTime());
    }

    @Override
    public void afterTransmission(
            Context.AfterTransmission context, ExecutionAttributes attributes) {
        attributes.putAttribute(ANSWERED, true);
        tell(String.valueOf(context.httpResponse().statusCode()), attributes);
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
