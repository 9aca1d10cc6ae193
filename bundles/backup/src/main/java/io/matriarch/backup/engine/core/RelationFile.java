package io.matriarch.backup.engine.core;

/** Names of files that hold relations: {@code 16384}, {@code 16384.2}, {@code 16384_fsm.1}. */
public final class RelationFile {
    private RelationFile() {}

    /** Which GiB of its relation a file is, from 0. */
    public static int segment(String name) {
        int dot = name.lastIndexOf('.');
        if (dot <= name.lastIndexOf('/') || dot == name.length() - 1) return 0;
        int segment = 0;
        for (int i = dot + 1; i < name.length(); i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9 || segment > 100_000_000) return 0;
            segment = segment * 10 + digit;
        }
        return segment;
    }
}
