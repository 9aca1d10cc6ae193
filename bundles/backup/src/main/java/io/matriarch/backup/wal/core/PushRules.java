package io.matriarch.backup.wal.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import java.util.List;
import java.util.Optional;

/** Whether a segment may go into an archive, and whether it has to. */
public final class PushRules {
    private PushRules() {}

    /** What lies in the archive under a segment's name, seen from the one at hand. */
    public sealed interface Found {
        /** Nothing: it has to be stored. */
        record Nothing() implements Found {}

        /** The same content: nothing has to be written. */
        record Same() implements Found {}

        /** Something that must not be, and that only people can put right. */
        record Conflict(MatriarchException failure) implements Found {}
    }

    /** Before it is stored. More than one of a name is wrong even if they are equal. */
    public static Found before(List<StoredSegment> found, Sha1 ours, String where) {
        if (found.isEmpty()) return new Found.Nothing();
        if (found.size() > 1) return new Found.Conflict(several(found, where));
        var only = found.getFirst();
        return only.checksum().equals(ours)
                ? new Found.Same()
                : new Found.Conflict(
                        new MatriarchException(
                                Code.ARCHIVE,
                                "%s already holds %s, with other content (ours has SHA-1 %s)"
                                        .formatted(where, only.name(), ours),
                                "another server archives under this name: two primaries, or a"
                                        + " restored copy that shares the stanza. Find out which"
                                        + " one is right before you remove anything"));
    }

    /** What to do about what lies there after ours was stored. */
    public enum Afterwards {
        FINE,
        /** Somebody stored the same content at the same time, compressed otherwise. */
        REMOVE_OURS,
        CONFLICT
    }

    /**
     * After it was stored: two servers may have stored at the same time, and neither saw the
     * other's before. Of two that are equal the one that sorts first stays, so that both agree
     * which; of two that differ none is ours to remove.
     */
    public static Afterwards afterwards(List<StoredSegment> found, StoredSegment ours) {
        if (found.stream().anyMatch(other -> !other.checksum().equals(ours.checksum())))
            return Afterwards.CONFLICT;
        boolean first = found.stream().noneMatch(other -> other.name().compareTo(ours.name()) < 0);
        return first ? Afterwards.FINE : Afterwards.REMOVE_OURS;
    }

    /** Two or more under one name. */
    public static MatriarchException several(List<StoredSegment> found, String where) {
        return new MatriarchException(
                Code.ARCHIVE,
                "%s holds %s more than once: %s"
                        .formatted(
                                where,
                                found.getFirst().file().name(),
                                String.join(
                                        ", ", found.stream().map(StoredSegment::name).toList())),
                "two servers archived under one name. If their SHA-1 is the same, remove one of"
                        + " them; otherwise find out which server is right");
    }

    /**
     * What is wrong with a file that says it is this segment; empty if nothing.
     *
     * @param size of the file, bytes
     */
    public static Optional<MatriarchException> misfit(
            SegmentHeader header, WalFile.Segment file, long size) {
        int segmentSize = header.segmentSize();
        if (!header.isSizePlausible())
            return damaged(file, "its header tells a segment size of " + segmentSize);
        if (size != segmentSize)
            return damaged(file, "it has " + size + " bytes, and its header tells " + segmentSize);
        if (!header.pageAddress().equals(file.segment().start(segmentSize)))
            return damaged(file, "its header tells the position " + header.pageAddress());
        return Optional.empty();
    }

    private static Optional<MatriarchException> damaged(WalFile.Segment file, String what) {
        return Optional.of(
                new MatriarchException(
                        Code.ARCHIVE,
                        file.name() + " is not what its name says: " + what,
                        "is it damaged, or was it copied here?"));
    }

    /** Whether this WAL is of the cluster an archive takes WAL from. */
    public static boolean belongsTo(DbIdentity db, SegmentHeader header) {
        boolean sameVersion =
                header.version().isEmpty() || header.version().get() == db.version().major();
        return sameVersion
                && Long.toUnsignedString(header.systemId()).equals(db.systemId().value());
    }

    /** For when it is not. */
    public static MatriarchException stranger(
            WalFile file, SegmentHeader header, DbIdentity db, String stanza, String where) {
        return new MatriarchException(
                Code.ARCHIVE,
                "%s is of system id %s%s, and stanza %s of %s takes WAL of system id %s, PostgreSQL %s"
                        .formatted(
                                file.name(),
                                Long.toUnsignedString(header.systemId()),
                                header.version().map(v -> ", PostgreSQL " + v).orElse(""),
                                stanza,
                                where,
                                db.systemId(),
                                db.version()),
                "after a major upgrade or a new initdb upgrade the stanza; otherwise this cluster"
                        + " needs a stanza of its own");
    }
}
