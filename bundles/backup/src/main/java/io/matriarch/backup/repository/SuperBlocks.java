package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.SuperBlock;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.StoredFiles.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Fetches super blocks of a file; those that lie beside each other by one read. */
public final class SuperBlocks {
    /** More than any writer makes: what says so is damaged. */
    private static final long MAX_CONTENT = 256L << 20;

    private final StoredFiles files;
    private final ManifestFile file;

    public SuperBlocks(StoredFiles files, ManifestFile file) {
        this.files = files;
        this.file = file;
    }

    /** Takes a super block. */
    public interface Each {
        /**
         * @param content all of its blocks, one after another
         */
        void accept(SuperBlock block, byte[] content) throws IOException, MatriarchException;
    }

    private record Placed(SuperBlock block, Place place) {}

    /** Passes each of them once, in the order they are stored in. */
    public void fetch(Collection<SuperBlock> wanted, Each each)
            throws IOException, MatriarchException {
        var placed = new ArrayList<Placed>();
        for (var block : wanted) placed.add(new Placed(block, files.place(file, block)));
        placed.sort(
                Comparator.comparing((Placed p) -> p.place.path())
                        .thenComparingLong(p -> p.place.offset()));
        for (int from = 0; from < placed.size(); ) {
            int to = from + 1;
            while (to < placed.size() && placed.get(to).place.continues(placed.get(to - 1).place))
                to++;
            run(placed.subList(from, to), each);
            from = to;
        }
    }

    private void run(List<Placed> run, Each each) throws IOException, MatriarchException {
        var first = run.getFirst().place;
        long length = run.stream().mapToLong(p -> p.place.length()).sum();
        try (var in = files.read(new Place(first.path(), first.offset(), length, false))) {
            for (var placed : run) {
                var part = new Slice(in, placed.place.length());
                byte[] content = decode(placed.block, part);
                part.drain();
                each.accept(placed.block, content);
            }
        }
    }

    /** One of them. */
    byte[] fetch(SuperBlock block) throws IOException, MatriarchException {
        try (var in = files.read(files.place(file, block))) {
            return decode(block, in);
        }
    }

    private byte[] decode(SuperBlock block, InputStream stored) throws IOException {
        if (block.contentSize() > MAX_CONTENT)
            throw new DamagedException(
                    "a super block of %s says it holds %d bytes"
                            .formatted(file.name(), block.contentSize()));
        int size = (int) block.contentSize();
        try (var in = files.decode(stored, Form.RAW)) {
            byte[] content = in.readNBytes(size);
            if (content.length < size || in.read() >= 0)
                throw new DamagedException(
                        "a super block of %s holds not the %d bytes it should"
                                .formatted(file.name(), size));
            return content;
        }
    }
}
