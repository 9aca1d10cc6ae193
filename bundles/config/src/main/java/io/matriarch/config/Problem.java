package io.matriarch.config;

import io.matriarch.config.core.Place;

/**
 * One thing that is wrong, or worth a warning, in the configuration.
 *
 * @param path the key, such as {@code restapi.listen}; empty if it is about the whole file
 * @param message names the value and what is wrong with it
 * @param hint what would be right; a sentence, or empty
 */
public record Problem(Place place, String path, String message, String hint) {
    @Override
    public String toString() {
        return place
                + ": "
                + (path.isEmpty() ? "" : path + ": ")
                + message
                + (hint.isEmpty() ? "" : ". " + hint);
    }
}
