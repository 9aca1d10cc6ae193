package io.matriarch.cli.rest;

import java.net.URI;

/**
 * What a member answered.
 *
 * @param from base address of the member
 * @param status HTTP's
 */
public record HttpAnswer(URI from, int status, String body) {
    public boolean ok() {
        return status >= 200 && status < 300;
    }
}
