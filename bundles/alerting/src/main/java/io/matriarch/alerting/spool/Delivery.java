package io.matriarch.alerting.spool;

import io.matriarch.alerting.core.Notice;
import java.time.Instant;

/** The way to one receiver. A fake lies beside it in the tests. */
public interface Delivery {
    /**
     * Hands a notice over; returning means the receiver has it. May take some seconds, never more
     * than a minute.
     *
     * @param now for how long it had to wait
     * @return what the receiver answered, in a line
     * @throws DeliveryException it was not taken, or nobody knows; it is tried again
     */
    String deliver(Notice notice, Instant now) throws DeliveryException;

    /** Not taken. */
    final class DeliveryException extends Exception {
        private static final long serialVersionUID = 1L;

        /**
         * @param message what the receiver said, or why it was not reached
         */
        public DeliveryException(String message) {
            super(message);
        }

        public DeliveryException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
