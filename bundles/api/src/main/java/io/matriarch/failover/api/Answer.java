package io.matriarch.failover.api;

/**
 * How a request ended.
 *
 * @param status HTTP's numbers, as Patroni's REST interface uses them: 200 done, 202 accepted for
 *     later, 400 malformed, 404 nothing to do it to, 409 somebody was faster, 412 refused in the
 *     present state, 422 cannot be right, 503 failed or unknown
 * @param text one sentence; Patroni's own words where it has some
 */
public record Answer(int status, String text) {
    public boolean ok() {
        return status < 300;
    }
}
