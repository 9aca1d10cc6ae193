package io.matriarch.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Parts of request paths. */
final class Paths {

    private Paths() {}

    /** {@code text} so that it is one segment, whatever is in it. */
    static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
