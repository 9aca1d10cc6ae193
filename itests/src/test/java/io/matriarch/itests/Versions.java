package io.matriarch.itests;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The PostgreSQL versions a run is asked to cover: {@code -Dmatriarch.postgres=15,17}. */
final class Versions {
    private Versions() {}

    static IntStream asked() {
        return Arrays.stream(System.getProperty("matriarch.postgres", "15,17").split(","))
                .map(String::strip)
                .mapToInt(Integer::parseInt);
    }

    /** For tests whose subject does not depend on the version: the newest only. */
    static int newest() {
        return asked().max().orElseThrow();
    }
}
