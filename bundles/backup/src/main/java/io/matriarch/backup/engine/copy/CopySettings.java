package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.RepositoryPaths;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How files of a backup are stored.
 *
 * @param label of the backup
 * @param references labels of its set, oldest first, its own last
 * @param passphrase of the set's files; empty if they are not encrypted
 * @param bundled whether small files share bundles, and nothing is stored for empty ones
 * @param bundleForm of whole files in bundles
 * @param blocks whether big files are stored block by block
 * @param delta most files will turn out to be unchanged, so their content is compared before
 *     anything is sent
 * @param pages whether page checksums are checked
 * @param start of the backup, for the age of files
 */
public record CopySettings(
        RepositoryPaths paths,
        Label label,
        List<Label> references,
        Compression compression,
        int level,
        Optional<Passphrase> passphrase,
        boolean bundled,
        Form bundleForm,
        boolean blocks,
        boolean delta,
        boolean pages,
        Instant start) {
    /** Of files stored block by block outside of a bundle. */
    private static final String BLOCKS = ".pgbi";

    boolean isFull() {
        return label.isFull();
    }

    /** Index of this backup in block maps. */
    int reference() {
        return references.size() - 1;
    }

    /** Where a file of its own lies. */
    public String path(String name, boolean inBlocks) {
        return path(label, name, inBlocks);
    }

    String path(Label holder, String name, boolean inBlocks) {
        return paths.backup(holder) + "/" + name + (inBlocks ? BLOCKS : compression.extension());
    }
}
