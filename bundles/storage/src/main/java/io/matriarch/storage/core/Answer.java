package io.matriarch.storage.core;

import java.util.Optional;

/**
 * What a server of S3 said when it did not do what it was asked, or what stood in the way of its
 * answer.
 *
 * @param status of HTTP; 0 if there was no answer
 * @param code as S3 spells it, such as {@code SlowDown}; empty if there was none
 * @param text for people
 * @param region where the bucket is, if the server told
 */
public record Answer(int status, String code, String text, Optional<String> region) {
    /** No answer came, or not in time. */
    public static Answer none(String text) {
        return new Answer(0, "", text, Optional.empty());
    }

    @Override
    public String toString() {
        var said = new StringBuilder();
        if (status != 0) said.append("HTTP ").append(status).append(' ');
        if (!code.isEmpty()) said.append(code).append(' ');
        return said.append(text).toString().strip();
    }
}
